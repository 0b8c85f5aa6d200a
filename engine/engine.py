"""The facade: opens one library, builds the parts below once, and exposes them as named areas.

Every method of every area may be called from any thread. Areas are built when they are first asked for, so that opening a
library costs little and imports neither torch nor SQLAlchemy.
"""

from __future__ import annotations

import logging
import os
import time
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from engine.catalogue.library import Library, disk_trouble
from engine.events import Changed, Event, JobFinished
from engine.jobs import JobQueue
from engine.settings import Settings

if TYPE_CHECKING:
    from engine.catalogue.collections import Collections
    from engine.catalogue.history import JobHistory
    from engine.catalogue.items import Items
    from engine.catalogue.judgements import Judgements
    from engine.catalogue.marks import Marks
    from engine.diagnostics.area import Diagnostics
    from engine.maps.area import Maps
    from engine.media.originals import Originals
    from engine.media.thumbnails import Thumbnails
    from engine.models.library import ModelLibrary
    from engine.retrieval.search import Search
    from engine.training.area import Training
    from engine.vectors.area import Vectors
    from engine.workflows.watch import Watch

log = logging.getLogger("sightline")
FOLDERS = ("vectors", "thumbnails", "maps", "models", "runs")


def default_folder() -> Path:
    """The library opened when none is named; `SIGHTLINE_LIBRARY` names another."""
    named = os.environ.get("SIGHTLINE_LIBRARY")
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_data_dir("Sightline", appauthor=False)) / "library"


