"""Indexing that is cut off anywhere leaves a whole library, and goes on where it was."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from engine.engine import Engine
from engine.errors import LibraryLocked
from engine.jobs.progress import Progress
from engine.workflows.add_folders import AddFolders
from tests.engine.ingest.conftest import photo
from tests.support.builders import open_empty

PICTURES = 150


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a thing of POSIX systems")
@pytest.mark.timeout(240)
def test_killing_the_program_while_it_indexes_loses_at_most_one_batch(tmp_path, archive, tiny_model):
    for number in range(PICTURES):
        photo(archive / f"{number}.png", number)
    library = tmp_path / "library"
    with open_empty(library) as engine:
        engine.models.use(engine.models.add(tiny_model, "tiny").key)
    command = [sys.executable, "-c", "from engine.commands.main import main; main()"]
    command += ["index", str(archive), "--json", "--library", str(library)]
    before = 0
    for share in (0.2, 0.6):
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        deadline = time.monotonic() + 60
        while _count(library, "vector") < share * PICTURES and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005 + random.random() / 50)  # asks the database of the other process
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        kept = _count(library, "vector")
        assert kept >= before
        before = kept
    with _opened(library) as engine:
        lost = engine.items.counts().items - engine.items.counts().indexed
        assert lost <= 3 * 32  # what was read ahead of the batch that was being encoded
        finish = engine.jobs.wait(engine.jobs.submit(AddFolders((str(archive),))), 60)
        assert finish.outcome == "done", finish.details
        counts = engine.items.counts()
        assert (counts.items, counts.indexed, counts.failed) == (PICTURES, PICTURES, 0)
        assert engine.vectors.verify() == 0
        assert all(engine.thumbnails.get(int(number), 96) for number in engine.items.ids())
    assert _count(library, "file") == _count(library, "item") == PICTURES


def test_cancelling_keeps_what_was_finished_and_the_next_run_goes_on(engine, archive):
    for number in range(120):
        photo(archive / f"{number}.png", number)

    class Stops(Progress):
        def check(self) -> None:
            if self.done >= 50:
                self.cancel()
            super().check()

    from engine.errors import JobCancelled

    with pytest.raises(JobCancelled):
        AddFolders((str(archive),)).run(engine, Stops())
    kept = engine.items.counts().items
    assert 50 <= kept < 120
    result = AddFolders((str(archive),)).run(engine, Progress())
    assert result.added == 120 - kept
    counts = engine.items.counts()
    assert (counts.items, counts.indexed) == (120, 120)


def _opened(library) -> Engine:
    for _ in range(50):
        try:
            return Engine.open(library)
        except LibraryLocked:
            time.sleep(0.05)  # the killed process's lock is let go by the system
    raise AssertionError("the library stayed locked")


def _count(library, table) -> int:
    connection = sqlite3.connect(f"{(library / 'library.sqlite').as_uri()}?mode=ro", uri=True, timeout=5)
    try:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    finally:
        connection.close()
