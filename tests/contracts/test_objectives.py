"""What every objective promises: a finite scalar, repeatable, also for one row, with gradients, a paper and a help page."""

from __future__ import annotations

import time
from typing import Any

import pytest
import torch

from engine.objectives import objectives
from engine.objectives.inputs import INPUTS, inputs_of
from engine.registry import Entry

ENTRIES = list(objectives)
SPREADING = {"uniformity", "cross_uniformity"}  # these push apart and pull nothing together
LENGTHS_COUNT = {"whitened_nce"}  # whitening looks at where vectors lie, not only at directions
LEARNED = {"cwcl": {"temperature": 0.5}}  # where a start is not yet what training makes of it
NOT_TRAINED = ("teacher_anchors", "teacher_partners", "anchor_queue", "partner_queue", "view_queues")


def made_up(rows: int, width: int = 16, seed: int = 0) -> dict[str, Any]:
    """Everything an objective may ask for, by the names of inputs.INPUTS, for `rows` items."""
    chance = torch.Generator().manual_seed(seed)

    def vectors(count: int = rows) -> torch.Tensor:
        return torch.randn(count, width, generator=chance)

    made: dict[str, Any] = {name: vectors() for name in INPUTS}
    made |= {
        "views": [vectors() for _ in range(3)],
        "parts": [vectors() for _ in range(3)],
        "labels": torch.arange(rows) % max(1, rows // 2),
        "targets": torch.rand(rows, rows, generator=chance),
        "owners": torch.arange(rows),
        "teacher_partners": made["teacher_anchors"] + 0.3 * made["teacher_partners"],  # a teacher that knows the pairs
        "prototypes": vectors(max(7, rows)),
        "anchor_queue": vectors(24),
        "partner_queue": vectors(24),
        "view_queues": [vectors(24) for _ in range(2)],
        "order": torch.randperm(rows, generator=chance),
        "shares": torch.rand(rows, generator=chance),
        "generator": torch.Generator().manual_seed(seed),
    }
    return made


def inputs_for(entry: Entry[Any], rows: int, width: int = 16, *, everything: bool = False) -> dict[str, Any]:
    """What the objective needs, or all that it takes."""
    asked = inputs_of(entry.made)
    names = (*asked.needs, *asked.takes) if everything else (*asked.needs, *(set(asked.takes) & {"generator"}))
    made = made_up(rows, width)
    return {name: made[name] for name in names}


def tensors_in(given: dict[str, Any]) -> dict[str, torch.Tensor]:
    """The float tensors of `given`, those in lists too."""
    found: dict[str, torch.Tensor] = {}
    for name, value in given.items():
        several = value if isinstance(value, list) else [value]
        for place, one in enumerate(several):
            if isinstance(one, torch.Tensor) and one.is_floating_point():
                found[f"{name} {place}"] = one
    return found


def vectors_in(given: dict[str, Any]) -> dict[str, torch.Tensor]:
    """The trained vectors of `given`."""
    skipped = (*NOT_TRAINED, "targets", "shares")
    return {name: one for name, one in tensors_in(given).items() if name.split()[0] not in skipped}


def test_no_objective_is_switched_off_by_a_fault():
    objectives.walk()
    assert objectives.faults == {}
    assert len(ENTRIES) >= 7


@pytest.mark.parametrize("everything", [False, True], ids=["needed", "everything"])
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
class TestValue:
    @pytest.mark.parametrize("rows", [1, 2, 8])
    def test_gives_a_finite_scalar_for_one_row_and_for_many(self, entry, everything, rows):
        loss = entry.made(**inputs_for(entry, rows, everything=everything))
        assert loss.shape == ()
        assert torch.isfinite(loss)

    def test_gives_the_same_answer_twice(self, entry, everything):
        first = entry.made(**inputs_for(entry, 8, everything=everything))
        assert torch.equal(first, entry.made(**inputs_for(entry, 8, everything=everything)))

    def test_tells_every_trained_vector_where_to_go(self, entry, everything):
        given = inputs_for(entry, 8, everything=everything)
        moving = vectors_in(given)
        for vector in moving.values():
            vector.requires_grad_()
        entry.made(**given).backward()
        for name, vector in moving.items():
            assert vector.grad is not None, name
            assert torch.isfinite(vector.grad).all(), name
            if not name.startswith("prototypes"):
                assert (vector.grad.abs().sum(dim=1) > 0).all(), name

    def test_leaves_teachers_and_queues_as_they_are(self, entry, everything):
        given = inputs_for(entry, 8, everything=everything)
        every = tensors_in(given)
        for vector in every.values():
            vector.requires_grad_()
        entry.made(**given).backward()
        for name, vector in every.items():
            if name.split()[0] in NOT_TRAINED:
                assert vector.grad is None or not vector.grad.any(), name

    def test_has_finite_gradients_for_one_row(self, entry, everything):
        given = inputs_for(entry, 1, everything=everything)
        for vector in vectors_in(given).values():
            vector.requires_grad_()
        entry.made(**given).backward()
        assert all(vector.grad is None or vector.grad.isfinite().all() for vector in vectors_in(given).values())

    def test_stays_finite_at_both_ends_of_every_range(self, entry, everything):
        for parameter in entry.parameters:
            for end in (parameter.minimum, parameter.maximum):
                if end is None or parameter.kind not in ("number", "whole"):
                    continue
                given = inputs_for(entry, 8, everything=everything)
                for vector in vectors_in(given).values():
                    vector.requires_grad_()
                loss = entry.made(**given, **{parameter.name: type(parameter.default)(end)})
                loss.backward()
                assert torch.isfinite(loss), (parameter.name, end)
                assert all(v.grad is None or v.grad.isfinite().all() for v in vectors_in(given).values())

    def test_is_as_exact_under_half_precision_as_without(self, entry, everything):
        given = inputs_for(entry, 8, everything=everything)
        plain = entry.made(**given)
        with torch.autocast("cpu", torch.bfloat16):
            halved = entry.made(**inputs_for(entry, 8, everything=everything))
        torch.testing.assert_close(halved.float(), plain, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
class TestObjective:
    def test_says_what_it_does_and_where_it_comes_from(self, entry):
        assert entry.title.endswith((".", "?", ";")) or len(entry.title) > 20
        assert entry.paper.startswith("arXiv:")

    def test_labels_and_explains_every_setting(self, entry):
        for parameter in entry.parameters:
            assert parameter.label, parameter.name
            assert parameter.help.endswith("."), parameter.name
            assert parameter.checked(parameter.default) == parameter.default
            if parameter.kind in ("number", "whole"):
                assert parameter.minimum is not None, parameter.name
                assert parameter.maximum is not None, parameter.name

    def test_asks_only_for_what_recipes_know_how_to_make(self, entry):
        asked = inputs_of(entry.made)
        assert asked.needs
        assert {*asked.needs, *asked.takes} <= INPUTS.keys()

    def test_its_gradient_is_the_slope(self, entry):
        given = inputs_for(entry, 4, 5)
        moving = {
            name: vector for name, vector in given.items() if torch.is_tensor(vector) and vector.is_floating_point()
        }
        moving = {name: value for name, value in moving.items() if name not in (*NOT_TRAINED, "targets", "shares")}
        lists = {name: value for name, value in given.items() if isinstance(value, list)}
        names, points = list(moving), [value.double().requires_grad_() for value in moving.values()]
        for name, value in lists.items():
            names += [name] * len(value)
            points += [one.double().requires_grad_() for one in value]
        rest = {
            name: value.double() if torch.is_tensor(value) and value.is_floating_point() else value
            for name, value in given.items()
            if name not in names
        }

        def loss(*values: torch.Tensor) -> torch.Tensor:
            filled: dict[str, Any] = {name: [] for name in lists}
            for name, value in zip(names, values, strict=True):
                if name in lists:
                    filled[name].append(value)
                else:
                    filled[name] = value
            chance = {"generator": torch.Generator().manual_seed(5)} if "generator" in rest else {}
            return entry.made(**{**rest, **filled, **chance})

        held_constant = entry.extra.get("constant_inside", False)  # codes or matrices that the paper does not train
        if not held_constant:
            assert torch.autograd.gradcheck(loss, points, rtol=1e-3)

    def test_a_step_downhill_makes_it_smaller(self, entry):
        given = inputs_for(entry, 8)
        moving = list(vectors_in(given).values())
        for vector in moving:
            vector.requires_grad_()
        before = entry.made(**given)
        before.backward()
        with torch.no_grad():
            longest = max(float(vector.grad.norm()) for vector in moving)
            for vector in moving:
                vector -= 1e-2 / longest * vector.grad
        if "generator" in given:
            given["generator"] = torch.Generator().manual_seed(0)
        assert entry.made(**given) < before

    def test_is_lower_when_anchors_are_where_they_should_be(self, entry):
        if entry.name in SPREADING:
            return
        given = inputs_for(entry, 8)
        settings = LEARNED.get(entry.name, {})
        before = entry.made(**given, **settings)
        if "generator" in given:
            given["generator"] = torch.Generator().manual_seed(0)
        assert entry.made(**at_home(given), **settings) < before

    def test_looks_at_directions_only(self, entry):
        if entry.name in LENGTHS_COUNT:
            return
        given = inputs_for(entry, 8)
        longer = {name: 3 * value if name in ("anchors", "partners") else value for name, value in given.items()}
        before = entry.made(**given)
        if "generator" in given:
            longer["generator"] = torch.Generator().manual_seed(0)
        torch.testing.assert_close(before, entry.made(**longer))

    def test_takes_about_a_second_at_most_for_a_large_batch(self, entry):
        given = inputs_for(entry, 256, 512)
        for vector in vectors_in(given).values():
            vector.requires_grad_()
        start = time.process_time()
        entry.made(**given).backward()
        assert time.process_time() - start < 2.0


def at_home(given: dict[str, Any]) -> dict[str, Any]:
    """The same inputs with every item's vectors where its objective wants them."""
    moved = dict(given)
    if "prototypes" in given and "labels" in given:
        moved["anchors"] = given["prototypes"][given["labels"]]
    elif "labels" in given:
        moved["anchors"] = torch.eye(16)[given["labels"]]
    home = moved.get("anchors", given.get("teacher_anchors"))
    for name in ("partners", "anchor_views", "teacher_anchors", "teacher_partners"):
        if name in given:
            moved[name] = home
    if "partner_views" in given:
        moved["partner_views"] = moved["partners"]
    if "views" in given:
        moved["views"] = [given["views"][0]] * len(given["views"])
    if "parts" in given:  # one record, one direction: products of others vanish
        moved["parts"] = [torch.eye(16)[: len(given["parts"][0])]] * len(given["parts"])
    if "mixed_anchors" in given:
        shares = given["shares"][:, None]
        moved["mixed_anchors"] = shares * home + (1 - shares) * home[given["order"]]
        moved["mixed_partners"] = moved["mixed_anchors"]
    return moved
