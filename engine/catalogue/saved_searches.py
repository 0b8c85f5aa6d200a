"""Saved searches: a full query (meaning, filters) under a name, with a count of what is new in it since it was last seen."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.catalogue.library import Library
from engine.catalogue.query_json import to_json
from engine.errors import UserFixable
from engine.values import Hits, Query, SavedSearchCard

if TYPE_CHECKING:
    import numpy as np
    from sqlalchemy.orm import Session

    from engine.catalogue.changes import Change
    from engine.catalogue.tables import SavedSearch

    Plan = tuple[str, list[Change], list[Change]]  # sentence, forward, backward

LIKELY = 0  # number of that band in `Hits.bands`
NO_BAND = 3


class SavedSearches:
    """A query with terms counts its likely hits (all hits, when bands cannot be measured); one without counts what matches."""

    def __init__(self, library: Library, hits: Callable[[Query], Hits] | None) -> None:
        self._library = library
        self._hits = hits

    def cards(self) -> list[SavedSearchCard]:
        from engine.catalogue.queries.marks import search_cards

        with self._library.read() as session:
            return search_cards(session)

    def plan_save(self, session: Session, name: str, query: Query) -> Plan:
        from sqlalchemy import func, select

        from engine.catalogue.queries.marks import newest_item
        from engine.catalogue.tables import SavedSearch

        name = self._free_name(session, name)
        row = {
            "id": (session.scalar(select(func.max(SavedSearch.id))) or 0) + 1,
            "name": name,
            "query": to_json(query),
            "seen_up_to": newest_item(session),
            "counted": 0,
            "unseen": 0,
            "created_at": time.time(),
        }
        return f"Saved the search “{name}”.", [["make_search", row]], [["drop_search", row["id"]]]

    def plan_delete(self, session: Session, search_id: int) -> Plan:
        row = self._row(session, search_id)
        kept = {column.name: getattr(row, column.name) for column in row.__table__.columns}
        return f"Deleted the search “{row.name}”.", [["drop_search", row.id]], [["make_search", kept]]

    def plan_rename(self, session: Session, search_id: int, name: str) -> Plan:
        row = self._row(session, search_id)
        new = row.name if name.strip() == row.name else self._free_name(session, name)
        sentence = f"Renamed the search “{row.name}” to “{new}”."
        return sentence, [["name_search", row.id, new]], [["name_search", row.id, row.name]]

    def recount(self) -> list[SavedSearchCard]:
        """Run every search again. One that cannot run now (its model is missing) keeps its counts."""
        for card in self.cards():
            self._count(card.id, card.query)
        return self.cards()

    def count_by_name(self, name: str) -> None:
        """Count a search that was just saved, when that needs no model."""
        for card in self.cards():
            if card.name == name and not card.query.terms:
                self._count(card.id, card.query)

    def seen(self, search_id: int) -> None:
        from engine.catalogue.queries.marks import newest_item

        with self._library.write() as session:
            row = self._row(session, search_id)
            row.seen_up_to, row.unseen = newest_item(session), 0

    def _count(self, search_id: int, query: Query) -> None:
        try:
            found = self._found(query)
        except UserFixable:
            return
        with self._library.write() as session:
            row = self._row(session, search_id)
            row.counted, row.unseen = len(found), int((found > row.seen_up_to).sum())

    def _found(self, query: Query) -> np.ndarray:
        from engine.catalogue.queries.shown import matching_ids

        if query.terms and self._hits is not None:
            hits = self._hits(query)
            return hits.item_ids[(hits.bands == LIKELY) | (hits.bands == NO_BAND)]
        with self._library.read() as session:
            return matching_ids(session, query.filter)

    @staticmethod
    def _row(session: Session, search_id: int) -> SavedSearch:
        from engine.catalogue.tables import SavedSearch

        row = session.get(SavedSearch, search_id)
        if row is None:
            raise KeyError(search_id)
        session.refresh(row)
        return row

    @staticmethod
    def _free_name(session: Session, name: str) -> str:
        from sqlalchemy import select

        from engine.catalogue.tables import SavedSearch

        name = " ".join(name.split())
        if not name:
            raise UserFixable("A saved search needs a name.", "Nothing was changed.", "Type at least one letter.")
        if session.scalar(select(SavedSearch.id).where(SavedSearch.name == name)) is not None:
            raise UserFixable(
                f"A search called “{name}” is already there.", "Nothing was changed.", "Choose another name."
            )
        return name
