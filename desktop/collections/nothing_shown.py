"""What the middle of a view says when it has no items: why, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from desktop.actions import ActionRegistry
from desktop.shown import Shown
from desktop.theme import Theme
from desktop.widgets.state_block import BUSY_AFTER_MS, Answer, StateBlock
from engine.errors import UserFixable
from engine.events import JobFinished, JobProgress, JobQueued
from engine.values import CollectionCard, Filter

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge


class NothingShown(StateBlock):
    """Lies over a view and is visible only while `Shown` has an answer without items, or none at all."""

    def __init__(
        self, bridge: EngineBridge, theme: Theme, actions: ActionRegistry, shown: Shown, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent)
        self.setObjectName("nothingShown")
        self._bridge, self._actions, self._shown = bridge, actions, shown
        self._beside_map = False
        self._long = QTimer(self, singleShot=True, interval=BUSY_AFTER_MS)
        self._long.timeout.connect(self._say_busy)
        self._at_work: JobProgress | None = None
        bridge.queued.connect(self._take_queued)
        bridge.progressed.connect(self._take_progress)
        bridge.finished.connect(self._take_finish)
        shown.asked.connect(self._await)
        shown.changed.connect(self._look)
        shown.troubled.connect(self._tell)
        self._look()

    def set_beside_map(self, on: bool) -> None:
        """The map says the same with the same button; once is enough."""
        if on != self._beside_map:
            self._beside_map = on
            self._look()

    def _await(self) -> None:
        """What was said of the last answer is not true of the next one."""
        if self.isVisible():
            self.hide()
            self._long.start()

    def _say_busy(self) -> None:
        if self._shown.busy:
            self.busy("Searching…" if self._shown.query is not None else "Looking…")
            self.show()

    def _look(self) -> None:
        self._long.stop()
        empty = self._shown.answered and not any(len(section.ids) for section in self._shown.sections)
        self.setVisible(empty)
        if not empty:
            return
        wanted = self._shown.filter
        if self._shown.query is not None or self._shown.is_filtered:
            self._explain(wanted)
        elif self._at_work is not None:
            self._say_work(self._at_work)
        else:
            self.say(
                "ph.folder-plus",
                "Nothing in the library yet",
                "Add folders, and what is in them appears here within seconds.",
                self._answers(("file.add_folders", "Add folders…")),
            )

    def _take_queued(self, event: JobQueued) -> None:
        self._take_progress(JobProgress(event.job_id, event.title, event.lane, 0, None))

    def _take_progress(self, event: JobProgress) -> None:
        """An empty library into which something is just coming says what."""
        if event.lane != "engine":
            return
        began = self._at_work is None
        self._at_work = event
        if self.isVisible() and self._shown.query is None and not self._shown.is_filtered:
            if began:
                self._look()
            else:
                self._say_work(event)

    def _take_finish(self, event: JobFinished) -> None:
        if self._at_work is not None and event.job_id == self._at_work.job_id:
            self._at_work = None
            self._look()

    def _say_work(self, event: JobProgress) -> None:
        so_far = f"{event.done:,} {event.unit} so far. " if event.done else ""
        self.busy((event.note or event.title) + "…", f"{so_far}You can search as soon as the first items are in.")

    def _explain(self, wanted: Filter) -> None:
        if self._shown.query is not None and not self._shown.is_filtered:
            self.say(
                "ph.magnifying-glass",
                "Nothing is indexed yet",
                "A search finds items as soon as the first are in.",
                (("Index them", self._index),) if not self._bridge.engine.read_only else (),
            )
        elif len(wanted.tags) == 1 and wanted == Filter(tags=wanted.tags):
            self.say("ph.tag", f"No items carry “{wanted.tags[0]}”", "Select some and press T.")
        elif len(wanted.collection_ids) == 1 and wanted == Filter(collection_ids=wanted.collection_ids):
            number = wanted.collection_ids[0]
            self._bridge.ask(
                lambda engine: next((c for c in engine.collections.all() if c.id == number), None),
                self._explain_collection,
                key=f"nothing shown {id(self)}",
            )
        else:
            sentence = (
                "No item matches the filters, whatever the words."
                if self._shown.query
                else "No item matches these filters."
            )
            clear = ("Clear filters", lambda: self._shown.set_filter(Filter()))
            self.say("ph.funnel", sentence.rstrip("."), "", () if self._beside_map else (clear,))

    def _index(self) -> None:
        from engine.workflows.encode_missing import EncodeMissing

        self._bridge.submit(EncodeMissing())

    def _explain_collection(self, collection: CollectionCard | None) -> None:
        if collection is None:
            return
        if not collection.connected:
            self.say(
                "ph.hard-drives",
                f"“{collection.name}” is not connected",
                f"Its {collection.items:,} items stay searchable. Originals open when the drive is back.",
                self._answers(("file.rescan", "Look again")),
                primary=False,
            )
        else:
            self.say(
                "ph.folder",
                f"Nothing in “{collection.name}” yet",
                "Files put into its folder appear here by themselves.",
                self._answers(("file.add_folders", "Add folders…"), ("file.rescan", "Scan now")),
            )

    def _tell(self, fault: Exception) -> None:
        if isinstance(fault, UserFixable):
            self.say("ph.info", fault.what.rstrip("."), " ".join(p for p in (fault.means, fault.remedy) if p))
        else:
            self.say(
                "ph.x-circle",
                "Something in Sightline went wrong while opening this page",
                "Your files and library are safe; the rest keeps working.",
                (("Open again", self._shown.refresh),),
                token="error",
            )
        self.setVisible(not len(self._shown.ids))

    def _answers(self, *wanted: tuple[str, str]) -> tuple[Answer, ...]:
        """Buttons for those actions that exist in this window."""
        return tuple(
            (text, lambda name=name: self._actions.trigger(name)) for name, text in wanted if name in self._actions
        )
