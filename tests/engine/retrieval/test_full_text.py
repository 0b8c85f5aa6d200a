"""Words of names, captions and texts are found in any script."""

import pytest

from engine.catalogue.queries.full_text import items_with_words
from tests.support.builders import open_empty

ITEMS = {
    1: ("heron_at_dusk.jpg", "A heron stands in the water.", ""),
    2: ("notes.txt", "", "The heron is a patient bird; herons wait."),
    3: ("cafe.jpg", "Ein Café am Ufer", ""),
    4: ("tori.jpg", "池の鳥が飛んでいる", ""),
    5: ("street.jpg", "上海的街道上有很多人", ""),
    6: ("IMG_0042.JPG", "", ""),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    from sqlalchemy import text

    with open_empty(tmp_path_factory.mktemp("words") / "library") as engine:
        with engine.library.write() as session:
            for table in ("item_fts", "item_trigram"):
                for number, (name, caption, passage) in ITEMS.items():
                    session.execute(
                        text(f"INSERT INTO {table}(rowid, name, caption, text) VALUES (:i, :n, :c, :t)"),
                        {"i": number, "n": name, "c": caption, "t": passage},
                    )
        yield engine


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("heron", {1, 2}),
        ("her", {1, 2}),
        ("heron water", {1}),
        ("cafe", {3}),
        ("CAFÉ ufer", {3}),
        ("鳥", {4}),
        ("飛んでいる", {4}),
        ("街道", {5}),
        ("img 0042", {6}),
        ("zebra", set()),
        ("", set()),
        ('" OR * NEAR(', set()),
        ("heron AND", set()),
    ],
)
def test_words_find_items(engine, words, found):
    with engine.library.read() as session:
        assert set(items_with_words(session, words).tolist()) == found


def test_a_word_in_the_name_counts_more_than_one_in_a_text(engine):
    with engine.library.read() as session:
        assert items_with_words(session, "heron").tolist()[0] == 1


def test_no_more_than_asked_for(engine):
    with engine.library.read() as session:
        assert len(items_with_words(session, "heron", limit=1)) == 1
