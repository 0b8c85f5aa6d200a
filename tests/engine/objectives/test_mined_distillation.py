"""Ranking as the teacher does equals a slow loop over candidates, and teaches more than random wrong captions do."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn.functional import normalize

from engine.objectives.mined_distillation import hardest, mined_distillation


def drawn(seed: int = 0, n: int = 9) -> dict[str, torch.Tensor]:
    chance = torch.Generator().manual_seed(seed)
    names = ("anchors", "partners", "teacher_anchors", "teacher_partners")
    return {name: torch.randn(n, 6 if "teacher" not in name else 11, generator=chance) for name in names}


def slow(given: dict[str, torch.Tensor], count: int, ranking: float, by_certainty: bool) -> float:
    """Row by row, in plain Python."""
    unit = {name: normalize(value, dim=-1).double() for name, value in given.items()}
    halves = []
    for a, p in (("anchors", "partners"), ("partners", "anchors")):
        divergences, contrasts, entropies = [], [], []
        for i in range(len(unit[a])):
            taught = [float(unit[f"teacher_{a}"][i] @ unit[f"teacher_{p}"][j]) for j in range(len(unit[a]))]
            wrong = sorted((j for j in range(len(taught)) if j != i), key=lambda j: -taught[j])[: count - 1]
            places = [i, *wrong]
            t = [math.exp(taught[j] / 0.1) for j in places]
            s = [math.exp(float(unit[a][i] @ unit[p][j]) / 0.2) for j in places]
            t, s = [x / sum(t) for x in t], [x / sum(s) for x in s]
            divergences.append(sum(x * math.log(x / y) for x, y in zip(t, s)))
            contrasts.append(-math.log(s[0]))
            entropies.append(-sum(x * math.log(x) for x in t))
        h = [e / sum(entropies) for e in entropies]
        sure = [math.exp((1 - x) ** 2) for x in h]
        sure = [x / sum(sure) for x in sure]
        if by_certainty:
            rows = [(1 - ranking) * r * d + ranking * u * c for r, d, u, c in zip(sure, divergences, h, contrasts)]
            halves.append(sum(rows))
        else:
            halves.append(sum((1 - ranking) * d + ranking * c for d, c in zip(divergences, contrasts)) / len(contrasts))
    return sum(halves) / 2


@pytest.mark.parametrize("by_certainty", [False, True])
@pytest.mark.parametrize(("count", "ranking"), [(4, 0.3), (9, 0.0), (50, 1.0)])
def test_it_is_the_same_as_a_loop_over_candidates(count, ranking, by_certainty):
    given = drawn()
    found = mined_distillation(
        **given,
        candidates=count,
        temperature=0.2,
        teacher_temperature=0.1,
        ranking=ranking,
        by_certainty=by_certainty,
    )
    assert float(found) == pytest.approx(slow(given, min(count, 9), ranking, by_certainty), rel=1e-4)


def test_a_student_that_ranks_as_its_teacher_has_nothing_to_learn_from_it():
    given = drawn()
    same = given | {"anchors": given["teacher_anchors"], "partners": given["teacher_partners"]}
    assert float(mined_distillation(**same, ranking=0.0)) == pytest.approx(0, abs=1e-6)


def test_the_hardest_are_the_own_and_the_highest_others():
    scores = torch.tensor([[0.1, 0.9, 0.5], [0.2, 0.0, 0.3], [0.4, 0.6, 0.8]])
    assert hardest(scores, 2).tolist() == [[0, 1], [1, 2], [2, 1]]


def test_the_closest_wrong_captions_teach_more_than_the_farthest():
    """60 topics of near doubles; 8 candidates a row for both, chosen as the teacher ranks them or the other way round."""
    found = {}
    for name, sign in (("closest", 1.0), ("farthest", -1.0)):
        results = []
        for seed in range(2):
            chance = torch.Generator().manual_seed(seed)
            topics = torch.randn(60, 24, generator=chance)
            items = topics.repeat_interleave(8, 0) + 0.5 * torch.randn(480, 24, generator=chance)
            mixing = torch.randn(24, 24, generator=chance) / 24**0.5
            left, right = items + 0.2 * torch.randn(480, 24, generator=chance), torch.tanh(items @ mixing)
            towers = [(torch.randn(24, 16, generator=chance) / 5).requires_grad_() for _ in range(2)]
            optimizer = torch.optim.Adam(towers, lr=1e-2)
            for _ in range(150):
                rows = torch.randperm(240, generator=chance)[:64]
                loss = mined_distillation(
                    left[rows] @ towers[0],
                    right[rows] @ towers[1],
                    sign * items[rows],
                    items[rows],
                    temperature=0.1,
                    ranking=1.0,
                )
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            a, b = (normalize(x[240:] @ t, dim=-1) for x, t in zip((left, right), towers))
            results.append(float(((a @ b.T).argmax(1) == torch.arange(240)).float().mean()))
        found[name] = sum(results) / 2
    assert found["closest"] > found["farthest"] + 0.05, found
