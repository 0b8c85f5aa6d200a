"""The rows of the sources panel, worked out from what the engine knows. No widgets here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.values import CollectionCard, Filter, LibraryCounts, Query, SavedSearchCard, TagCard

if TYPE_CHECKING:
    from engine.engine import Engine

RowKind = Literal["heading", "all", "kind", "collection", "search", "tag"]


@dataclass(frozen=True)
class Row:
    """One line. `shows` is what the centre shows when it is chosen; `key` tells rows apart between refreshes."""

    kind: RowKind
    text: str
    icon: str = ""
    count: int | None = None
    indent: int = 0
    key: str = ""
    shows: Query | None = None
    pill: str = ""  # "3 new"
    note: str = ""  # "not connected"
    failed: int = 0
    card: CollectionCard | SavedSearchCard | TagCard | None = None


def sources_of(engine: Engine) -> tuple[LibraryCounts, list[Row]]:
    """Everything the panel lists (asked on a reader thread)."""
    counts = engine.items.counts()
    rows = library_rows(counts)
    rows += collection_rows(engine.collections.all())
    rows += search_rows(engine.marks.searches())
    rows += tag_rows(engine.marks.tags())
    return counts, rows


def library_rows(counts: LibraryCounts) -> list[Row]:
    rows = [Row("all", "All items", "ph.books", counts.items, key="all", shows=Query())]
    for kind, text, icon, number in (
        ("image", "Images", "ph.image", counts.images),
        ("audio", "Sounds", "mdi6.waveform", counts.sounds),
        ("text", "Texts", "ph.text-align-left", counts.texts),
    ):
        shows = Query(filter=Filter(kinds=(kind,)))  # type: ignore[arg-type]
        rows.append(Row("kind", text, icon, number, 1, f"kind:{kind}", shows))
    return rows


def collection_rows(cards: list[CollectionCard]) -> list[Row]:
    if not cards:
        return []
    rows = [Row("heading", "Collections", key="heading:collections")]
    for card in cards:
        icon = "ph.hard-drives" if card.removable else "ph.table" if card.kind == "table" else "ph.folder"
        rows.append(
            Row(
                "collection",
                card.name,
                icon,
                card.items,
                key=f"collection:{card.id}",
                shows=Query(filter=Filter(collection_ids=(card.id,))),
                note="" if card.connected else "not connected",
                failed=card.failed,
                card=card,
            )
        )
    return rows


def search_rows(cards: list[SavedSearchCard]) -> list[Row]:
    if not cards:
        return []
    rows = [Row("heading", "Smart collections", key="heading:searches")]
    for card in cards:
        pill = f"{card.unseen:,} new" if card.unseen else ""
        rows.append(
            Row(
                "search",
                card.name,
                "ph.bookmark-simple",
                card.items,
                0,
                f"search:{card.id}",
                card.query,
                pill,
                card=card,
            )
        )
    return rows


def tag_rows(cards: list[TagCard]) -> list[Row]:
    if not cards:
        return []
    rows = [Row("heading", "Tags", key="heading:tags")]
    for card in cards:
        shows = Query(filter=Filter(tags=(card.name,)))
        rows.append(Row("tag", card.name, "ph.tag", card.items, 0, f"tag:{card.name}", shows, card=card))
    return rows


def row_of(rows: list[Row], shown: Query) -> int | None:
    """Which row says what the centre shows now; filters narrowed further belong to no row."""
    for place, row in enumerate(rows):
        if row.shows is not None and row.shows == shown:
            return place
    return None
