"""The map worker is a process of its own: it streams, stops in time, and its end costs nothing."""

import os
import signal
import time

import numpy as np
import pytest

from engine.errors import JobCancelled
from engine.maps.messages import Arrange, VectorFile
from engine.maps.supervisor import MapStopped
from tests.engine.maps.clouds import cloud


@pytest.fixture(scope="module")
def vector_file(tmp_path_factory):
    vectors = cloud(4_000).astype(np.float16)
    path = tmp_path_factory.mktemp("vectors") / "vectors"
    path.write_bytes(bytes(64) + vectors.tobytes())
    return VectorFile(str(path), "<f2", 64, len(vectors), vectors.shape[1])


def asking(file, count, **more):
    return lambda task, frames: Arrange(task, file, frames, np.arange(count), np.zeros(count, np.int8), **more)


def goes_on() -> None:
    """The check of a task that nobody stops."""


def test_frames_come_from_the_start_and_the_last_one_is_the_result(worker, vector_file):
    seen = []
    positions, finished = worker.run(900, asking(vector_file, 900), seen.append, goes_on)

    assert [seen[0].stage, seen[-1].stage] == ["first", "settled"]
    assert len(seen) >= 3
    assert all(frame.positions.shape == (900, 2) for frame in seen)
    assert (seen[-1].positions == positions).all()
    assert finished.recall == 1.0
    assert finished.epochs == 500


def test_items_that_come_meanwhile_ride_along(worker, vector_file):
    from engine.maps.messages import Join

    counts, sent = [], []

    def join(send, task):
        if counts and not sent:
            sent.append(send(Join(task, np.arange(900, 960), np.zeros(60, np.int8), vector_file)))

    positions, _ = worker.run(
        900,
        asking(vector_file, 900, epochs=4_000),
        lambda frame: counts.append(len(frame.positions)),
        goes_on,
        join,
    )

    assert counts[0] == 900
    assert len(positions) == counts[-1] == 960


def test_cancelling_takes_less_than_two_seconds_and_the_worker_goes_on(worker, vector_file):
    asked: list[float] = []

    def check() -> None:
        if asked:
            raise JobCancelled

    with pytest.raises(JobCancelled):
        worker.run(
            4_000, asking(vector_file, 4_000, epochs=100_000), lambda frame: asked.append(time.monotonic()), check
        )

    assert time.monotonic() - asked[0] < 2
    number = worker.process_id
    worker.run(300, asking(vector_file, 300, epochs=5), lambda frame: None, goes_on)
    assert worker.process_id == number


def test_a_worker_that_dies_ends_in_a_sentence_and_the_next_map_has_a_new_one(worker, vector_file):
    def kill(frame) -> None:
        os.kill(worker.process_id, signal.SIGKILL)

    with pytest.raises(MapStopped) as told:
        worker.run(900, asking(vector_file, 900, epochs=50_000), kill, goes_on)

    assert str(told.value).startswith("The map stopped while arranging. Your items and the last layout are safe.")
    positions, _ = worker.run(300, asking(vector_file, 300, epochs=5), lambda frame: None, goes_on)
    assert len(positions) == 300


def test_a_vector_file_that_is_gone_ends_in_the_same_sentence(worker, vector_file, tmp_path):
    gone = VectorFile(str(tmp_path / "gone"), "<f2", 0, 100, 32)

    with pytest.raises(MapStopped) as told:
        worker.run(100, asking(gone, 100), lambda frame: None, goes_on)

    assert "FileNotFoundError" in told.value.details
