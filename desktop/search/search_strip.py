"""One line over the hits for what a search could not do: parts left out, items not indexed yet, nothing that clearly fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from desktop.search.wording import query_words
from desktop.shown import Shown
from desktop.theme import Theme
from desktop.widgets.state_block import Answer
from desktop.widgets.strip import Strip
from engine.errors import UserFixable
from engine.values import Filter, Hits, Term

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge

_LATE_MS = 400
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic")


class SearchStrip(Strip):
    """Hidden while there is nothing to say."""

    def __init__(self, bridge: EngineBridge, theme: Theme, shown: Shown, parent: QWidget | None = None) -> None:
        super().__init__(theme, "warn", parent)
        self.setObjectName("searchStrip")
        self._bridge, self._shown = bridge, shown
        self._late = QTimer(self, singleShot=True, interval=_LATE_MS)
        self._late.timeout.connect(self._explain_waiting)
        shown.changed.connect(self._look)
        shown.searching.connect(self._on_searching)
        shown.troubled.connect(self._on_troubled)

    def _tell(
        self, level: Literal["warn", "info"], sentence: str, answers: tuple[Answer, ...] = (), *, closable: bool = True
    ) -> None:
        """Warn of what is missing; only inform about what is as it should be."""
        if self._level != level:
            self._level = level
            self.setProperty("strip", level)
            self.style().unpolish(self)
            self.style().polish(self)
            self._dress()
        self.say(sentence, answers, closable=closable)

    def _on_searching(self, searching: bool) -> None:
        if searching:
            self._late.start()
        else:
            self._late.stop()

    def _explain_waiting(self) -> None:
        """A search that takes longer than a moment says what it waits for; the hits before stay."""
        terms = self._shown.query.terms if self._shown.query else ()
        if any(term.path for term in terms):
            self._tell("info", "Reading your picture…" if _is_picture(terms) else "Reading your file…", closable=False)
            return

        def answer(ready: bool) -> None:
            if not ready and self._shown.busy:
                self._tell("info", "The model is still loading. Your search runs in a moment.", closable=False)

        self._bridge.ask(lambda engine: engine.search.ready, answer, key=f"search ready {id(self)}")

    def _on_troubled(self, fault: Exception) -> None:
        """What kept a search from being answered, over the items that are still shown."""
        if isinstance(fault, UserFixable):
            self._tell("warn", " ".join(part for part in (fault.what, fault.means, fault.remedy) if part))
        else:
            self._tell("warn", "Something in Sightline went wrong during this search. Your files and library are safe.")

    def _look(self) -> None:
        hits = self._shown.hits
        if hits is None:
            self.hide()
        elif hits.left_out:
            self._tell("warn", " ".join(hits.left_out))
        elif hits.unindexed > 0 and len(hits.item_ids):
            noun, verb = ("item is", "it") if hits.unindexed == 1 else ("items are", "they")
            self._tell(
                "warn",
                f"{hits.unindexed:,} {noun} not indexed with this model yet, so {verb} cannot be found by meaning.",
                (("Index them" if hits.unindexed > 1 else "Index it", self._index),),
            )
        elif nothing_likely(hits):
            self._say_nothing_likely(hits)
        elif len(hits.item_ids) and (hits.bands == 3).all():
            self._tell(
                "info",
                f"With {hits.searched:,} items the bands cannot be measured yet. Hits are in order, without bands.",
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
        self._tell("info", f"Nothing here clearly fits “{words}”. {rest}", tuple(answers))

    def _index(self) -> None:
        from engine.workflows.encode_missing import EncodeMissing

        self._bridge.submit(EncodeMissing())


def _is_picture(terms: tuple[Term, ...]) -> bool:
    return any(term.path and term.path.lower().endswith(_PICTURES) for term in terms)


def nothing_likely(hits: Hits) -> bool:
    """Bands were measured, and no hit is in the first."""
    return bool(len(hits.item_ids)) and not (hits.bands == 0).any() and not (hits.bands == 3).any()
