"""The order of hits: bands first, kinds by turns, words and captions as evidence of their own."""

import numpy as np
import pytest

from engine.retrieval import answering, fusion
from engine.retrieval.scoring import score_all
from engine.values import KINDS
from tests.support.builders import library_with
from tests.support.tiny_model import make_tiny_model

NOTHING = np.empty(0, np.int64)


def ranked(kinds, chances, found=NOTHING, lent=None, surprise=None):
    """Hits of items 1, 2, …, whose surprise falls in that order."""
    count = len(kinds)
    ids = np.arange(1, count + 1)
    surprise = np.linspace(9, 1, count) if surprise is None else np.asarray(surprise, float)
    return answering.ranked(
        ids,
        np.asarray(kinds, np.int8),
        np.linspace(0.9, 0.1, count).astype(np.float32),
        np.zeros(count, np.int32),
        surprise,
        None if chances is None else np.asarray(chances, float),
        np.zeros(count) if lent is None else np.asarray(lent, float),
        np.asarray(found, np.int64),
    )


def test_kinds_take_turns_within_a_band_each_in_its_own_order():
    hits = ranked([2, 2, 2, 2, 0, 0, 1], [0.9] * 4 + [0.8] * 2 + [0.75])
    assert hits.item_ids.tolist() == [1, 5, 7, 2, 6, 3, 4]
    assert (hits.bands == 0).all()


def test_a_likely_picture_comes_before_any_unsure_text():
    hits = ranked([2, 2, 0], [0.9, 0.5, 0.8])
    assert hits.item_ids.tolist() == [1, 3, 2]
    assert hits.bands.tolist() == [0, 0, 1]


def test_words_lift_a_hit_by_one_band_and_the_hit_says_what_found_it():
    hits = ranked([2, 2, 2, 2], [0.9, 0.5, 0.01, 0.01], found=[3, 2])
    band, by = (dict(zip(hits.item_ids.tolist(), column.tolist())) for column in (hits.bands, hits.found_by))
    assert band == {1: 0, 2: 0, 3: 1, 4: 2}
    assert by == {1: fusion.MEANING, 2: fusion.BOTH, 3: fusion.WORDS, 4: fusion.MEANING}
    assert hits.item_ids.tolist()[0] == 2  # found both ways


def test_a_picture_is_as_likely_as_its_caption():
    hits = ranked([2, 0, 0], [0.9, 0.02, 0.02], lent=[0, 0, 0.9])
    assert sorted(hits.item_ids.tolist()[:2]) == [1, 3]
    by = dict(zip(hits.item_ids.tolist(), hits.found_by.tolist()))
    assert by == {1: fusion.MEANING, 2: fusion.MEANING, 3: fusion.WORDS}
    assert answering.fit_of(hits)[0] == pytest.approx(0.9)


def test_items_without_a_vector_are_hits_when_they_have_the_words():
    hits = ranked([0, 0], [0.01, 0.01], found=[77])
    assert hits.item_ids.tolist() == [77, 1, 2]
    assert np.isnan(hits.scores[0])
    assert hits.bands.tolist() == [1, 2, 2]


def test_without_bands_surprise_alone_decides():
    hits = ranked([2, 2, 0], None)
    assert hits.item_ids.tolist() == [1, 2, 3]
    assert set(hits.bands.tolist()) == {3}


def test_the_chance_of_a_caption_is_lent_to_what_it_describes_and_to_nothing_else(tmp_path):
    """Item 10, 20, … is a picture whose caption is the text five numbers later (`library_with`)."""
    with library_with(tmp_path, 600, model=make_tiny_model(tmp_path / "tiny")) as engine:
        things, texts = engine.search._kept.described()
        assert things.tolist() == list(range(10, 600, 10))
        assert (texts == things + 5).all()
        space = engine.models.space()
        archive, matrix = engine.search._kept.archive(space), engine.vectors.store(space.id).matrix()
        background = engine.search._kept.background(space, archive, "text")
        # straight at the topic of item 15, whose text is the caption of picture 10
        topic = matrix[np.arange(14, 600, 12)].astype(np.float32).mean(axis=0)
        odds = dict.fromkeys(KINDS, 0.5)
        scored = score_all(archive, matrix, topic / np.linalg.norm(topic), background, odds)
        lent = answering.lent_by_captions(scored, archive, things, texts)

    ids = archive.item_ids[lent >= 0.7]
    assert 10 in ids
    assert set(ids.tolist()) <= set(things.tolist())
    assert ((ids + 5) % 12 == 15 % 12).all()