class Engine:
    """One open library and everything that can be done with it. Use `Engine.open`, and `close` it (or use `with`)."""

    def __init__(self, library: Library, settings: Settings, device: str) -> None:
        self.library = library
        self.folder = library.folder
        self.read_only = library.read_only
        self.settings = settings
        self.device = device
        self.jobs = JobQueue(self)
        self.closed_unexpectedly = False  # the last time this library was open for writing
        self._closed = False
        self._news = False  # items or vectors changed since saved searches were counted

    @classmethod
    def open(cls, folder: Path | None = None, *, read_only: bool = False, device: str | None = None) -> Engine:
        """Open (or make) the library in `folder`; None is the user's own one.

        Raises `LibraryLocked` when another process writes it, `UserFixable` for a newer or damaged one.
        """
        # Threads of a model that wait for one another sleep meanwhile: the readers of files need the cores. Read when torch loads.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        folder = (folder or default_folder()).expanduser().absolute()
        library = Library(folder, read_only=read_only)
        try:
            if not read_only:
                for name in FOLDERS:
                    (folder / name).mkdir(exist_ok=True)
            settings = Settings(folder, read_only=read_only)
            engine = cls(library, settings, device or settings.get("models.device"))
            if not read_only:
                engine._begin()
        except OSError as fault:
            library.close()
            raise disk_trouble(fault) from fault
        return engine

    def _begin(self) -> None:
        mark = self.folder / "open"  # a plain file, so that looking at it needs no database
        self.closed_unexpectedly = mark.exists()
        mark.write_text(f"{os.getpid()} {time.time():.0f}\n")
        self.jobs.subscribe(self._after_job)
        if self.closed_unexpectedly:
            log.info("the library was not closed the last time; checking it")
            self.vectors.recover()

    @cached_property
    def collections(self) -> Collections:
        """Folders and caption tables that were added."""
        from engine.catalogue.collections import Collections

        return Collections(
            self.library,
            self.jobs.announce,
            rename=lambda number, name: self.marks.rename_collection(number, name),
            gone=lambda ids: self.thumbnails.forget(ids),
        )

    @cached_property
    def items(self) -> Items:
        """Images, sounds and texts: which there are, what they show, where they lie."""
        from engine.catalogue.items import Items

        return Items(self.library, space_in_use=self._space_in_use, waveform=self._waveform)

    @cached_property
    def marks(self) -> Marks:
        """What the user says of items, with undo and redo."""
        from engine.catalogue.marks import Marks

        return Marks(self.library, self.jobs.announce, hits=lambda query: self.search.hits(query))

    @cached_property
    def judgements(self) -> Judgements:
        """What the user says of two items together, with undo and redo."""
        from engine.catalogue.judgements import Judgements

        return Judgements(self.library, self.jobs.announce)

    @cached_property
    def vectors(self) -> Vectors:
        """Vectors of every space."""
        from engine.catalogue.vector_ledger import VectorLedger
        from engine.vectors.area import Vectors
        from engine.vectors.ledger import SpaceState

        ledger = VectorLedger(self.library, SpaceState)
        return Vectors(self.folder / "vectors", ledger, self.jobs.announce, read_only=self.read_only)

    @cached_property
    def history(self) -> JobHistory:
        """Jobs that ended in the last 30 days."""
        from engine.catalogue.history import JobHistory

        return JobHistory(self.library)

    @cached_property
    def thumbnails(self) -> Thumbnails:
        """Small pictures and waveforms."""
        from engine.media.thumbnails import Thumbnails

        return Thumbnails(self.folder / "thumbnails", read_only=self.read_only)

    @cached_property
    def originals(self) -> Originals:
        """Originals read again for looking at: large pictures, spectrograms."""
        from engine.media.originals import Originals

        return Originals(self.items.path_of)

    @cached_property
    def models(self) -> ModelLibrary:
        """Installed models and the one in use."""
        from engine.models.library import ModelLibrary

        return ModelLibrary(self.library, announce=self.jobs.announce, device=self.device)

    @cached_property
    def search(self) -> Search:
        """Questions by words, by example, by both."""
        from engine.retrieval.search import Search
        from engine.workflows.build_index import BuildIndex

        return Search(self, BuildIndex)

    @cached_property
    def maps(self) -> Maps:
        """Layouts of spaces, live and kept."""
        from engine.maps.area import Maps
        from engine.workflows.build_map import BuildMap
        from engine.workflows.follow_map import FollowMap

        return Maps(self, BuildMap, FollowMap)

    @cached_property
    def diagnostics(self) -> Diagnostics:
        """What a model cannot see, what the archive holds twice, how a space is shaped."""
        from engine.diagnostics.area import Diagnostics

        return Diagnostics(self)

    @cached_property
    def training(self) -> Training:
        """Training runs: what they would cost, where they stand, what they made."""
        from engine.training.area import Training
        from engine.workflows.estimate_training import EstimateTraining
        from engine.workflows.keep_run import KeepRun
        from engine.workflows.train_model import TrainModel

        return Training(self, TrainModel, EstimateTraining, KeepRun)

    @cached_property
    def watch(self) -> Watch:
        """Folders that bring their new files by themselves, from its `start` on."""
        from engine.workflows.watch import Watch

        return Watch(self)

    def close(self) -> None:
        """End every job at its next safe point and let the library go."""
        if self._closed:
            return
        self._closed = True
        if "watch" in self.__dict__:
            self.watch.close()
        self.jobs.close()
        for area in ("maps", "search", "models", "originals", "thumbnails"):
            part = self.__dict__.get(area)
            if part is not None and hasattr(part, "close"):
                part.close()
        self.library.close()
        if not self.read_only:
            (self.folder / "open").unlink(missing_ok=True)

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _after_job(self, event: Event) -> None:
        """On the job's thread: items and vectors that came in may be news to saved searches."""
        if isinstance(event, Changed) and (event.items or event.vectors):
            self._news = True
        if not isinstance(event, JobFinished) or self._closed:
            return
        self.history.keep(event)
        if self._news and event.lane == "engine":
            self._news = False
            if self.marks.searches():
                self.marks.recount_searches()

    def _space_in_use(self) -> int | None:
        from engine.errors import UserFixable

        try:
            return self.models.space().id
        except UserFixable:  # no model is in use yet
            return None

    def _waveform(self, item_id: int) -> tuple[float, ...]:
        peaks = self.thumbnails.waveform(item_id)
        return () if peaks is None else tuple(float(peak) for peak in peaks)
