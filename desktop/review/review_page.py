"""The Review page: blind pairs one after the other. One key answers and goes on; every answer can be undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop import wording
from desktop.actions import ActionRegistry
from desktop.bridge import EngineBridge
from desktop.diagnostics.item_pictures import ItemPictures
from desktop.notices import Notices
from desktop.review.key_bar import KeyBar
from desktop.review.pair_list import PICTURE, PairList
from desktop.review.pair_model import PairModel
from desktop.review.pair_reasons import PairReasons
from desktop.review.pair_stage import PairStage
from desktop.review.pattern_row import PatternRow
from desktop.theme import Theme
from desktop.widgets.buttons import Button
from desktop.widgets.rule import Rule
from desktop.widgets.state_block import StateBlock
from desktop.widgets.words import Words
from engine.events import Changed, JobFinished, JobProgress
from engine.evidence import PATTERNS, BlindPair, Report

if TYPE_CHECKING:
    from engine.diagnostics.pair_review import PairReview
    from engine.engine import Engine

LIST = 208
Loaded = tuple["PairReview", float, float, tuple[np.ndarray, np.ndarray], int]
LEAST_WIDE = 1000  # narrower pages leave the reasons out


class ReviewPage(QWidget):
    """`items_wanted` asks to show items in Explore."""

    items_wanted = Signal(object)

    def __init__(self, bridge: EngineBridge, theme: Theme, actions: ActionRegistry, notices: Notices) -> None:
        super().__init__()
        self._bridge, self._theme, self._actions, self._notices = bridge, theme, actions, notices
        self._review: PairReview | None = None
        self._limits = (0.95, 0.6)
        self._jobs: list[int] = []
        self._row = 0
        self._loading = False
        self._ended = False
        self.setObjectName("review_page")
        self.setAccessibleName("Review")
        self.setProperty("ground", "surface")
        self.model = PairModel(bridge, self)
        self.list = PairList(theme, self.model, ItemPictures(bridge, PICTURE))
        self.stage = PairStage(bridge, theme)
        self.reasons = PairReasons(theme)
        self.block = StateBlock(theme)
        self.place = Words(theme, role="strong")
        self.among = Words(theme, tone="muted")
        self.title_count = Words(theme, tone="muted")
        self._declare()
        self.patterns = PatternRow(theme, PATTERNS)
        self.keys = KeyBar(
            theme, actions, ("review.differ", "review.same", "review.unsure"), ("review.back", "review.skip")
        )
        self._build()
        self.setFocusProxy(self.list)
        self.patterns.chosen.connect(lambda pattern: self.answer("differ", pattern))
        self.list.selectionModel().currentChanged.connect(self._show_current)
        self.model.arrived.connect(self._take_pairs)
        self.reasons.limits_wanted.connect(self.set_limits)
        bridge.progressed.connect(self._show_progress)
        bridge.finished.connect(self._take_finish)
        bridge.changed.connect(self._take_change)

    def _declare(self) -> None:
        def add(name: str, words: str, key: str, handler: Callable[[], object], icon: str) -> None:
            self._actions.add(
                f"review.{name}",
                words,
                (key,),
                "Review",
                handler,
                icon=icon,
                widget=self,
                enabled=self._has_pair,
                menu="",  # type: ignore[arg-type]
            )

        add("differ", "They differ", "Y", lambda: self.answer("differ"), "mdi6.not-equal-variant")
        add("same", "Same thing", "N", lambda: self.answer("same"), "ph.equals")
        add("unsure", "Cannot tell", "T", lambda: self.answer("unsure"), "ph.question")
        add("back", "Back", "Backspace", lambda: self.go(-1), "ph.caret-left")
        add("skip", "Skip", "Space", lambda: self.go(1), "ph.caret-right")
        add("zoom", "Zoom together", "Z", self.stage.toggle_full_size, "ph.magnifying-glass-plus")
        add("difference", "Show the difference", "D", self.stage.toggle_difference, "ph.swap")
        add("map", "On the map", "M", self.show_on_map, "ph.circles-three")
        for number in range(1, 10):
            self._actions.add(
                f"review.pattern_{number}",
                f"They differ, filed under {number}",
                (str(number),),
                "Review",
                partial(self._file_under, number),
                widget=self,
                enabled=self._has_pair,
                menu="",
            )

    def _build(self) -> None:
        left = QFrame()
        left.setProperty("ground", "surface")
        left.setFixedWidth(LIST)
        head = QHBoxLayout()
        head.addWidget(Words(self._theme, "Blind pairs", "heading"), 1)
        head.addWidget(self.title_count)
        under = QHBoxLayout()
        under.addWidget(Words(self._theme, "Strangest first", "caption", "muted"), 1)
        under.addWidget(Words(self._theme, "CLIP / second", "caption", "muted"))
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(4)
        for line in (head, under):
            line.setContentsMargins(16, 0, 16, 0)
            column.addLayout(line)
        column.addWidget(self.list, 1)
        bar = QHBoxLayout()
        bar.setContentsMargins(16, 6, 16, 6)
        bar.setSpacing(8)
        bar.addWidget(self.place)
        bar.addWidget(self.among, 1)
        for name in ("difference", "zoom", "map"):
            action = self._actions[f"review.{name}"]
            bar.addWidget(Button(self._theme, action.text, action.handler, role="flat", icon=action.icon))
        self.export_button = Button(self._theme, "Export", self.choose_sheet, role="flat", icon="ph.export")
        bar.addWidget(self.export_button)
        middle = QWidget()
        middle.setProperty("ground", "canvas")
        middle.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        centre = QVBoxLayout(middle)
        centre.setContentsMargins(0, 0, 0, 0)
        centre.setSpacing(0)
        centre.addLayout(bar)
        centre.addWidget(Rule())
        centre.addWidget(self.stage, 1)
        centre.addWidget(self.patterns)
        centre.addWidget(Rule())
        centre.addWidget(self.keys)
        self._pairs = QWidget()
        row = QHBoxLayout(self._pairs)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for widget, stretch in ((left, 0), (Rule(upright=True), 0), (middle, 1)):
            row.addWidget(widget, stretch)
        self._edge = Rule(upright=True)
        row.addWidget(self._edge)
        row.addWidget(self.reasons)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.block)
        self.stack.addWidget(self._pairs)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.stack)

    # -- doing ------------------------------------------------------------------------------------------------
    def look(self) -> None:
        """Show pictures to the second opinion that it has not seen, then compare every pair."""
        from engine.workflows.encode_missing import EncodeMissing
        from engine.workflows.run_diagnostic import RunDiagnostic

        def submit(second: str) -> None:
            above, below = self._limits
            settings = (("above", above), ("below", below), ("second", second))
            first = EncodeMissing(model_key=second, title="Asking the second opinion")
            self._jobs = [
                self._bridge.submit(first),
                self._bridge.submit(RunDiagnostic("blind_pairs", parameters=settings)),
            ]
            self._show_busy()

        self._bridge.ask(lambda engine: engine.diagnostics.second_opinion(), submit)

    def cancel(self) -> None:
        for number in self._jobs:
            self._bridge.cancel(number)

    def answer(self, verdict: str, pattern: str | None = None) -> None:
        """Say it of the pair at hand, and go on."""
        pair = self._pair()
        if pair is None:
            return
        self._bridge.act(
            lambda engine: engine.judgements.judge("blind_pair", [(pair.a, pair.b)], verdict, pattern),
            lambda _: self._count_again(),
        )
        self.model.put(self._row, replace(pair, verdict=verdict, pattern=pattern))
        self.go(1)

    def _count_again(self) -> None:
        """The answer is in the library now."""
        self._recount()
        if self._ended:
            self._show_end()

    def _file_under(self, number: int) -> None:
        self.answer("differ", PATTERNS[number - 1])

    def go(self, step: int) -> None:
        """To the next or previous pair; after the last one comes the end."""
        row = self._row + step
        if row >= self.model.total:
            self._show_end()
        elif row >= 0:
            if row >= len(self.model.pairs):
                self.model.fetchMore(QModelIndex())
                return
            self.list.setCurrentIndex(self.model.index(row))

    def set_limits(self, above: float, below: float) -> None:
        """List the pairs within other limits; nothing is compared again."""
        if self._review is not None:
            self._limits, self._ended = (above, below), False
            self.reasons.show_limits(above, below)
            self.model.show(self._review, above, below)

    def show_on_map(self) -> None:
        pair = self._pair()
        if pair is not None:
            self.items_wanted.emit((pair.a, pair.b))

    def choose_sheet(self) -> None:
        """Ask where to, then write the pairs that differ as a question sheet."""
        name, _ = QFileDialog.getSaveFileName(self, "Export pairs", "blind-pairs.csv", "Table (*.csv)")
        if name:
            self.write_sheet(Path(name))

    def write_sheet(self, target: Path) -> None:
        review = self._review
        if review is None:
            return

        def say(count: int) -> None:
            self._notices.say(f"{wording.count(count, 'pair')} written to “{target}”, each with room for a question.")

        self._bridge.ask(lambda engine: review.write_sheet(target, engine.items.cards), say)

    def tag_pairs(self) -> None:
        """Tag both pictures of the pairs that differ, so that they can be searched, exported or trained on."""
        differing = {number for pair in self.model.pairs if pair.verdict == "differ" for number in (pair.a, pair.b)}
        if differing:
            self._bridge.act(lambda engine: engine.marks.tag(sorted(differing), "blind pair"))

    # -- showing ----------------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """The newest search for pairs, as it stands now."""
        if self._jobs or self._loading:
            return
        self._loading = True

        def question(engine: Engine) -> Loaded | None:
            report = engine.diagnostics.latest("blind_pairs")
            if report is None:
                return None
            review, told = engine.diagnostics.pair_review(report), dict(report.provenance.parameters)
            pictures = engine.items.counts().images
            return review, float(told["above"] or 0), float(told["below"] or 0), review.cloud(), pictures

        self._bridge.ask(question, self._take_review, key="blind pairs", failed=self._take_trouble)

    def _take_trouble(self, fault: Exception) -> None:
        self._loading = False
        self.block.say(
            "ph.warning",
            "The last search for pairs cannot be read.",
            "Your answers are kept.",
            (("Look again", self.look),),
        )
        self.stack.setCurrentWidget(self.block)

    def _take_review(self, loaded: Loaded | None) -> None:
        self._loading = False
        if loaded is None:
            self._show_start()
            return
        self._review, above, below, cloud, pictures = loaded
        names = [*self._review.models, "", ""]
        self.reasons.show_models(f"{names[0]}", f"{names[1]}")
        self.reasons.cloud.show_cloud(*cloud)
        self.among.setText(f"in {wording.count(pictures, 'image')}")
        self.set_limits(above, below)

    def _take_pairs(self) -> None:
        self.title_count.setText(wording.count(self.model.total))
        self._recount()
        if not self.model.pairs:
            self._show_none()
            return
        self.stack.setCurrentWidget(self._pairs)
        current = self.list.currentIndex()
        if not current.isValid():
            unanswered = (row for row, pair in enumerate(self.model.pairs) if pair.verdict is None)
            self.list.setCurrentIndex(self.model.index(next(unanswered, 0)))
        elif self._row + 1 < len(self.model.pairs) and self._row == self.model.rowCount() - 1:
            self.list.setCurrentIndex(self.model.index(self._row + 1))
        if self.isVisible():
            self.list.setFocus()

    def _show_current(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        self._row = index.row()
        pair = self.model.pairs[self._row]
        self.place.setText(f"{wording.count(self._row + 1)} of {wording.count(self.model.total)}")
        self.stage.show_pair(pair.a, pair.b)
        self.reasons.show_pair(pair)
        self.patterns.show_pattern(pair.pattern)
        self._actions.changed.emit()

    def _recount(self) -> None:
        review, (above, below) = self._review, self._limits
        if review is None:
            return

        def question(_: Engine) -> tuple[int, int, dict[str, int]]:
            return review.listed(above, below), review.count(above, below), review.reviewed(above, below)

        self._bridge.ask(question, lambda counts: self.reasons.show_counts(*counts), key="pair counts")

    def _show_start(self) -> None:
        answers = () if self._bridge.engine.read_only else (("Look for pairs", self.look),)
        self.block.say(
            "ph.columns",
            "Find pictures that the model takes for the same though they differ.",
            "Every picture is compared with every other, in this model's space and in one that knows no words. Nothing is changed.",
            answers,
        )
        self.stack.setCurrentWidget(self.block)

    def _show_busy(self) -> None:
        self.block.busy("Looking for blind pairs", "", (("Cancel", self.cancel),))
        self.stack.setCurrentWidget(self.block)

    def _show_none(self) -> None:
        above, below = self._limits
        assert self._review is not None
        heading = f"No pair is closer than {above:.2f} for one model and below {below:.2f} for the other."
        wider, lower, count = self._review.widened(above, below)
        if count:
            answers = ((f"Widen to {wider:.2f} / {lower:.2f}", lambda: self.set_limits(wider, lower)),)
            self.block.say("ph.columns", heading, "Widen the limits to look further.", answers)
        else:
            self.block.say(
                "ph.check-circle",
                heading,
                "No wider limits hold any either.",
                (("Look again", self.look),),
                primary=False,
            )
        self.stack.setCurrentWidget(self.block)

    def _show_end(self) -> None:
        review, (above, below) = self._review, self._limits
        if review is None:
            return
        self._ended = True

        def say(tally: dict[str, int]) -> None:
            done = sum(tally.values())
            self.block.say(
                "ph.check-circle",
                f"{wording.count(done)} of {wording.count(self.model.total)} looked at: {wording.count(tally['differ'])} really differ.",
                "Your answers are kept, and each can be undone.",
                (
                    ("Export pairs", self.choose_sheet),
                    ("Tag them “blind pair”", self.tag_pairs),
                    ("Back to the first", self._restart),
                ),
            )
            self.stack.setCurrentWidget(self.block)

        self._bridge.ask(lambda _: review.reviewed(above, below), say, key="end")

    def _restart(self) -> None:
        self._ended = False
        self.stack.setCurrentWidget(self._pairs)
        self.list.setCurrentIndex(self.model.index(0))
        self.list.setFocus()

    def _pair(self) -> BlindPair | None:
        shown = self.stack.currentWidget() is self._pairs and self._row < len(self.model.pairs)
        return self.model.pairs[self._row] if shown else None

    def _has_pair(self) -> bool:
        return self._pair() is not None and not self._bridge.engine.read_only

    # -- hearing ----------------------------------------------------------------------------------------------
    def _show_progress(self, event: JobProgress) -> None:
        if event.job_id in self._jobs:
            share = wording.percent(event.done / event.total) if event.total else ""
            self.block.sentence.setText(" · ".join(part for part in (event.note or event.title, share) if part))
            self.block.sentence.show()

    def _take_finish(self, event: JobFinished) -> None:
        if event.job_id not in self._jobs:
            return
        last = event.job_id == self._jobs[-1]
        if event.outcome == "failed":
            self._jobs = []
            self.block.say("ph.warning", event.reason, event.remedy, (("Look again", self.look),), token="warn")
        elif event.outcome == "cancelled":
            self.cancel()
            self._jobs = []
            self.refresh()
        elif last and isinstance(event.result, Report):
            self._jobs = []
            self.list.setCurrentIndex(QModelIndex())
            self.refresh()

    def _take_change(self, change: Changed) -> None:
        """An answer was undone, or pictures went: what is shown is read again."""
        if self.isVisible() and change.marks and self._review is not None and self._pair() is not None:
            review, (above, below), rows = self._review, self._limits, len(self.model.pairs)

            def take(pairs: list[BlindPair]) -> None:
                for row, pair in enumerate(pairs[: len(self.model.pairs)]):
                    if pair != self.model.pairs[row]:
                        self.model.put(row, pair)
                self._recount()

            self._bridge.ask(lambda _: review.page(above, below, 0, rows), take, key="pairs again")

    def showEvent(self, _event: object) -> None:
        if self._review is None:
            self.refresh()

    def resizeEvent(self, event: object) -> None:
        beside = self.width() >= LEAST_WIDE
        self.reasons.setVisible(beside)
        self._edge.setVisible(beside)
