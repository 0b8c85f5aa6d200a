"""The starter can be made again by one command, from nothing, and its words move to where its pictures are."""

from __future__ import annotations

import json
import zlib

import numpy as np
import pytest
import torch

from engine.training.loop import train
from engine.training.plan import Plan
from engine.training.starter import __main__ as command
from engine.training.starter.naming_stage import Named, Told, WordTuning, encode_short
from engine.training.starter.text_stage import TextImitation, TokenTable
from tests.engine.training.small_sets import small_sets


class WordCounting:
    """A teacher in place of the downloaded one: a sentence points where its words point, each word at random."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def words(self) -> list[str]:
        return ["wall", "door", "house", "tree"]

    def encode(self, texts):
        self.asked += texts
        sums = np.stack([sum(_direction(word) for word in text.split()) for text in texts])
        return sums / np.linalg.norm(sums, axis=1, keepdims=True)


def _direction(word: str) -> np.ndarray:
    return np.random.default_rng(zlib.crc32(word.encode())).normal(size=384)


def plan(steps: int, **changes) -> Plan:
    return Plan(**{"steps": steps, "save_every": 2, "log_every": 1, "precision": "float32", "average": 0.9} | changes)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The data, and what the command made of it in two steps a stage."""
    folder = tmp_path_factory.mktemp("starter")
    data, starter, teacher = small_sets(folder / "data"), folder / "starter", WordCounting()
    starter.mkdir()
    settings = {name: plan(2).as_json() for name in ("text", "image", "naming", "sound")}
    settings |= {"text_batch": 8, "image_shares": [4, 2, 2], "image_sizes": [[0, 32], [0.5, 48]]}
    settings |= {"naming_photos": 3, "naming_counts": [8, 4, 4], "sound_shares": [2, 2, 1, 1, 1]}
    (starter / "training.json").write_text(json.dumps(settings))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "Teacher", lambda: teacher)
        words = ["train", "--data", str(data), "--starter", str(starter), "--work", str(folder / "work")]
        assert command.main(words) == 0
    return starter, teacher


def test_one_command_makes_a_folder_that_plain_open_clip_opens_and_every_figure_is_measured(made):
    from engine.training.starter.measure import Opened

    starter, _ = made
    opened = Opened.at(starter)
    vectors = opened.pictures(np.zeros((2, 40, 60, 3), np.uint8))
    assert vectors.shape == (2, 384)
    assert np.allclose(np.linalg.norm(opened.texts(["a red wall"]), axis=1), 1, atol=1e-4)
    figures = command.measured(starter, starter.parent / "data")
    for name in (
        "photos64 top-1",
        "flickr8k en text to photo R@10",
        "stamps el text to picture R@10",
        "esc10 zero-shot",
    ):
        assert 0 <= figures[name]["low"] <= figures[name]["value"] <= figures[name]["high"] <= 1


def test_nothing_of_a_held_out_record_is_shown_to_the_teacher(made):
    from engine.training.starter.splits import is_dev

    _, teacher = made
    assert any(" train " in sentence for sentence in teacher.asked)
    assert not any(" dev " in sentence for sentence in teacher.asked)
    assert not any(is_dev(sentence.split()[-1]) for sentence in teacher.asked if " a stamp " in sentence)


def test_words_move_to_where_the_pictures_lie_and_other_sentences_keep_their_place():
    from open_clip.model import CLIP

    torch.manual_seed(0)
    chance = np.random.default_rng(0)
    text = {
        "context_length": 8,
        "vocab_size": 64,
        "width": 64,
        "heads": 2,
        "layers": 1,
        "pool_type": "eos",
        "eos_id": 2,
    }
    network = CLIP(32, {"timm_model_name": "test_resnet", "image_size": 32}, text)
    network.visual.requires_grad_(False)
    others = _table([[10 + n % 20, 31 + n // 20, 2] for n in range(200)])
    places = chance.normal(size=(200, 32)).astype(np.float16)
    imitation = TextImitation(network, others, places, np.ones(200), 64)
    train(imitation, plan(150, learning_rate=5e-3, save_every=1))
    before = _likeness(network, others, places)

    directions = _unit(chance.normal(size=(4, 32)))
    labels = np.repeat(np.arange(4), 40)
    vectors = _unit(directions[labels] + 0.1 * chance.normal(size=(160, 32)))
    ways = _table([[3 + n, 60, 2] for n in range(4)] + [[3 + n, 61, 2] for n in range(4)])
    named = Named(
        vectors[::2], labels[::2], ways, [np.array([n]) for n in range(4)], [np.array([4 + n]) for n in range(4)]
    )
    pictures = _unit(chance.normal(size=(20, 32)))
    told = Told(pictures, _table([[40 + n, 2] for n in range(20)]), [np.array([n]) for n in range(20)])
    task = WordTuning(imitation, named, [told], (32, 16))
    assert _named_rightly(network, ways, vectors[1::2], labels[1::2]) < 0.9
    train(task, plan(150, learning_rate=5e-3, save_every=1))
    assert _named_rightly(network, ways, vectors[1::2], labels[1::2]) == 1.0
    assert _likeness(network, others, places) > before - 0.05


def test_a_class_is_also_called_by_its_other_names_and_no_picture_comes_twice():
    vectors = _unit(np.random.default_rng(0).normal(size=(6, 32)))
    ways = _table([[3, 2], [4, 2], [5, 2]])
    named = Named(
        vectors, np.array([0, 1] * 3), ways, [np.array([0]), np.array([1])], [np.array([2]), np.array([], int)]
    )
    imitation = TextImitation(torch.nn.Identity(), ways, vectors[:3], np.ones(3), 2)
    parts = WordTuning(imitation, named, [Told(vectors, ways, [np.arange(3)] * 6)], (4, 6)).parts(
        0.0, 40, torch.Generator().manual_seed(0)
    )
    assert {int(part.ways[0, 0]) for part in parts} == {3, 5}
    assert {int(part.ways[1, 0]) for part in parts} == {4}
    assert all(len(part.pictures.unique(dim=0)) == 6 and len(part.photos.unique(dim=0)) == 4 for part in parts)


def _table(rows: list[list[int]]) -> TokenTable:
    ids = np.zeros((len(rows), 8), np.int32)
    for row, tokens in zip(ids, rows, strict=True):
        row[: len(tokens)] = tokens
    return TokenTable(ids, np.array([len(tokens) for tokens in rows]))


def _unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@torch.inference_mode()
def _texts(network, table: TokenTable) -> np.ndarray:
    vectors = encode_short(network.eval(), torch.from_numpy(table.ids).long()).numpy()
    network.train()
    return _unit(vectors)


def _likeness(network, table: TokenTable, places: np.ndarray) -> float:
    return float((_texts(network, table) * _unit(places.astype(np.float32))).sum(1).mean())


def _named_rightly(network, ways: TokenTable, vectors: np.ndarray, labels: np.ndarray) -> float:
    return float(((vectors @ _texts(network, ways)[:4].T).argmax(1) == labels).mean())
