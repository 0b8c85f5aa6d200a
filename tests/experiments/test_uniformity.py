"""Alignment and uniformity close the gap between the two kinds that InfoNCE alone leaves, and pairs are found as before."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, normalize

from engine.objectives.weighting import Mixture
from tests.experiments.pairs import world
from tests.experiments.towers import descend, recall, seeded, tower

MIXTURES = {
    "baseline": {"info_nce": 1.0},
    "effect": {"info_nce": 1.0, "uniformity": 1.0, "alignment": 1.0},
    "with_cross": {"info_nce": 1.0, "uniformity": 1.0, "alignment": 1.0, "cross_uniformity": 1.0},
}


def measure(seed: int) -> dict[str, float]:
    """Distance of the two kinds' means, accuracy of a linear "which kind?" probe on unseen rows, and recall@1 of 500."""
    found: dict[str, float] = {}
    for name, weights in MIXTURES.items():
        gap, probe, right = trained(seed, Mixture(weights, {"info_nce": {"temperature": 0.01}}))
        found |= {name: gap, f"{name}_probe": probe, f"{name}_recall": right}
    return found


def trained(seed: int, mixture: Mixture) -> tuple[float, float, float]:
    chance = seeded(seed)
    made = world(chance)
    one, two = tower(48, 32), tower(48, 32)

    def loss(_: int) -> Tensor:
        a, b = made.draw(64, chance)
        return mixture.total(mixture.terms({"anchors": one(a), "partners": two(b)}))

    descend((one, two), 300, loss, 2e-3)
    a, b = made.draw(1000, chance)
    x, y = (normalize(vectors.detach(), dim=-1) for vectors in (one(a), two(b)))
    return float((x.mean(0) - y.mean(0)).norm()), probe_accuracy(x, y), recall(x[:500], y[:500])


def probe_accuracy(x: Tensor, y: Tensor) -> float:
    """Of telling the kinds apart by a line: 0.5 when they are mixed, 1 when they are disjoint."""
    half = len(x) // 2
    rows, kinds = torch.cat([x[:half], y[:half]]), torch.cat([torch.zeros(half), torch.ones(half)])
    line = torch.zeros(x.shape[1], requires_grad=True)
    offset = torch.zeros((), requires_grad=True)
    descend((line, offset), 200, lambda _: binary_cross_entropy_with_logits(rows @ line + offset, kinds), 0.1)
    held = torch.cat([x[half:], y[half:]]) @ line + offset
    return float(((held > 0) == torch.cat([torch.zeros(half), torch.ones(half)]).bool()).float().mean())


@pytest.fixture(scope="module")
def found() -> dict[str, float]:
    return measure(0)


def test_the_gap_closes_and_pairs_are_found_as_before(found):
    assert found["effect"] < found["baseline"] / 2
    assert found["effect_probe"] < found["baseline_probe"] - 0.1
    assert found["effect_recall"] > found["baseline_recall"] - 0.05


def test_the_cross_term_at_full_weight_keeps_the_gap(found):
    """Why it is a term of its own with a weight, and not part of the others."""
    assert found["with_cross"] > 2 * found["effect"]
