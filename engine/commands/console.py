"""How verbs speak: JSON lines alone on stdout, everything for people on stderr, tables where a person looks."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import UserFixable

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.events import Event, JobFinished
    from engine.jobs import Job


def emit(thing: Any) -> None:
    """One JSON object, one line, on stdout."""
    sys.stdout.write(json.dumps(thing, ensure_ascii=False, default=_plain) + "\n")
    sys.stdout.flush()


def say(words: str) -> None:
    """A sentence for people, on stderr."""
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


def table(titles: Sequence[str], rows: Sequence[Sequence[Any]], *, right: Sequence[int] = ()) -> None:
    """Rows for people on stdout; plain tab-separated lines when it is not a terminal. `right` columns hold figures."""
    if not sys.stdout.isatty():
        for row in rows:
            sys.stdout.write("\t".join(str(value) for value in row) + "\n")
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, pad_edge=False, header_style="dim")
    for number, title in enumerate(titles):
        drawn.add_column(title, justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(str(value)) for value in row))  # Text: a file name is never read as markup
    Console().print(drawn)


def setting(word: str) -> tuple[str, str]:
    """`name=value` as given to `--set`."""
    name, equals, value = word.partition("=")
    if not equals or not name.strip():
        raise UserFixable(f"“{word}” is not a setting.", "Nothing was done.", "Write it as name=value.")
    return name.strip().replace("-", "_"), value.strip()


@contextmanager
def library(arguments: Namespace, *, read_only: bool = False) -> Iterator[Engine]:
    """The library named by `--library`, open for the length of a verb.

    A verb that only reads looks into a library that is open elsewhere, too.
    """
    from engine.engine import Engine
    from engine.errors import LibraryLocked

    folder = getattr(arguments, "library", None)
    try:
        engine = Engine.open(Path(folder) if folder else None)
    except LibraryLocked:
        if not read_only:
            raise
        engine = Engine.open(Path(folder) if folder else None, read_only=True)
    try:
        yield engine
    finally:
        engine.close()


def run_job(engine: Engine, job: Job, *, quiet: bool = False) -> JobFinished:
    """Run a job to its end under a progress bar on stderr. Ctrl+C cancels it at its next safe point.

    Raises `UserFixable` when it stopped with a reason.
    """
    from engine.events import JobProgress

    bar = None if quiet or not sys.stderr.isatty() else _bar()
    shown: dict[int, Any] = {}

    def follow(event: Event) -> None:
        if bar is None or not isinstance(event, JobProgress):
            return
        if event.job_id not in shown:
            shown[event.job_id] = bar.add_task(event.title, total=event.total)
        bar.update(shown[event.job_id], completed=event.done, total=event.total, description=event.note or event.title)

    unsubscribe = engine.jobs.subscribe(follow)
    try:
        if bar is not None:
            bar.start()
        number = engine.jobs.submit(job)
        try:
            finished = engine.jobs.wait(number)
        except KeyboardInterrupt:
            engine.jobs.cancel(number)
            finished = engine.jobs.wait(number)
            say(finished.summary or "Cancelled. What was finished is kept.")
            raise SystemExit(1) from None
    finally:
        if bar is not None:
            bar.stop()
        unsubscribe()
    if finished.outcome == "failed":
        raise UserFixable(finished.reason, "", finished.remedy)
    return finished


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):  # a number of numpy
        return value.item()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)
