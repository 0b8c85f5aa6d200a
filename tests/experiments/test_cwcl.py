"""CWCL against one positive: with few pairs of few meanings, items that mean the same are no longer pushed apart."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from engine.objectives.cosines import cosines
from engine.objectives.cwcl import cwcl
from tests.experiments.towers import descend, seeded


def measure(seed: int) -> dict[str, float]:
    """Accuracy of 2,000 held-out items against the frozen class centres; 10 classes, 400 pairs, 300 steps of 256.

    `near` is the share of the ten nearest frozen items that are of the same class.
    """
    effect, near = trained(seed, cwcl, learned=True)
    baseline, near_baseline = trained(seed, one_positive, learned=True)
    fixed, near_fixed = trained(seed, cwcl, learned=False)
    return {"effect": effect, "baseline": baseline, "temperature_kept": fixed} | {
        "near": near,
        "near_baseline": near_baseline,
        "near_temperature_kept": near_fixed,
    }


def one_positive(anchors: Tensor, partners: Tensor, temperature: Tensor) -> Tensor:
    """The same two directions with nothing but own pairs."""
    logits = cosines(partners, anchors) / temperature
    own = torch.arange(len(logits))
    return cross_entropy(logits, own) + cross_entropy(logits.T, own)


def trained(seed: int, objective: Callable[..., Tensor], *, learned: bool) -> tuple[float, float]:
    chance = seeded(seed)
    centres = normalize(torch.randn(10, 32, generator=chance), dim=-1)
    shown = torch.randn(10, 64, generator=chance)

    def draw(count: int) -> tuple[Tensor, Tensor, Tensor]:
        classes = torch.randint(10, (count,), generator=chance)
        frozen = normalize(centres[classes] + 0.1 * torch.randn(count, 32, generator=chance), dim=-1)
        return classes, frozen, shown[classes] + 3 * torch.randn(count, 64, generator=chance)

    classes, frozen, inputs = draw(400)
    encoder = nn.Linear(64, 32)
    log_scale = torch.tensor(1 / 0.07).log().requires_grad_()

    def loss(_: int) -> Tensor:
        rows = torch.randperm(400, generator=chance)[:256]
        scale = log_scale.exp().clamp(max=100) if learned else torch.tensor(1 / 0.07)
        return objective(encoder(inputs[rows]), frozen[rows], temperature=1 / scale)

    descend((encoder, log_scale), 300, loss, 2e-2)
    asked, _, asked_inputs = draw(2000)
    vectors = encoder(asked_inputs)
    right = float((cosines(vectors, centres).argmax(1) == asked).float().mean())
    nearest = cosines(vectors, frozen).topk(10, dim=1).indices
    return right, float((classes[nearest] == asked[:, None]).float().mean())


def test_items_that_mean_the_same_help_once_the_temperature_is_learned():
    found = measure(0)
    assert found["effect"] > found["baseline"] + 0.03
    assert found["near"] > found["near_baseline"] + 0.01
    assert found["near"] > found["near_temperature_kept"] + 0.02
