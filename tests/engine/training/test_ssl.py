"""A picture-only model of one's own pictures becomes a second opinion that tells them apart better than chance weights do."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.errors import UserFixable
from engine.models.loader import load_towers
from engine.recipes.ssl import SelfSupervised
from engine.values import LearnFrom
from tests.support.coloured_pairs import picture, said


def nearest_agree(encoder, numbers: range) -> float:
    """How often the nearest other picture has the same ground and thing."""
    size = encoder.image.size
    from PIL import Image

    made = [np.asarray(Image.fromarray(picture(*said(n), n)).resize((size, size))) for n in numbers]
    vectors = encoder.encode_images(np.stack(made))
    scores = vectors @ vectors.T
    np.fill_diagonal(scores, -2)
    names = [said(n) for n in numbers]
    return float(np.mean([names[i] == names[j] for i, j in enumerate(scores.argmax(1))]))


@pytest.mark.timeout(300)
def test_pictures_without_words_make_a_second_opinion(engine, table, train):
    quick = {"network": "resnet10t", "passes": 4.0, "learning_rate": 2e-3, "strength": 0.1, "smallest_crop": 0.5}
    finished, run = train("ssl", LearnFrom(table=str(table)), **quick)
    assert finished.outcome == "done", finished.details or finished.reason
    assert run.result in {card.key for card in engine.models.opinions()}
    card = engine.models.card(run.result)
    assert (card.kinds, card.dimension, card.parent) == (("image",), 512, "tiny")
    history = [row["nt_xent"] for row in engine.training.history(run.number) if "nt_xent" in row]
    assert np.mean(history[-3:]) < 0.8 * history[0]
    assert "recall_at_1" not in run.after
    assert nearest_agree(engine.models.encoder(run.result), range(700, 860)) > 0.3  # chance is 0.03


def test_swav_uses_many_groups_and_a_small_crop_beside_the_large_ones(tiny_model):
    from tests.contracts.test_recipes import coloured_pairs

    recipe = SelfSupervised(method="swav", network="resnet10t", batch=16, groups=8)
    task = recipe.task(load_towers(tiny_model), coloured_pairs(40), recipe.plan(40))
    rows = task.draw(0, torch.Generator().manual_seed(0))
    assert {name: tuple(views.shape) for name, views in rows.items()} == {
        "large 1": (16, 3, 32, 32),
        "large 2": (16, 3, 32, 32),
        "small 1": (16, 3, 32, 32),
        "small 2": (16, 3, 32, 32),
    }
    assert set(task.losses(task.network.train(), rows)) == {"swav"}
    assert not task.network.prototypes.directions.requires_grad
    task.after(20)
    assert task.network.prototypes.directions.requires_grad


def test_too_many_groups_and_a_tower_that_cannot_stand_alone_are_refused(tiny_model):
    from tests.contracts.test_recipes import coloured_pairs

    towers = load_towers(tiny_model)
    with pytest.raises(UserFixable, match="50 groups are too many for 24 items: at most 6"):
        SelfSupervised(method="swav", groups=50).task(towers, coloured_pairs(), SelfSupervised().plan(24))
    with pytest.raises(UserFixable, match="cannot stand alone as a timm network"):
        SelfSupervised(start="model").task(towers, coloured_pairs(), SelfSupervised().plan(24))


def test_the_starters_picture_tower_can_be_the_start():
    from pathlib import Path

    from tests.contracts.test_recipes import coloured_pairs

    towers = load_towers(Path(__file__).resolve().parents[3] / "resources" / "starter")
    before = towers.network.visual.trunk.conv1.weight.clone()
    recipe = SelfSupervised(start="model", batch=4)
    task = recipe.task(towers, coloured_pairs(), recipe.plan(24))
    assert torch.equal(task.network.trunk.conv1.weight, before)
    assert task.network.trunk.conv1.weight is not towers.network.visual.trunk.conv1.weight
    assert all(weight.requires_grad for weight in task.network.trunk.parameters())
