"""One line over the hits for what a search could not do: parts left out, items not indexed yet, nothing that clearly fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from desktop.search.wording import query_words
from desktop.shown import Shown
from desktop.theme import Theme
from desktop.widgets.strip import Strip
from engine.values import Filter, Hits

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge

_ENOUGH_UNINDEXED = 1


class SearchStrip(Strip):
    """Hidden while there is nothing to say."""

    def __init__(self, bridge: EngineBridge, theme: Theme, shown: Shown, parent: QWidget | None = None) -> None:
        super().__init__(theme, "warn", parent)
        self.setObjectName("searchStrip")
        self._bridge, self._shown = bridge, shown
        shown.changed.connect(self._look)

    def _look(self) -> None:
        hits = self._shown.hits
        if hits is None:
            self.hide()
        elif hits.left_out:
            self.say(" ".join(hits.left_out))
        elif hits.unindexed >= _ENOUGH_UNINDEXED and len(hits.item_ids):
            noun, verb = ("item is", "it") if hits.unindexed == 1 else ("items are", "they")
            self.say(
                f"{hits.unindexed:,} {noun} not indexed with this model yet, so {verb} cannot be found by meaning.",
                (("Index them" if hits.unindexed > 1 else "Index it", self._index),),
            )
        elif nothing_likely(hits):
            self._say_nothing_likely(hits)
        elif len(hits.item_ids) and (hits.bands == 3).all():
            self.say(
                f"With {hits.searched:,} items the bands cannot be measured yet. Hits are in order, without bands."
            )
        else:
            self.hide()

    def _say_nothing_likely(self, hits: Hits) -> None:
        unsure = int((hits.bands == 1).sum())
        rest = (
            "Nothing is unsure either; the nearest are folded away."
            if not unsure
            else (f"{unsure:,} {'item is' if unsure == 1 else 'items are'} unsure; the nearest is shown first.")
        )
        answers = [] if unsure else [("Show the nearest", lambda: self._shown.unfold("unlikely"))]
        if self._shown.is_filtered:
            answers.append(("Search without filters", lambda: self._shown.set_filter(Filter())))
        words = query_words(self._shown.query)
        self.say(f"Nothing here clearly fits “{words}”. {rest}", tuple(answers))

    def _index(self) -> None:
        from engine.workflows.encode_missing import EncodeMissing

        self._bridge.submit(EncodeMissing())


def nothing_likely(hits: Hits) -> bool:
    """Bands were measured, and no hit is in the first."""
    return bool(len(hits.item_ids)) and not (hits.bands == 0).any() and not (hits.bands == 3).any()
