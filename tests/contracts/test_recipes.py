"""What every recipe promises: it starts from its defaults, names its paper, has a form and a help page, plans, and learns."""

from __future__ import annotations

import inspect
from dataclasses import replace

import numpy as np
import pytest

from engine.datasets.pairs import Pairs
from engine.models.encoder import Encoder
from engine.models.folder import ModelFolder
from engine.models.loader import load_towers
from engine.models.vision import VisionEncoder, read_folder
from engine.parameters import parameters_of
from engine.recipes import recipes
from engine.training.limits import Limits
from engine.training.loop import train
from engine.training.release import write_model
from engine.training.taught import Taught
from tests.support.coloured_pairs import picture, said
from tests.support.sounding_pairs import sound_pairs
from tests.support.tiny_model import make_tiny_model

ENTRIES = list(recipes)


def coloured_pairs(count: int = 24) -> Pairs:
    """Pictures with a sentence and a class each."""
    names = tuple(sorted({said(number)[0] for number in range(count)}))
    return Pairs(
        np.stack([picture(*said(number), number) for number in range(count)]),
        tuple((f"a {said(number)[1]} square on {said(number)[0]}",) for number in range(count)),
        names,
        np.array([names.index(said(number)[0]) for number in range(count)]),
        tuple(str(number) for number in range(count)),
    )


def pairs_for(entry):
    """What the recipe learns from."""
    return sound_pairs() if entry.extra["learns"] == "sounds" else coloured_pairs()


def variants(entry):
    """The recipe from its defaults, and once for each way to learn that it offers."""
    yield entry.made()
    for parameter in entry.parameters:
        if parameter.name in ("learn", "method"):
            yield from (
                entry.made(**{parameter.name: choice}) for choice in parameter.choices if choice != parameter.default
            )


def task_of(recipe, towers, pairs, plan):
    """The recipe's task; one that has a teacher is taught by vectors that are right about everything."""
    if not hasattr(recipe, "teacher"):
        return recipe.task(towers, pairs, plan)
    eye = np.eye(len(pairs), dtype=np.float32)
    return recipe.task(towers, pairs, plan, taught=Taught(eye, eye, np.arange(len(pairs)), "all-knowing"))


def test_no_recipe_is_switched_off_by_a_fault():
    recipes.walk()
    assert recipes.faults == {}
    assert {"finetune", "cleanclip"} <= {entry.name for entry in recipes}


def test_the_guard_rails_can_be_set_in_a_form_too():
    assert all(parameter.help.endswith(".") for parameter in parameters_of(Limits))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
class TestRecipe:
    def test_says_what_it_does_and_labels_every_parameter(self, entry):
        assert entry.title.endswith(".")
        assert entry.paper.startswith("arXiv:")
        assert entry.extra["learns"] in ("captions", "labels", "pictures", "sounds")
        assert entry.extra["keeps"] in ("best", "last")
        assert inspect.getmodule(entry.made).__doc__.count("arXiv:") >= 1
        for parameter in entry.parameters:
            assert parameter.help, parameter.name
            assert parameter.checked(parameter.default) == parameter.default

    def test_says_how_many_pairs_it_needs(self, entry):
        assert 1 < entry.made().least() <= 1000

    def test_learns_from_its_defaults_and_gives_back_a_network_that_encodes(self, entry, tmp_path):
        for recipe in variants(entry):
            towers, pairs = load_towers(make_tiny_model(tmp_path / "tiny")), pairs_for(entry)
            plan = replace(
                recipe.plan(len(pairs)), steps=16, learning_rate=3e-3, save_every=12, log_every=4, look_every=0
            )
            task = task_of(recipe, towers, pairs, plan)
            history = train(task, plan).history
            assert all(np.isfinite(list(row.values())).all() for row in history)
            totals = [sum(task.weights[name] * row[name] for name in task.weights) for row in history]
            assert totals[-1] < totals[0]
            parent = ModelFolder.read(tmp_path / "tiny")
            made = read_folder(write_model(parent, task, tmp_path / "made", "made", "# made"))
            assert "image" in made.kinds
            assert made.hash_checkpoint() != parent.hash_checkpoint()
            opened = (
                VisionEncoder.open(made.path, device="cpu") if made.kinds == ("image",) else Encoder.open(made.path)
            )
            size = made.image.size
            assert np.isfinite(opened.encode_images(np.zeros((2, size, size, 3), np.uint8))).all()

    def test_a_step_is_repeatable(self, entry, tmp_path):
        import torch

        rows = []
        for _ in range(2):
            towers, pairs = load_towers(make_tiny_model(tmp_path / "tiny")), pairs_for(entry)
            recipe = entry.made()
            task = task_of(recipe, towers, pairs, recipe.plan(len(pairs)))
            rows.append(task.draw(3, torch.Generator().manual_seed(5)))
        assert rows[0].keys() == rows[1].keys()
        assert all(torch.equal(rows[0][name], rows[1][name]) for name in rows[0])
        assert len({len(value) for value in rows[0].values()}) == 1
