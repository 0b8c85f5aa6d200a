"""What the user says of items can be taken back and said again, in any order of acts, also after a restart."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engine.catalogue.id_ranges import pack, unpack
from engine.catalogue.query_json import from_json, to_json
from engine.catalogue.tables import Collection, ItemTag, Mark, SavedSearch, Tag
from engine.engine import Engine
from engine.errors import UserFixable
from engine.events import Changed
from engine.values import Filter, Query, Term
from tests.support.builders import library_with

ITEMS = 40
TAGS = ("night", "blue sky", "ünï", "a, b; c")
SEARCHES = ("herons", "snow")

ids = st.lists(st.integers(1, ITEMS + 3), max_size=12)  # three of them do not exist
tags = st.sampled_from(TAGS)
acts = st.one_of(
    st.tuples(st.just("tag"), ids, tags),
    st.tuples(st.just("untag"), ids, tags),
    st.tuples(st.just("stars"), ids, st.integers(0, 5)),
    st.tuples(st.just("flag"), ids, st.integers(-1, 1)),
    st.tuples(st.just("label"), ids, st.sampled_from((0, 6, 7, 8, 9))),
    st.tuples(st.just("hide"), ids),
    st.tuples(st.just("unhide"), ids),
    st.tuples(st.just("rename_tag"), tags, tags),
    st.tuples(st.just("delete_tag"), tags),
    st.tuples(st.just("merge_tags"), st.lists(tags, max_size=3), tags),
    st.tuples(
        st.just("save_search"), st.sampled_from(SEARCHES), st.just(Query((Term("heron"),), Filter(tags=("night",))))
    ),
    st.tuples(st.just("delete_search"), st.integers(1, 3)),
    st.tuples(st.just("rename_search"), st.integers(1, 3), st.sampled_from(SEARCHES)),
    st.tuples(st.just("rename_collection"), st.integers(1, 2), st.sampled_from(("mine", "yours"))),
)


def said(engine: Engine) -> object:
    """Everything acts can change, as plain values."""
    with engine.library.read() as session:
        names = {row.id: row.name for row in session.scalars(select(Tag))}
        return (
            sorted(names.values()),
            sorted((names[row.tag_id], row.item_id) for row in session.scalars(select(ItemTag))),
            sorted((row.item_id, row.stars, row.flag, row.label, row.hidden) for row in session.scalars(select(Mark))),
            sorted((row.id, row.name, row.query, row.created_at) for row in session.scalars(select(SavedSearch))),
            sorted((row.id, row.name) for row in session.scalars(select(Collection))),
        )


def carry_out(engine: Engine, act: tuple) -> None:
    try:
        getattr(engine.marks, act[0])(*act[1:])
    except (UserFixable, KeyError):
        pass  # refused: there is no such tag or search, or the name is taken


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(acts, min_size=1, max_size=60))
def test_undoing_everything_gives_the_start_and_redoing_everything_the_end(tmp_path_factory, plan):
    folder = tmp_path_factory.mktemp("acts")
    with library_with(folder, ITEMS, vectors=False) as engine:
        start = said(engine)
        for act in plan:
            carry_out(engine, act)
        end = said(engine)
        steps = 0
        while engine.marks.undo():
            steps += 1
        assert said(engine) == start
        for _ in range(steps // 2):
            engine.marks.redo()
    with Engine.open(folder / "library") as again:
        while again.marks.redo():
            pass
        assert said(again) == end
        for _ in range(steps):
            assert again.marks.undo() is not None
        assert again.marks.undo() is None
        assert said(again) == start


def test_three_hundred_acts_can_be_undone_after_a_restart(tmp_path):
    with library_with(tmp_path, ITEMS, vectors=False) as engine:
        start = said(engine)
        for number in range(300):
            engine.marks.stars([number % ITEMS + 1], number % 6)
    with Engine.open(tmp_path / "library") as again:
        for _ in range(300):
            assert again.marks.undo() is not None
        assert said(again) == start


def test_a_new_act_after_undo_forgets_what_was_undone(tmp_path):
    with library_with(tmp_path, ITEMS, vectors=False) as engine:
        engine.marks.tag([1], "night")
        engine.marks.tag([2], "blue")
        engine.marks.undo()
        assert engine.marks.redo_sentence() == "Tagged 1 item “blue”."
        engine.marks.flag([3], 1)
        assert engine.marks.redo_sentence() is None
        assert engine.marks.undo_sentence() == "Picked 1 item."
        assert [tag.name for tag in engine.marks.tags()] == ["night"]


def test_the_notice_says_what_was_done(tmp_path):
    with library_with(tmp_path, 300, vectors=False) as engine:
        assert engine.marks.tag(range(1, 213), "  night ").sentence == "Tagged 212 items “night”."
        assert engine.marks.undo().sentence == "Undone: Tagged 212 items “night”."
        assert engine.marks.stars([1], 1).sentence == "Rated 1 item 1 star."
        with pytest.raises(UserFixable, match="needs a name"):
            engine.marks.tag([1], "   ")


def test_ten_thousand_items_are_tagged_and_untagged_at_once(tmp_path):
    with library_with(tmp_path, 20_000, vectors=False) as engine:
        chosen = range(1, 20_000, 2)
        for act in (lambda: engine.marks.tag(chosen, "night"), engine.marks.undo, engine.marks.redo):
            began = time.thread_time()  # of this thread alone, so that a busy machine does not decide
            assert len(act().item_ids) == 10_000
            assert time.thread_time() - began < 1


def test_views_hear_which_items_an_act_changed(tmp_path):
    heard = []
    with library_with(tmp_path, ITEMS, vectors=False) as engine:
        engine.jobs.subscribe(heard.append)
        engine.marks.tag([4, 5], "night")
        assert heard == [Changed(marks=True, item_ids=(4, 5))]


def test_a_tag_that_new_files_brought_meanwhile_survives_the_undo_of_its_first_use(tmp_path):
    with library_with(tmp_path, ITEMS, vectors=False) as engine:
        engine.marks.tag([1], "night")
        with engine.library.write() as session:  # a picture whose own keywords say "night"
            session.add(ItemTag(tag_id=session.scalar(select(Tag.id)), item_id=30))
        engine.marks.undo()
        assert [(tag.name, tag.items) for tag in engine.marks.tags()] == [("night", 1)]


def test_a_saved_search_counts_what_is_new_since_it_was_seen(tmp_path):
    with library_with(tmp_path, ITEMS, vectors=False) as engine:
        engine.marks.save_search("pictures", Query((), Filter(kinds=("image",))))
        (card,) = engine.marks.searches()
        assert (card.items, card.unseen) == (28, 0)
        with engine.library.write() as session:
            from engine.catalogue.tables import Item

            session.add_all(
                [Item(content_hash=f"new{n}", kind="image", name=f"n{n}.jpg", added_at=0.0) for n in range(5)]
            )
        (card,) = engine.marks.recount_searches()
        assert (card.items, card.unseen) == (33, 5)
        engine.marks.seen_search(card.id)
        assert engine.marks.searches()[0].unseen == 0
        with pytest.raises(UserFixable, match="already there"):
            engine.marks.save_search("pictures", Query())


@given(st.sets(st.integers(1, 400)))
def test_ids_survive_being_packed(numbers):
    assert unpack(pack(numbers)) == sorted(numbers)


def test_a_query_survives_being_saved():
    query = Query(
        (Term("a heron", weight=2.0), Term(item_id=4, weight=-1.0), Term(path="/x/y.jpg")),
        Filter(kinds=("image",), tags=("a", "b"), date_from=1.5, item_ids=(1, 2), folder="x/y", include_hidden=True),
    )
    assert from_json(to_json(query)) == query
    assert from_json(
        '{"filter": {"tags": ["a"], "from_a_newer_version": 3}, "terms": [{"words": "x", "tone": 1}]}'
    ) == Query((Term("x"),), Filter(tags=("a",)))
