"""What every objective promises: a finite scalar, repeatable, also for one row, with gradients, and a paper."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from engine.objectives import objectives
from engine.registry import Entry

ENTRIES = list(objectives)


def inputs_for(entry: Entry[Any], rows: int, seed: int = 0) -> dict[str, torch.Tensor]:
    """Made-up inputs by the names that the objective declares."""
    chance = torch.Generator().manual_seed(seed)
    made = {
        "anchors": torch.randn(rows, 16, generator=chance),
        "partners": torch.randn(rows, 16, generator=chance),
        "prototypes": torch.randn(7, 16, generator=chance),
        "labels": torch.randint(7, (rows,), generator=chance),
    }
    return {name: made[name] for name in entry.extra["inputs"]}


def test_no_objective_is_switched_off_by_a_fault():
    objectives.walk()
    assert objectives.faults == {}
    assert len(ENTRIES) >= 3


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
class TestObjective:
    def test_says_what_it_does_and_where_it_comes_from(self, entry):
        assert entry.title.endswith(".") or len(entry.title) > 20
        assert entry.paper.startswith("arXiv:")
        assert all(parameter.label for parameter in entry.parameters)

    @pytest.mark.parametrize("rows", [1, 8])
    def test_gives_a_finite_scalar_for_one_row_and_for_many(self, entry, rows):
        loss = entry.made(**inputs_for(entry, rows))
        assert loss.shape == ()
        assert torch.isfinite(loss)

    def test_gives_the_same_answer_twice(self, entry):
        assert torch.equal(entry.made(**inputs_for(entry, 8)), entry.made(**inputs_for(entry, 8)))

    def test_tells_every_anchor_where_to_go(self, entry):
        given = inputs_for(entry, 8)
        given["anchors"].requires_grad_()
        entry.made(**given).backward()
        assert (given["anchors"].grad.abs().sum(dim=1) > 0).all()

    def test_is_lower_when_anchors_are_where_they_should_be(self, entry):
        given = inputs_for(entry, 8)
        home = given["partners"] if "partners" in given else given["prototypes"][given["labels"]]
        assert entry.made(**(given | {"anchors": home})) < entry.made(**given)

    def test_looks_at_directions_only(self, entry):
        given = inputs_for(entry, 8)
        torch.testing.assert_close(entry.made(**given), entry.made(**(given | {"anchors": 3 * given["anchors"]})))
