"""The facade's area for training: what can be trained on what, what it would cost, and the runs there are. Imports no torch.

number = engine.training.create("finetune", LearnFrom(table="captions.csv"), model="starter").number
job = engine.training.start(number)           # events: JobProgress, TrainingReport, JobFinished (result: Trained)
engine.training.finish(number)                # stop here, keep the best step as a model
engine.jobs.cancel(job)                       # stop; the run can go on later with start(number)
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import UserFixable
from engine.parameters import Parameter
from engine.training.limits import Limits
from engine.training.runs import PREPARED, RunFolder, Runs, learn_from_json
from engine.values import LearnFrom, PairsCard, RunCard

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs import Job

RESERVED = ("retention", "collapse", "best")  # settings of the guard rails, beside those of the recipe


@dataclass(frozen=True)
class RecipeCard:
    """A way to train, for choosing: its sentence, its paper, what it `learns` from ("captions", "labels", "pictures")."""

    name: str
    title: str
    paper: str
    learns: str
    parameters: tuple[Parameter, ...]


class Training:
    """Every method may be called from any thread. The jobs are handed in, because they stand above this package."""

    def __init__(
        self,
        engine: Engine,
        train: Callable[[int], Job],
        estimate: Callable[[str, str, LearnFrom, tuple[tuple[str, Any], ...]], Job],
        keep: Callable[[int], Job],
    ) -> None:
        self._engine = engine
        self._train, self._estimate, self._keep = train, estimate, keep
        self.runs_folder = Runs(engine.folder / "runs")
        self._alive: set[int] = set()
        self._ending: set[int] = set()
        self._lock = threading.Lock()

    @property
    def prepared_folder(self) -> Path:
        """Where decoded pictures wait for the next run over the same data."""
        return self._engine.folder / "runs" / PREPARED

    # -- before a run -----------------------------------------------------------------------------------------
    def recipes(self) -> list[RecipeCard]:
        """Every way to train, by name."""
        from engine.recipes import recipes

        return [
            RecipeCard(entry.name, entry.title, entry.paper, entry.extra["learns"], entry.parameters)
            for entry in recipes
        ]

    def survey(self, wanted: LearnFrom, learns: str = "captions") -> PairsCard:
        """What a choice holds for a recipe that `learns` so: counts, languages, classes, missing files, doubles.

        Raises UserFixable for a table that cannot be read.
        """
        from engine.datasets.gather import gather

        return gather(self._engine.library, wanted, "audio" if learns == "sounds" else "image").card()

    def estimate(
        self, recipe: str, wanted: LearnFrom, *, model: str | None = None, settings: Mapping[str, Any] | None = None
    ) -> int:
        """Submit a job whose result is a TrainingEstimate: it runs a few steps without applying them."""
        key = model or self._engine.models.key_in_use()
        return self._engine.jobs.submit(self._estimate(recipe, key, wanted, tuple((settings or {}).items())))

    def create(
        self,
        recipe: str,
        wanted: LearnFrom,
        *,
        model: str | None = None,
        settings: Mapping[str, Any] | None = None,
        name: str | None = None,
        anyway: bool = False,
    ) -> RunCard:
        """Put a run down, ready to start. `settings` are the recipe's and the guard rails' (`retention`, `collapse`, `best`).

        `name` is what the new model will be called; `anyway` trains on fewer pairs than make sense. Raises UserFixable for an
        unknown recipe or setting, a model that is not installed or lacks an encoder, or a name that is taken.
        """
        from engine.training.recipe import made

        key = model or self._engine.models.key_in_use()
        card = self._engine.models.card(key)
        given = dict(settings or {})
        limits = Limits.of({name: given.pop(name) for name in RESERVED if name in given})
        _, learns, _ = made(recipe, given)
        needed = {"image"} if learns == "pictures" else {"image", "text"}
        if lacking := sorted(needed - set(card.kinds)):
            kinds = {"image": "pictures", "text": "words"}
            raise UserFixable(
                f"“{card.name}” has no encoder for {' and '.join(kinds[kind] for kind in lacking)}, "
                f"which “{recipe}” needs.",
                "Nothing was trained or changed.",
                "Choose another model or recipe.",
            )
        if name is not None and any(other.key == name for other in self._engine.models.cards()):
            raise UserFixable(
                f"A model called “{name}” is already there.", "Nothing was changed.", "Choose another name."
            )
        with self._lock:
            run = self.runs_folder.new(
                recipe=recipe,
                model=key,
                checkpoint_hash=card.checkpoint_hash,
                settings=given,
                limits=asdict(limits),
                learn_from=learn_from_json(wanted),
                anyway=anyway,
                name=name,
            )
            if name is None:
                run.tell(name=f"{key.replace('/', '-')}-{recipe}-{run.number}")
        return run.card(alive=False)

    # -- while it runs ----------------------------------------------------------------------------------------
    def start(self, number: int) -> int:
        """Begin a run, or go on with one; returns the job's number. Raises UserFixable when it runs already or is over."""
        card = self.run(number)
        if number in self._alive:
            raise UserFixable(f"Run {number} is running already.")
        if card.state in ("done", "stopped"):
            raise UserFixable(f"Run {number} is over.", "", "Start a new run.")
        return self._engine.jobs.submit(self._train(number))

    def finish(self, number: int) -> None:
        """End a running run after its step, and make a model of its best step."""
        self._ending.add(number)

    def wants_end(self, number: int) -> bool:
        """For the job: whether the user asked to finish."""
        return number in self._ending

    @contextmanager
    def working_on(self, number: int) -> Iterator[None]:
        """For the job: the run is alive inside."""
        self._alive.add(number)
        try:
            yield
        finally:
            self._alive.discard(number)
            self._ending.discard(number)

    # -- afterwards -------------------------------------------------------------------------------------------
    def runs(self) -> list[RunCard]:
        """All runs, newest first; one that cannot be read is passed over."""
        found = []
        for folder in self.runs_folder.all():
            try:
                found.append(folder.card(alive=folder.number in self._alive))
            except (UserFixable, KeyError, TypeError, ValueError):
                continue
        return found

    def run(self, number: int) -> RunCard:
        """One run. Raises UserFixable when there is none of that number."""
        return self._folder(number).card(alive=number in self._alive)

    def history(self, number: int) -> list[dict[str, float]]:
        """Its reports up to the newest checkpoint, oldest first: `step`, the losses by name, and what looks found."""
        return self._folder(number).history()

    def compare(self, numbers: Sequence[int]) -> list[tuple[RunCard, list[dict[str, float]]]]:
        """Several runs with their histories, in the order asked."""
        return [(self.run(number), self.history(number)) for number in numbers]

    def keep(self, number: int) -> int:
        """Submit a job that makes a model of the best step (or, without one, the last) of a run that was stopped."""
        self._folder(number)
        return self._engine.jobs.submit(self._keep(number))

    def delete(self, number: int) -> None:
        """Delete a run with its checkpoints and history. A model it made stays. Raises UserFixable while it runs."""
        if number in self._alive:
            raise UserFixable(f"Run {number} is running.", "Nothing was deleted.", "Stop it first.")
        self.runs_folder.delete(number)

    def _folder(self, number: int) -> RunFolder:
        return self.runs_folder.of(number)
