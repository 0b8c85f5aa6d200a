"""A watched folder brings its new files by itself."""

from __future__ import annotations

import threading

import pytest

from engine.events import JobFinished
from engine.workflows.add_folders import AddFolders
from engine.workflows.watch import Watch
from tests.engine.ingest.conftest import photo


@pytest.fixture
def finished(engine):
    """Waits for the next finished job."""
    ended: list[JobFinished] = []
    bell = threading.Semaphore(0)

    def listen(event):
        if isinstance(event, JobFinished):
            ended.append(event)
            bell.release()

    engine.jobs.subscribe(listen)

    def wait() -> JobFinished:
        assert bell.acquire(timeout=100)
        return ended[-1]

    return wait


def test_files_put_into_a_watched_folder_appear_by_themselves(engine, archive, finished):
    photo(archive / "inside" / "a.png", 1)
    engine.jobs.submit(AddFolders((str(archive),)))
    finished()
    engine.collections.watch(1, True)
    photo(archive / "meanwhile.png", 3)
    watch = Watch(engine, quiet=0.2).start()
    try:
        assert finished().result.added == 1
        assert watch.folders == (str(archive),)
        photo(archive / "inside" / "b.png", 2)
        assert finished().outcome == "done"
        assert engine.items.counts().indexed == 3
        (archive / "inside" / "a.png").rename(archive / "moved.png")
        finish = finished()
        assert finish.result.moved == 1
        assert {card.name for card in engine.items.cards(engine.items.ids())} == {
            "moved.png",
            "b.png",
            "meanwhile.png",
        }
        engine.collections.watch(1, False)
    finally:
        watch.close()
    assert watch.folders == ()
