"""The Train page: pairs, model and recipe at the left, the run's curves in the middle, what it did to the model at the right."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from desktop import wording
from desktop.actions import ActionRegistry
from desktop.bridge import EngineBridge
from desktop.notices import Notices
from desktop.theme import Theme
from desktop.training.against_before import AgainstBefore
from desktop.training.run_curves import RunCurves
from desktop.training.setup_form import RETENTION, SetupForm
from desktop.widgets.buttons import Button
from desktop.widgets.rule import Rule
from desktop.widgets.state_block import StateBlock
from desktop.widgets.words import Words
from engine.errors import UserFixable
from engine.events import JobFinished, JobProgress, TrainingReport
from engine.values import Filter, ModelCard, PairsCard, RunCard, TrainingEstimate

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.training.area import RecipeCard

AGAINST_FROM = 1080  # narrower pages leave the comparison out
STAYS = "The new model becomes a new space. The old one stays as it is, and you can switch back at any time."
HEADLINES = {
    "running": "Run {} is learning",
    "waiting": "Run {} waits for its turn",
    "done": "Run {} is done",
    "stopped": "Run {} was stopped",
    "failed": "Run {} could not go on",
    "cancelled": "Run {} was stopped by you",
    "interrupted": "Run {} was interrupted",
}
Known = tuple["list[RecipeCard]", list[ModelCard], list[RunCard]]


class TrainPage(QWidget):
    """`moved_wanted` asks to see what a run moved: (model before, model after)."""

    moved_wanted = Signal(str, str)

    def __init__(
        self,
        bridge: EngineBridge,
        theme: Theme,
        actions: ActionRegistry,
        notices: Notices,
        scope: Callable[[str], Filter],
    ) -> None:
        super().__init__()
        self._bridge, self._theme, self._actions, self._notices = bridge, theme, actions, notices
        self._run: RunCard | None = None
        self._jobs: dict[int, int] = {}  # job number -> run
        self._early: dict[int, JobFinished] = {}  # jobs that ended before their number came
        self._estimate_job: int | None = None
        self._anyway = False
        self._offering = False  # two ways on are offered; nothing else takes their place
        self.setObjectName("train_page")
        self.setAccessibleName("Train")
        self.setProperty("ground", "surface")
        self.setup = SetupForm(theme, scope)
        self.block = StateBlock(theme)
        self.curves = RunCurves(theme)
        self.against = AgainstBefore(theme)
        self.title = Words(theme, role="title")
        self.said = Words(theme, tone="muted", wrap=True)
        self.step = Words(theme, role="strong")
        self.left = Words(theme, tone="muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.pause_button = Button(theme, "Pause", self.toggle_pause, icon="ph.pause")
        self.keep_button = Button(theme, "Stop, keep best step", self.keep_best, icon="ph.stop")
        self.resume_button = Button(theme, "Go on", self.go_on, icon="ph.play")
        self.use_button = Button(theme, "Use this model", self.use_result, icon="ph.cube")
        self.delete_button = Button(theme, "Delete run", self.delete, role="flat")
        self._build()
        self._declare()
        self.setFocusProxy(self.setup.recipe)
        self.setup.start_button.clicked.connect(lambda: self.start())
        self.setup.estimate_button.clicked.connect(lambda: self.estimate())
        self.setup.runs.chosen.connect(self.show_run)
        self.setup.pairs.changed.connect(self.survey)
        bridge.trained.connect(self._take_report)
        bridge.progressed.connect(self._take_progress)
        bridge.finished.connect(self._take_finish)

    def _declare(self) -> None:
        def add(name: str, words: str, key: str, handler: Callable[[], object], icon: str) -> None:
            self._actions.add(f"train.{name}", words, (key,), "Train", handler, icon=icon, widget=self, menu="")

        add("start", "Start the run", "Ctrl+Return", self.start, "ph.play")
        add("pause", "Pause or go on", "Space", self.toggle_pause, "ph.pause")
        add("best", "Stop, keep best step", "B", self.keep_best, "ph.stop")

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title, 1)
        for button in (self.pause_button, self.resume_button, self.keep_button, self.use_button, self.delete_button):
            head.addWidget(button)
        standing = QHBoxLayout()
        standing.setSpacing(12)
        self.bar.setFixedWidth(230)
        standing.addWidget(self.bar)
        standing.addWidget(self.step)
        standing.addWidget(self.left, 1, Qt.AlignmentFlag.AlignRight)
        self._standing = QWidget()
        self._standing.setLayout(standing)
        standing.setContentsMargins(0, 0, 0, 0)
        top = QVBoxLayout()
        top.setContentsMargins(18, 14, 18, 10)
        top.setSpacing(8)
        top.addLayout(head)
        top.addWidget(self.said)
        top.addWidget(self._standing)
        shown = QWidget()
        column = QVBoxLayout(shown)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(Rule())
        column.addWidget(self.curves, 1)
        self._shown = shown
        self.stack = QStackedWidget()
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
        row.addWidget(self.against)

    # -- before a run -----------------------------------------------------------------------------------------
    def survey(self) -> None:
        """Count what the chosen pairs hold."""
        wanted = self.setup.pairs.learn_from()

        def trouble(fault: Exception) -> None:
            self.setup.pairs.show_trouble(
                str(fault) if isinstance(fault, UserFixable) else "These pairs cannot be read."
            )

        self._bridge.ask(lambda engine: engine.training.survey(wanted), self._show_survey, key="survey", failed=trouble)

    def estimate(self) -> None:
        """Run a few steps without applying them, to say what the whole would cost."""
        if self._faulty():
            return
        recipe, model, wanted, settings = self._asked()
        own = {name: value for name, value in settings.items() if name not in ("retention", "collapse", "best")}
        self.setup.show_cost("Trying a few steps…")

        def ask(engine: Engine) -> int:
            return engine.training.estimate(recipe, wanted, model=model, settings=own)

        self._bridge.ask(ask, self._await_estimate, key="estimate", failed=self._say_trouble)

    def start(self) -> None:
        """Put the run down and begin it."""
        if self._faulty() or self._is_learning():
            return
        recipe, model, wanted, settings = self._asked()
        anyway, self._anyway = self._anyway, False
        self._offering = False

        def begin(engine: Engine) -> tuple[int, int]:
            card = engine.training.create(recipe, wanted, model=model, settings=settings, anyway=anyway)
            return card.number, engine.training.start(card.number)

        self._bridge.ask(begin, self._follow, failed=self._say_trouble)

    def start_anyway(self) -> None:
        """Train although there are fewer pairs than make sense."""
        self._anyway = True
        self.start()

    def head_only(self) -> None:
        """Change the last layer only, which few pairs can do."""
        self.setup.form.show_values({"change": "head"})
        self.start()

    # -- while it runs ----------------------------------------------------------------------------------------
    def toggle_pause(self) -> None:
        job = self._job_of(self._run)
        if job is not None:
            paused = self.pause_button.text() == "Resume"
            (self._bridge.resume if paused else self._bridge.pause)(job)
            self.pause_button.setText("Pause" if paused else "Resume")

    def keep_best(self) -> None:
        """End the run that learns after its step, or make a model of one that was stopped."""
        run = self._run
        if run is None:
            return
        number = run.number
        if self._job_of(run) is not None:
            self._bridge.ask(lambda engine: engine.training.finish(number), _ignore)
        elif run.result is None and (run.best_step is not None or run.step):
            self._bridge.ask(
                lambda engine: engine.training.keep(number), self._remember(number), failed=self._say_trouble
            )

    def go_on(self) -> None:
        """Continue a run that was interrupted or stopped by the user."""
        if self._run is not None:
            number = self._run.number
            self._bridge.ask(
                lambda engine: (number, engine.training.start(number)), self._follow, failed=self._say_trouble
            )

    def use_result(self) -> None:
        if self._run is not None and self._run.result is not None:
            key = self._run.result

            def use(engine: Engine) -> None:
                engine.models.use(key)

            self._bridge.act(use)
            self._notices.say(f"“{key}” is in use. Items that it has not seen are indexed on the Models page.")

    def delete(self) -> None:
        if self._run is not None and self._job_of(self._run) is None:
            number = self._run.number
            self._run = None
            self._bridge.ask(
                lambda engine: engine.training.delete(number), lambda _: self.refresh(), failed=self._say_trouble
            )

    # -- showing ----------------------------------------------------------------------------------------------
    def refresh(self) -> None:
        def question(engine: Engine) -> Known:
            return engine.training.recipes(), engine.models.cards(), engine.training.runs()

        self._bridge.ask(question, self._show_known, key="training")

    def show_run(self, number: int) -> None:
        """A run with its curves so far."""

        def question(engine: Engine) -> tuple[RunCard, list[dict[str, float]]]:
            return engine.training.run(number), engine.training.history(number)

        self._bridge.ask(question, self._show_run, key="run", failed=self._say_trouble)

    def _show_known(self, known: Known) -> None:
        recipes, models, runs = known
        if not self.setup.recipe.count():
            self.setup.show_choices(recipes, models)
            self.survey()
        self.setup.runs.show_cards(runs)
        if self._run is not None:
            self.setup.runs.choose(self._run.number)
        elif runs:
            self.show_run(runs[0].number)
        elif not self._offering:
            self._show_empty()

    def _show_empty(self) -> None:
        self.block.say(
            "ph.graduation-cap",
            "Teach a model with your own pairs.",
            "You need pictures and their words; 200 pairs are a fair start. The model you start from stays as it is.",
        )
        self.stack.setCurrentWidget(self.block)
        self._give_way()

    def _show_survey(self, card: PairsCard) -> None:
        self.setup.pairs.show_card(card)

    def _show_run(self, found: tuple[RunCard, list[dict[str, float]]]) -> None:
        card, history = found
        self._run = card
        retention = float(str(card.settings.get("retention", RETENTION) or 0))
        self.curves.show_history(history, retention, card.best_step)
        self._show_card(card)
        self.setup.runs.choose(card.number)
        self.stack.setCurrentWidget(self._shown)
        self._give_way()

    def _show_card(self, card: RunCard) -> None:
        self._run = card
        learning = self._job_of(card) is not None
        self.title.setText(HEADLINES.get("running" if learning else card.state, "Run {}").format(card.number))
        told = [card.sentence, card.remedy] if not learning else []
        what = f"{card.recipe} of {card.model} on {card.source}"
        if card.pairs:
            what += f" · {wording.count(card.pairs, 'pair')}, {wording.count(card.held_out)} held out"
        self.said.setText(" ".join(part for part in told if part) or what)
        self.said.setToolTip(what)
        self.bar.setRange(0, max(1, card.steps))
        self.bar.setValue(card.step)
        self.step.setText(f"Step {wording.count(card.step)} of {wording.count(card.steps)}" if card.steps else "")
        self.left.setText("" if learning else wording.took(card.seconds))
        self.pause_button.setVisible(learning)
        kept = card.best_step is not None or card.step > 0
        self.keep_button.setVisible(learning or (card.result is None and kept and card.state != "done"))
        self.keep_button.setText("Stop, keep best step" if learning else "Keep best step")
        self.resume_button.setVisible(not learning and card.state in ("cancelled", "interrupted"))
        self.use_button.setVisible(card.result is not None)
        self.delete_button.setVisible(not learning)
        title = "So far, against before" if learning else "Against before"
        self.against.show_figures(title, card.before, card.after, STAYS)
        self.setup.lock(self._is_learning())

    # -- hearing ----------------------------------------------------------------------------------------------
    def _follow(self, begun: tuple[int, int]) -> None:
        number, job = begun
        self._jobs[job] = number
        self._run = None
        if (ended := self._early.pop(job, None)) is not None:
            self._take_finish(ended)
            return
        self.show_run(number)
        self.refresh()

    def _remember(self, number: int) -> Callable[[int], None]:
        def take(job: int) -> None:
            self._jobs[job] = number

        return take

    def _await_estimate(self, job: int) -> None:
        self._estimate_job = job
        if (ended := self._early.pop(job, None)) is not None:
            self._take_finish(ended)

    def _take_report(self, event: TrainingReport) -> None:
        if self._run is None or event.run != self._run.number:
            return
        row: dict[str, float] = {**event.losses, **event.seen}
        self.curves.add(event.step, row, event.best_step)
        self.bar.setRange(0, max(1, event.steps))
        self.bar.setValue(event.step)
        self.step.setText(f"Step {wording.count(event.step)} of {wording.count(event.steps)}")
        if event.note:
            self.said.setText(event.note)
        if event.seen:
            number = event.run

            def show(card: RunCard) -> None:
                if self._run is not None and self._run.number == number:
                    self.against.show_figures("So far, against before", card.before, event.seen, STAYS)

            self._bridge.ask(lambda engine: engine.training.run(number), show, key="run so far")

    def _take_progress(self, event: JobProgress) -> None:
        if self._run is None or self._jobs.get(event.job_id) != self._run.number:
            return
        left = wording.time_left(event.seconds_left) if event.seconds_left is not None else event.note
        rate = f"{event.rate:.1f} steps a second" if event.rate and event.unit == "steps" else ""
        self.left.setText("Paused" if event.paused else " · ".join(part for part in (left, rate) if part))

    def _take_finish(self, event: JobFinished) -> None:
        if event.job_id == self._estimate_job:
            self._estimate_job = None
            if isinstance(event.result, TrainingEstimate):
                warnings = " ".join(event.result.warnings)
                self.setup.show_cost(f"{event.result.sentence} {warnings}".strip(), warn=bool(warnings))
            else:
                self.setup.show_cost(f"{event.reason} {event.remedy}".strip(), warn=True)
            return
        number = self._jobs.pop(event.job_id, None)
        if number is None:
            self._early = {event.job_id: event}  # the newest is enough: one is asked for at a time
            return
        if event.outcome == "failed" and "by heart" in event.reason:
            self._offer_fewer(event)
        else:
            self.show_run(number)
        self.refresh()

    def _offer_fewer(self, event: JobFinished) -> None:
        """Too few pairs: nothing was begun, and there are two ways on."""
        self._run, self._offering = None, True
        answers: tuple[tuple[str, Callable[[], object]], ...] = (("Train anyway", self.start_anyway),)
        if "change" in self.setup.form.fields:
            answers = (("Head only", self.head_only), *answers)
        self.block.say("ph.graduation-cap", event.reason, event.remedy, answers)
        self.stack.setCurrentWidget(self.block)
        self.setup.lock(False)
        self._give_way()

    def _say_trouble(self, fault: Exception) -> None:
        if not isinstance(fault, UserFixable):
            raise fault
        self.setup.show_cost(str(fault), warn=True)
        if self._run is None and not self.setup.runs.count():
            self._show_empty()

    # -- small questions ----------------------------------------------------------------------------------------
    def _asked(self) -> tuple[str, str | None, Any, dict[str, Any]]:
        recipe, model = str(self.setup.recipe.currentData()), self.setup.model.currentData()
        return recipe, model, self.setup.pairs.learn_from(), self.setup.settings()

    def _faulty(self) -> bool:
        if self.setup.form.fault:
            self.setup.form.point_out()
        return bool(self.setup.form.fault) or self._bridge.engine.read_only

    def _is_learning(self) -> bool:
        return bool(self._jobs)

    def _job_of(self, card: RunCard | None) -> int | None:
        return next((job for job, run in self._jobs.items() if card is not None and run == card.number), None)

    def showEvent(self, _event: object) -> None:
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_way()

    def _give_way(self) -> None:
        beside = self.stack.currentWidget() is self._shown and self.width() >= AGAINST_FROM
        self.against.setVisible(beside)
        self._edge.setVisible(beside)


def _ignore(_: object) -> None:
    return None
