"""Words, items and files find what they should, with true cosines, under any filter."""

import numpy as np
import pytest

from engine.values import Filter, Query, Term
from tests.support.builders import invented_vectors, library_with
from tests.support.tiny_model import make_tiny_model


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return make_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def engine(tmp_path_factory, model):
    with library_with(tmp_path_factory.mktemp("search"), 600, model=model) as engine:
        yield engine


def stored(engine):
    return engine.vectors.store(engine.models.space().id).matrix().astype(np.float32)


def test_neighbours_are_those_of_brute_force(engine):
    vectors = stored(engine)
    cosines = vectors @ (vectors[41] / np.linalg.norm(vectors[41]))
    cosines[41] = -2
    expected = np.argsort(-cosines, kind="stable")[:10] + 1
    found = engine.search.neighbours(42, 10)
    assert [one.card.id for one in found] == expected.tolist()
    np.testing.assert_allclose([one.cosine for one in found], cosines[expected - 1], atol=1e-5)


def test_neighbours_of_some_kinds_only(engine):
    assert {one.card.kind for one in engine.search.neighbours(42, 20, kinds=("audio",))} == {"audio"}


def test_like_this_within_one_kind_equals_brute_force_and_leaves_the_item_itself_out(engine):
    vectors = stored(engine)
    hits = engine.search.hits(Query((Term(item_id=42),), Filter(kinds=("image",))), k=50)
    images = np.array([i for i in range(1, 601) if (i % 5 in (1, 2, 3) or i % 10 == 0) and i != 42])
    cosines = vectors[images - 1] @ (vectors[41] / np.linalg.norm(vectors[41]))
    assert hits.item_ids.tolist() == images[np.argsort(-cosines, kind="stable")][:50].tolist()
    np.testing.assert_allclose(hits.scores, np.sort(cosines)[::-1][:50], atol=1e-5)


def test_words_give_true_cosines_of_all_kinds_in_one_list(engine):
    hits = engine.search.hits(Query((Term(words="qqq"),)))
    expected = stored(engine)[hits.item_ids - 1] @ engine.models.encoder().encode_texts(["qqq"])[0]
    np.testing.assert_allclose(hits.scores, expected, atol=1e-5)
    assert hits.searched == 600
    assert {card.kind for card in engine.items.cards(hits.item_ids[:100])} == {"image", "audio", "text"}


def test_words_in_a_name_are_found_too_and_the_hit_says_so(engine):
    hits = engine.search.hits(Query((Term(words="violin"),)))
    named = set(engine.items.ids(Filter(text="violin")).tolist())
    by_words = set(hits.item_ids[hits.found_by >= 2].tolist())
    assert by_words == named
    assert len(named) == 50


def test_hits_stand_in_the_order_of_their_bands(engine):
    bands = engine.search.hits(Query((Term(words="violin"),))).bands
    assert (np.diff(bands) >= 0).all()


def test_a_filter_takes_items_away_and_never_widens_a_band(engine):
    query = Query((Term(item_id=42),))
    free = engine.search.hits(query)
    kept = engine.search.hits(Query(query.terms, Filter(kinds=("audio",))))
    likely = set(free.item_ids[free.bands == 0].tolist())
    assert set(kept.item_ids[kept.bands == 0].tolist()) <= likely
    sounds = set(engine.items.ids(Filter(kinds=("audio",))).tolist())
    assert set(kept.item_ids.tolist()) <= sounds
    assert kept.searched == len(sounds)


def test_the_same_topic_is_likely_and_the_others_are_not(engine):
    hits = engine.search.hits(Query((Term(item_id=42),)))
    likely = hits.item_ids[hits.bands == 0]
    assert len(likely) >= 20
    assert (likely % 12 == 42 % 12).mean() >= 0.8


def test_hidden_items_are_not_found(engine):
    best = int(engine.search.hits(Query((Term(item_id=42),)), k=1).item_ids[0])
    engine.marks.hide([best])
    assert best not in engine.search.hits(Query((Term(item_id=42),))).item_ids
    assert best not in [one.card.id for one in engine.search.neighbours(42, 10)]
    engine.marks.undo()
    assert best in engine.search.hits(Query((Term(item_id=42),))).item_ids


