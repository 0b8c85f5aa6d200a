"""Which items are shown, in which order, and with what on them: against a slow, plain reading of the same library."""

import time

import numpy as np
import pytest

from engine.values import KINDS, Filter
from tests.support.builders import BORN, DAY, WORDS, kind_of, library_with


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with library_with(tmp_path_factory.mktemp("items"), 600, vectors=False) as engine:
        engine.marks.tag(range(1, 101), "night")
        engine.marks.tag(range(50, 61), "blue")
        engine.marks.stars(range(1, 51), 3)
        engine.marks.stars(range(51, 81), 5)
        engine.marks.flag([7, 8], -1)
        engine.marks.label([9], 6)
        engine.marks.hide([11, 12])
        yield engine


SHOWN = [number for number in range(1, 601) if number not in (11, 12)]
FILTERS = {
    "nothing asked": (Filter(), lambda n: True),
    "kind": (Filter(kinds=("audio", "text")), lambda n: kind_of(n) != "image"),
    "collection": (Filter(collection_ids=(2,)), lambda n: kind_of(n) == "audio"),
    "folder": (Filter(folder="2017"), lambda n: n % 9 == 2),
    "folder below": (Filter(folder="2017/night/"), lambda n: n % 9 == 2 and n % 12 == 2),
    "tag": (Filter(tags=("night",)), lambda n: n <= 100),
    "two tags": (Filter(tags=("night", "blue")), lambda n: 50 <= n <= 60),
    "without a tag": (Filter(without_tags=("night",)), lambda n: n > 100),
    "stars": (Filter(stars_from=4), lambda n: 51 <= n <= 80),
    "rejected": (Filter(flag=-1), lambda n: n in (7, 8)),
    "no flag": (Filter(flag=0), lambda n: n not in (7, 8)),
    "label": (Filter(label=6), lambda n: n == 9),
    "dates": (
        Filter(date_from=BORN - 25 * DAY, date_to=BORN - 10 * DAY),
        lambda n: kind_of(n) == "image" and 40 <= n <= 100,
    ),
    "size": (Filter(size_from=1100, size_to=1110), lambda n: 100 <= n <= 110),
    "words": (Filter(text="heron"), lambda n: n % 12 == 0),
    "part of a word": (Filter(text="icyc"), lambda n: n % 12 == 3),
    "a lasso": (Filter(item_ids=tuple(range(1, 601, 7))), lambda n: n % 7 == 1),
    "several at once": (
        Filter(kinds=("image",), tags=("night",), stars_from=3),
        lambda n: kind_of(n) == "image" and n <= 80,
    ),
}


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_shows_exactly_what_it_says(engine, name):
    wanted, holds = FILTERS[name]
    assert engine.items.ids(wanted).tolist() == [number for number in SHOWN if holds(number)]


def test_hidden_items_come_back_when_asked_for(engine):
    assert 11 not in engine.items.ids()
    assert 11 in engine.items.ids(Filter(include_hidden=True))


@pytest.mark.parametrize("quote", ['"', "'", "%", "*", 'her"on', "AND", "NEAR(", "-", "  "])
def test_any_text_may_be_typed_into_the_filter(engine, quote):
    engine.items.ids(Filter(text=quote, folder=quote, tags=()))


def test_items_can_be_ordered_by_everything_the_menu_offers(engine):
    cards = {card.id: card for card in engine.items.cards(SHOWN)}
    by_name = engine.items.ids(sort="name").tolist()
    assert by_name == sorted(SHOWN, key=lambda n: (cards[n].name.lower(), n))
    dated = engine.items.ids(sort="date", descending=True).tolist()
    with_date = [n for n in SHOWN if cards[n].taken_at is not None]
    assert dated[: len(with_date)] == sorted(with_date, key=lambda n: -cards[n].taken_at)
    starred = engine.items.ids(sort="stars", descending=True).tolist()
    assert starred[:29] == [n for n in SHOWN if 51 <= n <= 80][:29]
    for sort in engine.items.SORTS:
        assert sorted(engine.items.ids(sort=sort).tolist()) == SHOWN
    with pytest.raises(ValueError, match="no order"):
        engine.items.ids(sort="beauty")


