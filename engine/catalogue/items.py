"""The facade's area for items: which there are, what they show, where they lie."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.catalogue.choices import FIELDS, SORTS
from engine.catalogue.library import Library
from engine.values import Filter, ItemCard, ItemDetails, LibraryCounts

if TYPE_CHECKING:
    import numpy as np


class Items:
    """`space_in_use` and `waveform` come from the parts that own them; both may answer with nothing."""

    FIELDS = FIELDS
    SORTS = SORTS

    def __init__(
        self,
        library: Library,
        *,
        space_in_use: Callable[[], int | None] = lambda: None,
        waveform: Callable[[int], tuple[float, ...]] = lambda item_id: (),
    ) -> None:
        self._library = library
        self._space_in_use = space_in_use
        self._waveform = waveform

    def counts(self) -> LibraryCounts:
        """How much the library holds, and how much of it the space in use has vectors for."""
        from engine.catalogue.queries.shown import counts

        with self._library.read() as session:
            return counts(session, self._space_in_use())

    def ids(self, wanted: Filter | None = None, sort: str = "added", descending: bool = False) -> np.ndarray:
        """Ids of all items that match, in order, int64 (n,). `sort` is one of `SORTS`."""
        from engine.catalogue.queries.shown import matching_ids

        with self._library.read() as session:
            return matching_ids(session, wanted or Filter(), sort, descending)

    def kinds(self, ids: Sequence[int] | np.ndarray) -> np.ndarray:
        """Kind of each of these items, index into `KINDS`, int8 (n,); of one that is not there, 0."""
        from engine.catalogue.queries.shown import kinds_of

        with self._library.read() as session:
            return kinds_of(session, ids)

    def cards(self, ids: Sequence[int] | np.ndarray) -> list[ItemCard]:
        """One card per id, in the order asked; ids that do not exist are left out."""
        from engine.catalogue.queries.cards import cards_of

        with self._library.read() as session:
            return cards_of(session, ids)  # type: ignore[arg-type]

    def details(self, item_id: int) -> ItemDetails:
        """Everything the inspector shows. Raises KeyError when the item is gone."""
        from engine.catalogue.queries.details import details_of

        with self._library.read() as session:
            return details_of(session, item_id, self._waveform(item_id))

    def captions(self, ids: Sequence[int] | np.ndarray) -> dict[int, list[tuple[str | None, str]]]:
        """(language, sentence) pairs of each of these items that has any."""
        from engine.catalogue.queries.details import captions_of

        with self._library.read() as session:
            return captions_of(session, ids)

    def path_of(self, item_id: int) -> Path | None:
        """The file an item lies in; may be missing from the disk. None when no place is known."""
        from engine.catalogue.queries.details import place_of

        with self._library.read() as session:
            return place_of(session, item_id)

    def field(self, name: str, ids: Sequence[int] | np.ndarray) -> tuple[np.ndarray, list[str]]:
        """(codes int32 (n,), names) of one of `FIELDS`: the most frequent name first, "No …" last."""
        import numpy as np

        from engine.catalogue.queries.fields import field_codes

        with self._library.read() as session:
            return field_codes(session, name, np.asarray(ids, np.int64))
