"""The job that trains: from a run's folder to a new model of the library, or to a run that can go on.

The parent is never written. Whatever ends the program, the run goes on from its last checkpoint as if nothing had happened.
"""

from __future__ import annotations

import logging
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.errors import JobCancelled, UserFixable
from engine.events import TrainingReport

if TYPE_CHECKING:
    from torch import nn

    from engine.engine import Engine
    from engine.jobs.progress import Progress
    from engine.training.comparing import Comparing
    from engine.training.loop import Report
    from engine.training.rails import Rails
    from engine.training.runs import RunFolder
    from engine.training.session import Session

log = logging.getLogger("sightline.training")


@dataclass(frozen=True)
class Trained:
    """What a run came to. `model` is the key of the new model, None when nothing was made."""

    run: int
    model: str | None
    sentence: str
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True)
class TrainModel:
    """Train as run number `run` says (see engine.training.runs); a run that was begun goes on from its checkpoint."""

    run_number: int
    lane: str = "engine"

    @property
    def title(self) -> str:
        return f"Training, run {self.run_number}"

    def run(self, engine: Engine, progress: Progress) -> Trained:
        """Raises UserFixable with the reason when a guard rail or anything else stopped it, and JobCancelled; the run says which."""
        from engine.models.quiet_import import import_quietly

        folder = engine.training.runs_folder.of(self.run_number)
        began = time.monotonic()
        before = float(folder.told().get("seconds", 0.0))
        folder.tell(state="running", sentence="", remedy="")
        try:
            import_quietly()
            with engine.training.working_on(self.run_number):
                return _Work(engine, folder, progress).run()
        except JobCancelled:
            step = folder.saved_step() or 0
            folder.tell(state="cancelled", sentence=f"Stopped at step {step:,}. It can go on from there.")
            raise
        except UserFixable as fault:
            if folder.told()["state"] == "running":  # else a rail has said more
                folder.tell(state="failed", sentence=f"{fault.what} {fault.means}".strip(), remedy=fault.remedy)
            if not folder.told().get("steps"):
                shutil.rmtree(folder.path)  # it never began: nothing of it is worth a place in the list
            raise
        except Exception as fault:
            folder.tell(state="failed", sentence=f"Something in Sightline went wrong: {type(fault).__name__}: {fault}")
            raise
        finally:
            if folder.path.is_dir():
                folder.tell(seconds=before + time.monotonic() - began)


class _Work:
    """One go at a run: put it together, look, train, look again, keep what it made."""

    def __init__(self, engine: Engine, folder: RunFolder, progress: Progress) -> None:
        self.engine, self.folder, self.progress = engine, folder, progress

    def run(self) -> Trained:
        from engine.training.limits import Limits
        from engine.training.loop import Diverged, train
        from engine.training.rails import Alarm

        session = self._session()
        told = self.folder.told()
        rails = session.rails(Limits(**told["limits"]), self.progress)
        network = session.task.model(session.task.network.to(session.plan.device))
        self.progress.start(None, "looks", "Looking at the model before")
        told = self._first_look(rails, network, told)
        watch = _Watching(self, session, rails)
        self.progress.start(session.plan.steps, "steps", "")
        self.progress.done = self.folder.saved_step() or 0
        try:
            outcome = train(session.task, session.plan, self.folder.checkpoint, watch=watch)
        except Alarm as alarm:
            raise self._stopped(alarm.kind, alarm.step, alarm.sentence, alarm.remedy) from alarm
        except Diverged as fault:
            rate = session.plan.learning_rate / 10
            sentence = f"Stopped at step {fault.step}: the loss is no number any more."
            raise self._stopped("diverged", fault.step, sentence, f"Try a learning rate of {rate:g}.") from fault
        except OSError as fault:
            raise _disk(fault) from fault
        session.task.network.load_state_dict(outcome.state)
        return self._finish(session, rails, outcome.steps)

    # -- before -----------------------------------------------------------------------------------------------
    def _session(self) -> Session:
        from engine.training import session

        fresh = self.folder.pairs() is None or "plan" not in self.folder.told()
        return (session.begun if fresh else session.rebuilt)(self.engine, self.folder, self.progress)

    def _first_look(self, rails: Rails, network: nn.Module, told: dict[str, Any]) -> dict[str, Any]:
        """Look at the model as it was; a run that goes on loads its weights afterwards."""
        seen = rails.begin(network)
        if told.get("best_loss") is not None:
            rails.best = float(told["best_loss"])
        if "before" in told:
            return told
        return self.folder.tell(before=_with_intervals(rails, network, seen))

    # -- after ------------------------------------------------------------------------------------------------
    def _stopped(self, kind: str, step: int, sentence: str, remedy: str) -> UserFixable:
        """A rail ended the run: nothing it made replaces anything."""
        kept = self.folder.told().get("best_step")
        means = (
            f"Nothing was replaced. Step {kept:,}, the best one, is kept in the run."
            if kept
            else "Nothing was replaced."
        )
        self.folder.tell(state="stopped", alarm=kind, step=step, sentence=f"{sentence} {means}", remedy=remedy)
        return UserFixable(sentence, means, remedy)

    def _finish(self, session: Session, rails: Rails, steps: int) -> Trained:
        from engine.training.checkpoint import read_into

        network = session.task.model(session.task.network)
        told = self.folder.told()
        kept_step = steps
        if session.keeps == "best" and rails.limits.best and rails.own is not None:
            if told.get("best_step") is None:
                return self._nothing_better(told, rails, network)
            if told["best_step"] != steps:
                read_into(network, self.folder.best)
                kept_step = told["best_step"]
        self.progress.start(None, "looks", "Looking at the model after")
        after = _with_intervals(rails, network, rails.seen(network))
        told = self.folder.tell(after=after, kept_step=kept_step, step=steps)
        key = install(self.engine, self.folder, session.task, told)
        sentence = f"“{key}” is ready: step {kept_step:,} of {session.plan.steps:,}."
        self.folder.tell(state="done", sentence=sentence, result=key)
        return Trained(self.folder.number, key, sentence, told["before"], after)

    def _nothing_better(self, told: dict[str, Any], rails: Rails, network: nn.Module) -> Trained:
        after = _with_intervals(rails, network, rails.seen(network))
        sentence = (
            "No step was better on the held-out pairs than the model was before, so no new model was made. "
            "The last step is kept in the run."
        )
        self.folder.tell(
            state="done", sentence=sentence, after=after, remedy="Try a smaller learning rate or more pairs."
        )
        return Trained(self.folder.number, None, sentence, told["before"], after)


