"""The Diagnose page: what can be measured at the left, the report in the middle, what to do about it at the right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop import wording
from desktop.bridge import EngineBridge
from desktop.diagnostics.advice_panel import AdvicePanel
from desktop.diagnostics.chooser import title_of
from desktop.diagnostics.report_view import ReportView
from desktop.diagnostics.setup_column import SetupColumn
from desktop.notices import Notices
from desktop.theme import Theme
from desktop.widgets.buttons import Button
from desktop.widgets.rule import Rule
from desktop.widgets.state_block import StateBlock
from desktop.widgets.words import ElidedWords, Words
from engine.events import Changed, JobFinished, JobProgress
from engine.evidence import Advice, DiagnosticCard, Report, ReportCard
from engine.values import Filter, ModelCard

if TYPE_CHECKING:
    from engine.engine import Engine

ADVICE_FROM = 1080  # narrower pages show the report alone
SPACE_HEALTH = ("Measure how this model sees your library.", "About 20 seconds; nothing is changed.")
Act = Callable[[Advice], list[tuple[str, str, Callable[[], object]]]]


class DiagnosePage(QWidget):
    """`item_wanted` asks to show items in Explore. `acts` gives the buttons of a piece of advice."""

    items_wanted = Signal(object)  # tuple of item ids

    def __init__(
        self, bridge: EngineBridge, theme: Theme, notices: Notices, scope: Callable[[str], Filter], acts: Act
    ) -> None:
        super().__init__()
        self._bridge, self._theme, self._notices, self._acts = bridge, theme, notices, acts
        self._cards: dict[str, DiagnosticCard] = {}
        self._newest: dict[str, ReportCard] = {}
        self._running: dict[int, str] = {}  # job number -> diagnostic
        self.report: Report | None = None
        self.setObjectName("diagnose_page")
        self.setAccessibleName("Diagnose")
        self.setup = SetupColumn(theme, scope)
        self.block = StateBlock(theme)
        self.view = ReportView(bridge, theme)
        self.advice = AdvicePanel(theme, self._answers)
        self.title = Words(theme, role="title", wrap=True)
        self.provenance = ElidedWords(theme, role="small", tone="muted")
        self.again_button = Button(theme, "Run again", self.measure, icon="ph.arrow-clockwise")
        self.export_button = Button(theme, "Export report", self.choose_export, icon="ph.export")
        self._build()
        self.setFocusProxy(self.setup.chooser)
        self.setup.chooser.chosen.connect(self._show_chosen)
        self.setup.chooser.wanted.connect(lambda _: self.measure())
        self.view.chosen.connect(lambda item_id: self.items_wanted.emit((item_id,)))
        bridge.progressed.connect(self._show_progress)
        bridge.finished.connect(self._take_finish)
        bridge.changed.connect(self._take_change)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(24, 16, 24, 0)
        head.setSpacing(10)
        head.addWidget(self.title, 1)
        head.addWidget(self.again_button)
        head.addWidget(self.export_button)
        told = QHBoxLayout()
        told.setContentsMargins(24, 2, 24, 12)
        told.addWidget(self.provenance)
        shown = QWidget()
        column = QVBoxLayout(shown)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(told)
        column.addWidget(self.view, 1)
        self._shown = shown
        self.stack = QStackedWidget()
        self.stack.setProperty("ground", "surface")
        self.stack.addWidget(self.block)
        self.stack.addWidget(shown)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.setup)
        row.addWidget(Rule(upright=True))
        row.addWidget(self.stack, 1)
        self._edge = Rule(upright=True)
        row.addWidget(self._edge)
        row.addWidget(self.advice)
        self.setProperty("ground", "surface")

    # -- asking -----------------------------------------------------------------------------------------------
    def knows(self, name: str) -> bool:
        """Whether there is a diagnostic of this name."""
        return name in self._cards

    def choose(self, name: str) -> None:
        """Go to a diagnostic."""
        self.setup.chooser.choose(name)

    # -- doing ------------------------------------------------------------------------------------------------
    def measure(self) -> None:
        """Run the diagnostic at hand with the settings of its form."""
        from engine.workflows.run_diagnostic import RunDiagnostic

        name = self.setup.chooser.at_hand
        if not name or name in self._running.values():
            return
        if self.setup.form.fault:
            self.setup.form.point_out()
            return
        job = RunDiagnostic(name, self.setup.model_key, self.setup.wanted, tuple(self.setup.form.differing().items()))
        self._running[self._bridge.submit(job)] = name
        self._show_busy(name)

    def cancel(self) -> None:
        for number in self._running:
            self._bridge.cancel(number)

    def choose_export(self) -> None:
        """Ask where to, then write the report as one HTML file."""
        if self.report is None:
            return
        told = self.report.provenance.diagnostic.replace("_", "-")
        name, _ = QFileDialog.getSaveFileName(self, "Export report", f"{told}.html", "Web page (*.html)")
        if name:
            self.export_to(Path(name))

    def export_to(self, target: Path) -> None:
        """Write the report that is shown."""
        report = self.report
        if report is not None:
            self._bridge.ask(lambda engine: engine.diagnostics.export(report, target), self._say_exported)

    def _say_exported(self, written: Path) -> None:
        self._notices.say(f"The report is in “{written}”.")

    # -- showing ----------------------------------------------------------------------------------------------
    def refresh(self) -> None:
        def question(engine: Engine) -> tuple[list[DiagnosticCard], list[ReportCard], list[ModelCard]]:
            return engine.diagnostics.cards(), engine.diagnostics.reports(), engine.models.cards()

        self._bridge.ask(question, self._show_cards, key="diagnostics")

    def _show_cards(self, known: tuple[list[DiagnosticCard], list[ReportCard], list[ModelCard]]) -> None:
        cards, reports, models = known
        first = not self._cards
        self._cards = {card.name: card for card in cards}
        self._newest = {card.diagnostic: card for card in reversed(reports)}
        self.setup.show_models(models)
        self.setup.chooser.show_cards(cards, self._newest)
        if first and cards:
            at = "space_health" if "space_health" in self._cards else cards[0].name
            if self.setup.chooser.at_hand != at:
                self.setup.chooser.choose(at)
            else:
                self._show_chosen(at)

    def _show_chosen(self, name: str) -> None:
        """Its form, and its newest report if there is one."""
        card = self._cards.get(name)
        if card is None:
            return
        self.setup.show_card(card)
        newest = self._newest.get(name)
        if name in self._running.values():
            self._show_busy(name)
        elif newest is None:
            self._show_empty(card)
        else:
            self._bridge.ask(
                lambda engine: engine.diagnostics.report(newest.id), self._show_report, key="report", failed=self._lost
            )

    def _show_empty(self, card: DiagnosticCard) -> None:
        heading, sentence = SPACE_HEALTH if card.name == "space_health" else (card.title, "Nothing is changed.")
        self._no_report()
        writes = not self._bridge.engine.read_only
        answers = (("Measure", self.measure),) if writes else ()
        self.block.say("ph.activity", heading, sentence, answers)

    def _show_busy(self, name: str) -> None:
        self._no_report()
        self.block.busy(f"Measuring {title_of(name).lower()}", "", (("Cancel", self.cancel),))

    def _show_report(self, report: Report) -> None:
        if report.provenance.diagnostic != self.setup.chooser.at_hand:
            return
        self.report = report
        self.title.setText(report.sentence)
        self.provenance.setText(provenance_of(report))
        self.view.show_report(report)
        self.advice.show_advice(report.evidence.advice, report.evidence.left_out)
        self.again_button.setEnabled(not self._bridge.engine.read_only)
        self.stack.setCurrentWidget(self._shown)
        self._give_way()

    def _lost(self, _fault: Exception) -> None:
        """The report was thrown away meanwhile."""
        card = self._cards.get(self.setup.chooser.at_hand)
        if card is not None:
            self._show_empty(card)

    def _no_report(self) -> None:
        self.report = None
        self.stack.setCurrentWidget(self.block)
        self._give_way()

    def _answers(self, advice: Advice) -> list[tuple[str, str, Callable[[], object]]]:
        return self._acts(advice)

    # -- hearing ----------------------------------------------------------------------------------------------
    def _show_progress(self, event: JobProgress) -> None:
        if self._running.get(event.job_id) != self.setup.chooser.at_hand:
            return
        share = f"{wording.percent(event.done / event.total)}" if event.total else ""
        left = wording.time_left(event.seconds_left) if event.seconds_left and event.total else ""
        self.block.sentence.setText(" · ".join(part for part in (event.note, share, left) if part))
        self.block.sentence.show()

    def _take_finish(self, event: JobFinished) -> None:
        name = self._running.pop(event.job_id, None)
        if name is None:
            return
        if isinstance(event.result, Report):
            kept = event.result
            if name == self.setup.chooser.at_hand:
                self._show_report(kept)
            self.refresh()
        elif name == self.setup.chooser.at_hand:
            if event.outcome == "failed":
                self.block.say(
                    "ph.warning", event.reason, event.remedy, (("Measure again", self.measure),), token="warn"
                )
            else:
                self._show_chosen(name)

    def _take_change(self, change: Changed) -> None:
        if change.models and self.isVisible():
            self.refresh()

    def showEvent(self, _event: object) -> None:
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_way()

    def _give_way(self) -> None:
        beside = self.report is not None and self.width() >= ADVICE_FROM
        self.advice.setVisible(beside)
        self._edge.setVisible(beside)


def provenance_of(report: Report) -> str:
    """Model, items, when, seed and weights in one line."""
    told = report.provenance
    models = ", ".join(key for key, _, _ in told.models)
    where = told.chosen or "the whole library"
    parts = [
        f"{models} on {where}" if models else where[0].upper() + where[1:],
        wording.count(told.items, "item"),
        wording.date(report.made_at),
        f"seed {told.seed}",
        *[f"weights {weights[:8]}" for _, weights, _ in told.models if weights],
        f"took {wording.took(report.seconds)}",
    ]
    return " · ".join(parts)
