"""Going on with new pairs forgets less of the old ones than plain fine-tuning does, and still learns the new ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from engine.datasets.pairs import Pairs
from engine.models.loader import load_towers
from engine.recipes.continual import Continual
from engine.recipes.finetune import Finetune
from engine.training import probe
from engine.training.loop import train
from engine.training.probe import Questions
from tests.support.coloured_pairs import picture, said, taught
from tests.support.tiny_model import make_tiny_model


def of_grounds(first: int, grounds: range, count: int) -> tuple[list[np.ndarray], tuple[tuple[str, ...], ...]]:
    """Pictures whose ground is one of eight by number, and their sentences."""
    numbers = [number for number in range(first, first + 4000) if number % 8 in grounds][:count]
    return (
        [picture(*said(number), number) for number in numbers],
        tuple((f"a {said(number)[1]} square on {said(number)[0]}",) for number in numbers),
    )


@pytest.fixture(scope="module")
def knows_dark_grounds(tmp_path_factory):
    """A model that was taught the first four grounds well."""
    return taught(make_tiny_model(tmp_path_factory.mktemp("dark") / "tiny"), steps=160)


def test_what_the_model_was_right_about_stays_better_than_by_plain_fine_tuning(knows_dark_grounds):
    pictures, sentences = of_grounds(100, range(2, 7), 160)  # two grounds that it knows, and three that are new
    lost, learnt = {}, {}
    for name, recipe in {
        "plain": Finetune(batch=32, learning_rate=1e-3, passes=15),
        "continual": Continual(batch=32, learning_rate=1e-3, passes=15, keeping=2),
    }.items():
        towers = load_towers(knows_dark_grounds)
        pairs = Pairs(np.stack(pictures), sentences)
        plan = replace(recipe.plan(len(pairs)), look_every=0)
        before = loss_on(towers, range(4))
        task = recipe.task(towers, pairs, plan)
        assert task.notes == []
        history = train(task, plan).history
        lost[name] = loss_on(towers, range(4)) - before
        learnt[name] = recall_on(towers, range(2, 7))
    assert history[-1]["rows_kept"] > 0.3
    assert lost["continual"] < 0.75 * lost["plain"], lost
    assert learnt["continual"] > learnt["plain"] - 0.15, learnt
    assert learnt["continual"] > 0.6


def test_material_that_is_too_different_is_said_beforehand(knows_dark_grounds):
    pictures, sentences = of_grounds(100, range(4, 8), 64)
    recipe = Continual(batch=32)
    task = recipe.task(load_towers(knows_dark_grounds), Pairs(np.stack(pictures), sentences), recipe.plan(64))
    (note,) = task.notes
    assert note.startswith("The model was right about ")
    assert "there is little to hold on to" in note


def questions(towers, grounds: range) -> Questions:
    pictures, sentences = of_grounds(20_000, grounds, 80)
    seen = np.stack([np.asarray(Image.fromarray(one).resize((32, 32))) for one in pictures])
    return Questions.of_captions(seen, sentences, towers.tokenize)


def loss_on(towers, grounds: range) -> float:
    asked = questions(towers, grounds)
    return probe.loss(probe.answer(towers.network, asked, towers.folder.image), asked, 0.07)


def recall_on(towers, grounds: range) -> float:
    asked = questions(towers, grounds)
    return probe.shares(probe.answer(towers.network, asked, towers.folder.image), asked)["recall_at_1"]
