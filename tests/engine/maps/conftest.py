"""One map worker process for all tests of this folder: starting one costs seconds on a busy machine."""

import pytest

from engine.maps.supervisor import MapWorker


@pytest.fixture(scope="session")
def worker():
    worker = MapWorker()
    yield worker
    worker.close()


@pytest.fixture(autouse=True)
def engines_share_the_worker(request, monkeypatch):
    """Engines of a test get the shared worker, and closing them leaves it running."""
    if request.module.__name__.endswith("test_area"):
        shared = request.getfixturevalue("worker")
        monkeypatch.setattr("engine.maps.area.MapWorker", lambda: _Lent(shared))


class _Lent:
    """The shared worker as an engine sees it."""

    def __init__(self, worker: MapWorker) -> None:
        self.run, self.start = worker.run, worker.start

    def close(self) -> None:
        """The session ends it."""
