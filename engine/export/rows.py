"""Items as flat rows, the same for every table format: plain values, lists where there are several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from engine.engine import Engine
    from engine.jobs import Progress

PAGE = 1_000
COLUMNS = (
    "id",
    "path",
    "kind",
    "name",
    "text",
    "tags",
    "stars",
    "flag",
    "label",
    "hidden",
    "width",
    "height",
    "seconds",
    "taken_at",
    "line",
    "page",
    "collection",
)


def item_rows(engine: Engine, ids: Sequence[int] | np.ndarray, progress: Progress) -> Iterator[dict[str, Any]]:
    """One row per item that exists, in the order asked, with `COLUMNS` as keys. `taken_at` is seconds since 1970."""
    names = {card.id: card.name for card in engine.collections.all()}
    progress.start(len(ids))
    for page in pages(ids):
        tags = engine.marks.tags_by_item(page)
        for card in engine.items.cards(page):
            yield {
                "id": card.id,
                "path": card.path,
                "kind": card.kind,
                "name": card.name,
                "text": card.text,
                "tags": tags.get(card.id, []),
                "stars": card.stars,
                "flag": card.flag,
                "label": card.label,
                "hidden": card.hidden,
                "width": card.width,
                "height": card.height,
                "seconds": card.seconds,
                "taken_at": card.taken_at,
                "line": card.line,
                "page": card.page,
                "collection": names.get(card.collection_id or 0),
            }
        progress.step(len(page))


def pages(ids: Sequence[int] | np.ndarray) -> Iterator[list[int]]:
    """`ids` in pages of `PAGE`."""
    numbers = iter([int(number) for number in ids])
    while page := list(islice(numbers, PAGE)):
        yield page