class _Watching:
    """The loop's watch: rails, events, progress, and the user's wish to end now and keep the best."""

    def __init__(self, work: _Work, session: Session, rails: Rails) -> None:
        self._work, self._session, self._rails = work, session, rails
        self._note = ""
        rails.keep_best = self._keep_best

    def stepped(self, step: int) -> bool:
        self._work.progress.step()
        return self._work.engine.training.wants_end(self._work.folder.number)

    def reported(self, report: Report) -> None:
        told = self._work.folder.told()
        self._work.folder.tell(step=report.step)
        losses = "  ".join(f"{name} {value:.3f}" for name, value in report.losses.items())
        self._work.progress.note = losses or self._work.progress.note
        self._work.engine.jobs.announce(
            TrainingReport(
                self._work.folder.number,
                report.step,
                report.steps,
                report.losses,
                sum(self._session.task.weights[name] * value for name, value in report.losses.items()),
                report.rate,
                report.seen,
                told.get("best_step"),
                self._note,
            )
        )
        self._note = ""

    def look(self, step: int, network: nn.Module) -> dict[str, float]:
        return self._rails.look(step, self._session.task.model(network))

    def told(self, sentence: str) -> None:
        log.info("%s", sentence)
        self._note = sentence
        notes = [*self._work.folder.told().get("notes", []), sentence]
        self._work.folder.tell(notes=notes)

    def _keep_best(self, network: nn.Module, step: int) -> None:
        from engine.training.checkpoint import write_tensors

        write_tensors(network.state_dict(), self._work.folder.best)
        self._work.folder.tell(best_step=step, best_loss=self._rails.best)


def install(engine: Engine, folder: RunFolder, task: Comparing, told: dict[str, Any]) -> str:
    """Make a model of the library from what a run trained; returns its key. Raises UserFixable."""
    from engine.models.folder import ModelFolder
    from engine.training.release import about_run, write_model

    parent = ModelFolder.read(engine.models.path(told["model"]))
    try:
        write_model(parent, task, folder.staging, told["name"], about_run(told))
        licence = engine.models.card(told["model"]).licence
        card = engine.models.add(folder.staging, told["name"], licence=licence, parent=told["model"])
    except OSError as fault:
        raise _disk(fault) from fault
    finally:
        shutil.rmtree(folder.staging, ignore_errors=True)
    return card.key


def _with_intervals(rails: Rails, network: nn.Module, seen: dict[str, float]) -> dict[str, Any]:
    """Figures of a look, those over examples with their bootstrap intervals."""
    from engine.training import probe

    told: dict[str, Any] = {name: round(value, 5) for name, value in seen.items()}
    if rails.own is not None:
        answers = probe.answer(network, rails.own, rails.spec)
        for name, figure in probe.figures(answers, rails.own).items():
            told[name] = {
                "value": round(figure.value, 5),
                "low": round(figure.low, 5),
                "high": round(figure.high, 5),
                "n": figure.examples,
            }
    return told


def _disk(fault: OSError) -> UserFixable:
    from engine.datasets.prepare import disk_full

    return disk_full(fault)
