"""Jobs end in exactly one stated outcome, and stopping or pausing them acts at once."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from engine.errors import UserFixable
from engine.events import JobFinished, JobProgress
from engine.jobs import JobQueue, Progress
from tests.support.builders import open_empty


@dataclass(frozen=True)
class Work:
    do: Callable[[Progress], object]
    title: str = "Work"
    lane: str = "engine"

    def run(self, engine: object, progress: Progress) -> object:
        return self.do(progress)


@pytest.fixture
def jobs() -> Iterator[JobQueue]:
    queue = JobQueue(None)
    yield queue
    queue.close()


def count_forever(progress: Progress) -> None:
    progress.start(10**9)
    while True:
        progress.step()


def test_a_finished_job_says_so_once_and_hands_over_its_result(jobs: JobQueue) -> None:
    ends: list[JobFinished] = []
    jobs.subscribe(lambda event: ends.append(event) if isinstance(event, JobFinished) else None)
    finish = jobs.wait(jobs.submit(Work(lambda progress: sum(progress.over([1, 2, 3])))), 10)
    assert (finish.outcome, finish.result) == ("done", 6)
    jobs.wait(jobs.submit(Work(lambda _: None)), 10)
    assert [end.job_id for end in ends].count(finish.job_id) == 1


def test_cancelling_keeps_what_was_done_and_says_how_much(jobs: JobQueue) -> None:
    started = threading.Event()

    def work(progress: Progress) -> None:
        progress.start(400)
        progress.step(40)
        started.set()
        while True:
            progress.check()

    number = jobs.submit(Work(work))
    assert started.wait(10)
    jobs.cancel(number)
    finish = jobs.wait(number, 10)
    assert finish.outcome == "cancelled"
    assert finish.summary == "Cancelled. 40 of 400 were finished and are kept."


def test_a_job_that_waits_can_be_cancelled_before_it_starts(jobs: JobQueue) -> None:
    first = jobs.submit(Work(count_forever))
    ran: list[int] = []
    second = jobs.submit(Work(lambda _: ran.append(1)))
    jobs.cancel(second)
    jobs.cancel(first)
    assert jobs.wait(second, 10).outcome == "cancelled"
    assert ran == []


def test_a_paused_job_stands_still_until_it_is_resumed(jobs: JobQueue) -> None:
    paused = threading.Event()
    jobs.subscribe(lambda event: paused.set() if isinstance(event, JobProgress) and event.paused else None)
    steps: list[int] = []
    enough = threading.Event()

    def work(progress: Progress) -> int:
        progress.start(None)
        while not enough.is_set():
            steps.append(1)
            progress.step()
        return len(steps)

    number = jobs.submit(Work(work))
    jobs.pause(number)
    assert paused.wait(10)
    standing = len(steps)
    assert not jobs._handles[number].ended.wait(0.2)
    assert len(steps) == standing
    enough.set()
    jobs.resume(number)
    assert jobs.wait(number, 10).outcome == "done"


def test_what_the_user_can_mend_is_told_with_its_remedy_and_a_fault_of_ours_with_its_details(jobs: JobQueue) -> None:
    def full_disk(_: Progress) -> None:
        raise UserFixable("The disk is full.", "Nothing was lost.", "Free some space, then resume.")

    def bug(_: Progress) -> None:
        raise ZeroDivisionError("oh")

    mended = jobs.wait(jobs.submit(Work(full_disk)), 10)
    assert (mended.outcome, mended.reason, mended.remedy) == (
        "failed",
        "The disk is full. Nothing was lost.",
        "Free some space, then resume.",
    )
    assert mended.details == ""
    ours = jobs.wait(jobs.submit(Work(bug)), 10)
    assert ours.outcome == "failed"
    assert "ZeroDivisionError" in ours.details
    assert "Your files and library are safe" in ours.reason


def test_the_map_lane_goes_on_while_the_engine_lane_is_busy(jobs: JobQueue) -> None:
    busy = jobs.submit(Work(count_forever))
    assert jobs.wait(jobs.submit(Work(lambda _: "drawn", lane="map")), 10).summary == "drawn"
    jobs.cancel(busy)


def test_progress_is_told_at_most_ten_times_a_second_and_knows_the_time_left(jobs: JobQueue) -> None:
    told: list[Progress] = []
    progress = Progress(told.append)
    for _ in progress.over(range(10_000)):
        pass
    assert 2 <= len(told) < 50
    progress.start(100)
    progress.started -= 10
    progress.step(50)
    assert progress.seconds_left == pytest.approx(10, rel=0.05)


def test_a_full_disk_is_a_sentence_however_deep_it_lies(tmp_path):
    import errno
    from dataclasses import dataclass

    @dataclass(frozen=True)
    class Filling:
        title: str = "Filling"
        lane: str = "engine"

        def run(self, _engine, _progress):
            try:
                raise OSError(errno.ENOSPC, "No space left on device")
            except OSError as fault:
                raise RuntimeError("the writer gave up") from fault

    with open_empty(tmp_path / "library") as engine:
        finished = engine.jobs.wait(engine.jobs.submit(Filling()))

    assert finished.reason == "The disk is full. What was finished is kept; nothing was lost."
    assert finished.remedy == "Free some space, then start again."
    assert not finished.details


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux knows a niceness per thread")
def test_jobs_and_what_they_start_give_way_to_the_window(jobs: JobQueue) -> None:
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    def look(progress: Progress) -> None:
        found.append(niceness())
        helper = threading.Thread(target=lambda: found.append(niceness()))
        helper.start()
        helper.join()

    own, found = niceness(), list[int]()
    jobs.wait(jobs.submit(Work(look)), 10)
    jobs.give_way()
    jobs.wait(jobs.submit(Work(look)), 10)
    assert found == [own, own, min(19, own + 5), min(19, own + 5)]
    assert niceness() == own  # the window's own thread stays in front
