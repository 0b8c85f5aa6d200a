"""What every recipe promises: it starts from its defaults, names its paper, plans, and learns from a few pairs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.datasets.pairs import Pairs
from engine.models.loader import load_towers
from engine.recipes import recipes
from engine.training.loop import train
from tests.support.tiny_model import make_tiny_model

ENTRIES = list(recipes)


def coloured_pairs() -> Pairs:
    """Eight plain colours and their names."""
    names = ("black", "red", "green", "blue", "yellow", "pink", "cyan", "white")
    values = [(0, 0, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (255, 0, 255), (0, 255, 255), (255,) * 3]
    pictures = np.stack([np.full((48, 48, 3), value, np.uint8) for value in values])
    return Pairs(pictures, tuple((f"a {name} wall",) for name in names))


def test_no_recipe_is_switched_off_by_a_fault():
    recipes.walk()
    assert recipes.faults == {}
    assert "align" in recipes


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
class TestRecipe:
    def test_says_what_it_does_and_labels_every_parameter(self, entry):
        assert entry.title.endswith(".")
        assert entry.paper.startswith("arXiv:")
        assert all(parameter.help for parameter in entry.parameters)

    def test_learns_eight_pairs_from_its_defaults(self, entry, tmp_path):
        towers, pairs = load_towers(make_tiny_model(tmp_path / "tiny")), coloured_pairs()
        recipe = entry.made()
        plan = replace(recipe.plan(pairs), steps=12, learning_rate=3e-3, save_every=10, log_every=2)
        history = train(recipe.task(towers, pairs), plan).history
        assert all(np.isfinite(list(row.values())).all() for row in history)
        assert history[-1]["info_nce"] < history[0]["info_nce"]
