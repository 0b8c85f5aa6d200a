"""The facade's area for what the user says of items: tags, stars, flags, labels, hiding. Every method that says something is
one act: it can be undone and done again, also after a restart.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from engine.catalogue.id_ranges import pack
from engine.catalogue.library import Library
from engine.catalogue.saved_searches import SavedSearches
from engine.errors import UserFixable
from engine.events import Changed, Event
from engine.values import Done, Hits, Query, SavedSearchCard, TagCard

if TYPE_CHECKING:
    import numpy as np
    from sqlalchemy.orm import Session

    from engine.catalogue.changes import Change

    Ids = Sequence[int] | np.ndarray
    Plan = tuple[str, list[Change], list[Change]]  # sentence, forward, backward

FEW = 512  # ids told along with a change, so that views can repaint just these


class Marks:
    """`hits` answers a query of meaning, for saved searches."""

    def __init__(
        self,
        library: Library,
        announce: Callable[[Event], None],
        *,
        hits: Callable[[Query], Hits] | None = None,
    ) -> None:
        self._library = library
        self._announce = announce
        self._saved = SavedSearches(library, hits)

    # -- tags -------------------------------------------------------------------------------------------------
    def tag(self, ids: Ids, name: str) -> Done:
        """“Tagged 212 items “night”.”"""
        from engine.catalogue.queries.marks import carrying, existing, tag_exists

        name = tag_name(name)

        def plan(session: Session) -> Plan:
            chosen = existing(session, ids)
            already = set(carrying(session, name, chosen))
            fresh = pack(number for number in chosen if number not in already)
            made = not tag_exists(session, name)
            forward: list[Change] = [["make_tag", name]] if made else []
            backward: list[Change] = [["untag", name, fresh]]
            return (
                f"Tagged {items(len(chosen))} “{name}”.",
                [*forward, ["tag", name, fresh]],
                [*backward, ["drop_tag", name]] if made else backward,
            )

        return self._act("tag", plan)

    def untag(self, ids: Ids, name: str) -> Done:
        """“Took “night” off 212 items.”"""
        from engine.catalogue.queries.marks import carrying, existing

        name = tag_name(name)

        def plan(session: Session) -> Plan:
            carried = carrying(session, name, existing(session, ids))
            packed = pack(carried)
            return f"Took “{name}” off {items(len(carried))}.", [["untag", name, packed]], [["tag", name, packed]]

        return self._act("untag", plan)

    def rename_tag(self, old: str, new: str) -> Done:
        """Another name for a tag. A name that is taken merges the two."""
        from engine.catalogue.queries.marks import tag_exists

        new = tag_name(new)
        with self._library.read() as session:
            self._must_exist(session, old)
            taken = new != old and tag_exists(session, new)
        if taken:
            return self.merge_tags([old], new)

        def plan(session: Session) -> Plan:
            self._must_exist(session, old)
            return f"Renamed the tag “{old}” to “{new}”.", [["name_tag", old, new]], [["name_tag", new, old]]

        return self._act("rename_tag", plan)

    def delete_tag(self, name: str) -> Done:
        """The tag goes; its items stay."""
        from engine.catalogue.queries.marks import carrying

        def plan(session: Session) -> Plan:
            self._must_exist(session, name)
            carried = carrying(session, name)
            return (
                f"Deleted the tag “{name}” of {items(len(carried))}.",
                [["untag", name, pack(carried)], ["drop_tag", name]],
                [["make_tag", name], ["tag", name, pack(carried)]],
            )

        return self._act("delete_tag", plan)

    def merge_tags(self, names: Sequence[str], into: str) -> Done:
        """Items that carry any of `names` carry `into` instead."""
        from engine.catalogue.queries.marks import carrying, tag_exists

        into = tag_name(into)
        merged = [name for name in dict.fromkeys(names) if name != into]

        def plan(session: Session) -> Plan:
            for name in merged:
                self._must_exist(session, name)
            had = {name: carrying(session, name) for name in merged}
            already = set(carrying(session, into))
            fresh = pack({number for ids in had.values() for number in ids} - already)
            made = not tag_exists(session, into)
            forward: list[Change] = [["make_tag", into]] if made else []
            forward.append(["tag", into, fresh])
            backward: list[Change] = []
            for name, ids in had.items():
                forward += [["untag", name, pack(ids)], ["drop_tag", name]]
                backward += [["make_tag", name], ["tag", name, pack(ids)]]
            backward.append(["untag", into, fresh])
            if made:
                backward.append(["drop_tag", into])
            named = "the tag" if len(merged) == 1 else f"{len(merged)} tags"
            first = f" “{merged[0]}”" if len(merged) == 1 else ""
            return f"Merged {named}{first} into “{into}”.", forward, backward

        return self._act("merge_tags", plan)

    def tags(self) -> list[TagCard]:
        """All tags by name, with how many items carry each."""
        from engine.catalogue.queries.marks import tag_cards

        with self._library.read() as session:
            return tag_cards(session)

    def tags_of(self, ids: Ids) -> dict[str, int]:
        """Tags of these items, with how many of them carry each."""
        from engine.catalogue.queries.marks import tags_among

        with self._library.read() as session:
            return tags_among(session, ids)

    def tags_by_item(self, ids: Ids) -> dict[int, list[str]]:
        """Tags of each of these items that has any."""
        from engine.catalogue.queries.marks import tags_by_item

        with self._library.read() as session:
            return tags_by_item(session, ids)

    # -- stars, flags, labels, hiding -------------------------------------------------------------------------
    def stars(self, ids: Ids, stars: int) -> Done:
        """0 to 5; 0 takes the rating away."""
        words = f"{stars} star" if stars == 1 else f"{stars} stars"
        say = f"Rated {{}} {words}." if stars else "Took the rating off {}."
        return self._mark("stars", _one_of(stars, range(6)), ids, say)

    def flag(self, ids: Ids, flag: int) -> Done:
        """1 pick, -1 reject, 0 neither."""
        say = {1: "Picked {}.", -1: "Rejected {}.", 0: "Took the flag off {}."}
        return self._mark("flag", _one_of(flag, say), ids, say[flag])

    def label(self, ids: Ids, label: int) -> Done:
        """6 to 9, or 0 for none."""
        say = f"Gave {{}} label {label}." if label else "Took the label off {}."
        return self._mark("label", _one_of(label, (0, 6, 7, 8, 9)), ids, say)

    def hide(self, ids: Ids) -> Done:
        """Out of sight everywhere, until unhidden. Nothing is deleted."""
        return self._mark("hidden", 1, ids, "Hid {}.")

    def unhide(self, ids: Ids) -> Done:
        return self._mark("hidden", 0, ids, "{} shown again.")

    # -- saved searches and collections' names ----------------------------------------------------------------
    def save_search(self, name: str, query: Query) -> Done:
        """Keep a query as a smart collection. Raises `UserFixable` when the name is taken."""
        done = self._act("save_search", lambda session: self._saved.plan_save(session, name, query), searches=True)
        self._saved.count_by_name(name.strip())
        return done

    def delete_search(self, search_id: int) -> Done:
        return self._act("delete_search", lambda session: self._saved.plan_delete(session, search_id), searches=True)

    def rename_search(self, search_id: int, name: str) -> Done:
        return self._act(
            "rename_search", lambda session: self._saved.plan_rename(session, search_id, name), searches=True
        )

    def rename_collection(self, collection_id: int, name: str) -> Done:
        """Another name for a collection; its folder keeps its own."""
        from engine.catalogue.tables import Collection

        def plan(session: Session) -> Plan:
            row = session.get(Collection, collection_id)
            if row is None:
                raise KeyError(collection_id)
            new, number = name.strip() or row.name, row.id
            sentence = f"Renamed “{row.name}” to “{new}”."
            return sentence, [["name_collection", number, new]], [["name_collection", number, row.name]]

        return self._act("rename_collection", plan, collections=True)

    def searches(self) -> list[SavedSearchCard]:
        """All saved searches, with the counts of when they last ran."""
        return self._saved.cards()

    def recount_searches(self) -> list[SavedSearchCard]:
        """Run every saved search again and count what is new in each. May load the model."""
        cards = self._saved.recount()
        self._announce(Changed(searches=True))
        return cards

    def seen_search(self, search_id: int) -> None:
        """The user has seen what is in it now. Not an act: looking is not undone."""
        self._saved.seen(search_id)
        self._announce(Changed(searches=True))

    # -- undo -------------------------------------------------------------------------------------------------
    def undo(self) -> Done | None:
        """Take the last act back. None when there is none."""
        from engine.catalogue import acts

        with self._library.write() as session:
            done = acts.undo(session)
        return self._told(done)

    def redo(self) -> Done | None:
        """Do the act again that was undone last. None when there is none."""
        from engine.catalogue import acts

        with self._library.write() as session:
            done = acts.redo(session)
        return self._told(done)

    def undo_sentence(self) -> str | None:
        """What `undo` would take back."""
        from engine.catalogue import acts

        with self._library.read() as session:
            return acts.next_to_undo(session)

    def redo_sentence(self) -> str | None:
        """What `redo` would do again."""
        from engine.catalogue import acts

        with self._library.read() as session:
            return acts.next_to_redo(session)

    # -- inside -----------------------------------------------------------------------------------------------
    def _mark(self, column: str, value: int, ids: Ids, say: str) -> Done:
        from engine.catalogue.queries.marks import existing, values_now

        def plan(session: Session) -> Plan:
            chosen = existing(session, ids)
            before = [[was, pack(members)] for was, members in values_now(session, column, chosen)]
            forward: list[Change] = [["mark", column, [[value, pack(chosen)]]]]
            return say.format(items(len(chosen))), forward, [["mark", column, before]]

        return self._act(column, plan)

    def _act(self, verb: str, plan: Callable[[Session], Plan], **changed: Any) -> Done:
        from engine.catalogue import acts

        with self._library.write() as session:
            done = acts.do(session, verb, *plan(session))
        few = done.item_ids if len(done.item_ids) <= FEW else ()
        self._announce(Changed(marks=True, item_ids=few, **changed))
        return done

    def _told(self, done: Done | None) -> Done | None:
        if done is not None:
            few = done.item_ids if len(done.item_ids) <= FEW else ()
            self._announce(Changed(marks=True, searches=True, collections=True, item_ids=few))
        return done

    @staticmethod
    def _must_exist(session: Session, name: str) -> None:
        from engine.catalogue.queries.marks import tag_exists

        if not tag_exists(session, name):
            raise UserFixable(f"There is no tag “{name}”.", "Nothing was changed.", "Choose one that is there.")


def tag_name(words: str) -> str:
    """`words` as a tag is written: one line, single spaces, one form of each letter. Raises `UserFixable` when empty."""
    name = " ".join(unicodedata.normalize("NFC", words).split())
    if not name:
        raise UserFixable("A tag needs a name.", "Nothing was changed.", "Type at least one letter.")
    return name


def items(count: int) -> str:
    """“1 item”, “12,904 items”."""
    return "1 item" if count == 1 else f"{count:,} items"


def _one_of(value: int, allowed: Any) -> int:
    if value not in allowed:
        raise ValueError(f"{value} is not one of {', '.join(map(str, allowed))}")
    return value