def test_the_order_of_the_terms_does_not_matter_and_minus_pushes_away(engine):
    plus, minus = Term(item_id=42), Term(item_id=43, weight=-1.0)
    one = engine.search.hits(Query((plus, minus)))
    other = engine.search.hits(Query((minus, plus)))
    assert one.item_ids.tolist() == other.item_ids.tolist()
    away = engine.search.hits(Query((plus,)), k=600)
    of_topic = np.arange(1, 601)[np.arange(1, 601) % 12 == 43 % 12]
    rank = lambda hits: np.flatnonzero(np.isin(hits.item_ids, of_topic)).mean()  # noqa: E731
    assert rank(one) > rank(away)


def test_a_file_that_cannot_be_read_is_left_out_and_named(engine, tmp_path):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0nothing more")
    hits = engine.search.hits(Query((Term(item_id=42), Term(path=str(broken)))))
    assert len(hits.item_ids)
    assert "“broken.jpg” could not be read, so it was left out of the search" in hits.left_out[0]


def test_a_picture_from_outside_is_searched_by(engine, tmp_path):
    from PIL import Image

    place = tmp_path / "outside.png"
    Image.new("RGB", (80, 60), (200, 30, 30)).save(place)
    hits = engine.search.hits(Query((Term(path=str(place)),)), k=5)
    assert len(hits.item_ids) == 5
    assert not hits.left_out


def test_without_terms_everything_that_matches_the_filter_is_given(engine):
    hits = engine.search.hits(Query((), Filter(kinds=("text",))))
    assert hits.item_ids.tolist() == np.sort(engine.items.ids(Filter(kinds=("text",)))).tolist()
    assert set(hits.bands.tolist()) == {3}


def test_few_items_are_given_in_order_without_bands(tmp_path, model):
    with library_with(tmp_path, 38, model=model) as engine:
        hits = engine.search.hits(Query((Term(words="qqq"),)))
        assert len(hits.item_ids) == 38
        assert set(hits.bands.tolist()) == {3}
        assert hits.limits is None


def test_nothing_indexed_gives_what_the_words_find(tmp_path, model):
    with library_with(tmp_path, 100, vectors=False, model=model) as engine:
        hits = engine.search.hits(Query((Term(words="violin"),)))
        assert len(hits.item_ids) == len(engine.items.ids(Filter(text="violin"))) > 0
        assert hits.unindexed == 100


def test_the_words_near_an_item_come_with_their_cosines(engine):
    words = engine.search.nearest_words(42, 5)
    assert len(words) == 5
    encoder = engine.models.encoder()
    vector = stored(engine)[41]
    for word, cosine in words:
        assert cosine == pytest.approx(
            float(encoder.encode_texts([word])[0] @ vector / np.linalg.norm(vector)), abs=2e-3
        )


def test_invented_vectors_are_what_the_library_holds(engine):
    np.testing.assert_allclose(stored(engine), invented_vectors(600, 32), atol=1e-3)


def test_a_large_archive_gives_the_same_best_hits_through_its_index(tmp_path, model, monkeypatch):
    from engine.retrieval import scoring
    from engine.workflows.build_index import BuildIndex

    with library_with(tmp_path, 6000, model=model) as engine:
        queries = [Query((Term(item_id=number),)) for number in (42, 99, 1234)]
        queries.append(Query((Term(words="qqq"),), Filter(kinds=("image",))))
        exact = [engine.search.hits(query, k=50) for query in queries]
        monkeypatch.setattr(scoring, "LARGE", 5000)
        assert engine.search.index_is_behind()
        finished = engine.jobs.wait(engine.jobs.submit(BuildIndex()), 60)
        assert finished.outcome == "done", finished
        assert not engine.search.index_is_behind()
        for query, truth in zip(queries, exact):
            fast = engine.search.hits(query, k=50)
            assert len(np.intersect1d(fast.item_ids, truth.item_ids)) >= 49
            assert fast.searched == truth.searched
            both = np.isin(fast.item_ids, truth.item_ids)
            known = dict(zip(truth.item_ids.tolist(), truth.scores.tolist()))
            np.testing.assert_allclose(fast.scores[both], [known[i] for i in fast.item_ids[both].tolist()], atol=1e-6)
