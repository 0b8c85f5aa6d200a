"""Cleaning trains on trusted pairs with their changed copies, or on labels; the model it starts from stays."""

from __future__ import annotations

import numpy as np
import torch

from engine.datasets.pairs import Pairs
from engine.engine import Engine
from engine.models.loader import load_towers
from engine.objectives.in_modal import in_modal
from engine.objectives.info_nce import info_nce
from engine.recipes._pairs_task import encode_pairs
from engine.recipes.cleanclip import CleanClip
from engine.values import LearnFrom
from tests.support.coloured_pairs import picture, said


def pairs(count: int = 16) -> Pairs:
    return Pairs(
        np.stack([picture(*said(number), number) for number in range(count)]),
        tuple((f"a {said(number)[1]} square on {said(number)[0]}",) for number in range(count)),
    )


def test_the_loss_is_contrast_plus_both_copies_at_the_models_own_temperature(tiny_model):
    towers = load_towers(tiny_model)
    recipe = CleanClip(batch=8, copies_weight=0.5)
    task = recipe.task(towers, pairs(), recipe.plan(16))
    rows = task.draw(0, torch.Generator().manual_seed(1))
    assert rows.keys() == {"pictures", "tokens", "picture_copies", "token_copies", "rows", "said"}
    vectors = encode_pairs(towers.network, rows)
    temperature = 1 / towers.network.logit_scale.exp()
    expected = {
        "info_nce": info_nce(vectors["pictures"], vectors["words"], temperature=temperature),
        "in_modal": in_modal(
            vectors["pictures"],
            vectors["words"],
            vectors["picture_copies"],
            vectors["word_copies"],
            temperature=temperature,
        ),
    }
    found = task.losses(towers.network, rows)
    assert found.keys() == expected.keys()
    assert task.weights == {"info_nce": 1.0, "in_modal": 0.5}
    for name in expected:
        torch.testing.assert_close(found[name], expected[name])


def test_changed_copies_differ_from_their_originals_and_from_one_another(tiny_model):
    towers = load_towers(tiny_model)
    recipe = CleanClip(batch=8, copies="contrast")
    rows = recipe.task(towers, pairs(), recipe.plan(16)).draw(0, torch.Generator().manual_seed(1))
    assert (rows["pictures"] - rows["picture_copies"]).abs().mean() > 0.05
    assert (rows["tokens"] != rows["token_copies"]).any(1).float().mean() > 0.5


def test_cleaning_with_captions_keeps_the_last_step(engine: Engine, train):
    finished, run = train("cleanclip", passes=2.0)
    assert finished.outcome == "done", finished.details or finished.reason
    assert engine.models.card(run.result).parent == "tiny"
    assert "step 10 of 10" in run.sentence
    assert {"info_nce", "in_modal"} <= engine.training.history(run.number)[0].keys()


def test_cleaning_with_labels_moves_the_picture_tower_alone(engine: Engine, table, train):
    from engine.models.checkpoints import read_weights
    from engine.models.folder import ModelFolder

    finished, run = train("cleanclip", LearnFrom(table=str(table)), learn="labels", passes=4.0)
    assert finished.outcome == "done", finished.details or finished.reason
    old, new = (read_weights(ModelFolder.read(engine.models.path(key)).checkpoint) for key in ("tiny", run.result))
    changed = {name for name in old if not old[name].equal(new[name])}
    assert changed
    assert all(name.startswith("visual.") for name in changed)
    assert run.after["accuracy"]["value"] > run.before["accuracy"]["value"]