def test_cards_come_in_the_order_asked_and_gone_items_are_left_out(engine):
    cards = engine.items.cards([300, 10, 99_999, 9])
    assert [card.id for card in cards] == [300, 10, 9]
    picture, marked = cards[1], cards[2]
    assert picture.text == "A bicycle seen on day 15."
    assert picture.path.endswith(f"photos/2016/{WORDS[10]}/orchard_000010.jpg")
    assert (marked.stars, marked.label, marked.kind) == (3, 6, "audio")


def test_the_inspector_gets_tags_captions_partners_facts_and_places(engine):
    details = engine.items.details(50)
    assert details.tags == ("blue", "night")
    assert details.captions == (("en", "A orchard seen on day 55.".replace("orchard", WORDS[55 % 12]), 55),)
    assert [card.id for card in details.partners] == [55]
    facts = dict(details.facts)
    assert facts["Size"] == "640 × 480"
    assert facts["Collection"] == "photos"
    assert facts["File size"] == "1.1 kB"
    assert engine.items.path_of(50).name == details.card.name
    with pytest.raises(KeyError):
        engine.items.details(99_999)


def test_colours_of_every_field_name_each_item_once_and_the_largest_first(engine):
    ids = engine.items.ids()
    for field in engine.items.FIELDS:
        codes, names = engine.items.field(field, ids)
        assert codes.dtype == np.int32
        assert len(codes) == len(ids)
        tally = np.bincount(codes, minlength=len(names))
        assert len(tally) == len(names)
        assert tally.min() > 0
        named = [count for count, name in zip(tally, names) if not name.startswith("No")]
        assert named == sorted(named, reverse=True)
    codes, names = engine.items.field("kind", np.array([1, 4, 5]))
    assert [names[code] for code in codes] == ["Images", "Sounds", "Texts"]
    codes, names = engine.items.field("tag", np.array([55, 1, 200]))
    assert [names[code] for code in codes] == ["night", "night", "No tag"]


def test_a_hundred_thousand_items_are_listed_and_coloured_without_a_wait(tmp_path):
    with library_with(tmp_path, 100_000, vectors=False) as large:
        ids = large.items.ids()

        def fastest(ask):
            times = []
            for _ in range(4):
                began = time.thread_time()
                ask()
                times.append(time.thread_time() - began)
            return min(times)

        # goals: 150 ms and 100 ms on a quiet machine; time of this thread alone, so that a busy one does not decide
        assert fastest(lambda: large.items.ids(Filter(kinds=("image",)), sort="date", descending=True)) < 0.3
        assert fastest(lambda: large.items.field("year", ids)) < 0.2
        assert fastest(lambda: large.items.cards(ids[50_000:50_200])) < 0.1


def test_a_new_item_never_takes_the_number_of_one_that_has_gone(tmp_path):
    from engine.catalogue.tables import Item

    with library_with(tmp_path, 10, vectors=False, thumbnails=10) as engine:
        engine.marks.tag([10], "night")
        engine.collections.remove(1)
        engine.collections.remove(2)
        assert engine.thumbnails.get(10, 96) is None
        with engine.library.write() as session:
            session.add(Item(content_hash="new", kind="image", name="new.jpg", added_at=0.0))
        assert engine.items.ids().tolist() == [11]
        engine.marks.undo()
        engine.marks.redo()
        assert engine.marks.tags_of([11]) == {}


def test_the_kind_of_many_items_is_known_by_number(tmp_path):
    with library_with(tmp_path, 60) as engine:
        ids = np.array([5, 4, 1, 999, 2])
        kinds = [KINDS[code] for code in engine.items.kinds(ids)]
        assert kinds == [kind_of(5), kind_of(4), kind_of(1), "image", kind_of(2)]
        assert set(kinds) == set(KINDS)
