"""The bridge keeps the window free: reads elsewhere, answers here, the newest asking wins, acts stay in order."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from desktop.bridge import EngineBridge
from engine.errors import UserFixable
from engine.events import Changed, MapFrame
from engine.jobs import JobQueue
from engine.values import Done


@pytest.fixture
def bridge(qtbot: QtBot) -> Iterator[EngineBridge]:
    engine = SimpleNamespace(jobs=JobQueue(None))
    made = EngineBridge(engine)  # type: ignore[arg-type]
    yield made
    made.close()
    engine.jobs.close()


def test_a_question_runs_elsewhere_and_its_answer_arrives_on_the_window_thread(
    qtbot: QtBot, bridge: EngineBridge
) -> None:
    asked: list[str] = []
    answered: list[QThread] = []

    def question(_engine: object) -> str:
        asked.append(threading.current_thread().name)
        return "answer"

    bridge.ask(question, lambda _: answered.append(QThread.currentThread()))
    qtbot.waitUntil(lambda: bool(answered))
    assert asked[0].startswith("sightline-reader")
    assert answered[0] is bridge.thread()


def test_only_the_newest_asking_of_a_kind_is_answered(qtbot: QtBot, bridge: EngineBridge) -> None:
    let_go = threading.Event()
    answers: list[str] = []

    def slow(_engine: object) -> str:
        let_go.wait(5)
        return "old"

    bridge.ask(slow, answers.append, key="search")
    bridge.ask(lambda _: "new", answers.append, key="search")
    qtbot.waitUntil(lambda: answers == ["new"])
    let_go.set()
    last: list[str] = []
    for _ in range(4):  # every reader has been busy once more, so the old answer would be here by now
        bridge.ask(lambda _: "later", last.append)
    qtbot.waitUntil(lambda: len(last) == 4)
    assert answers == ["new"]


def test_questions_that_wait_for_a_model_do_not_keep_the_others_waiting(qtbot: QtBot, bridge: EngineBridge) -> None:
    let_go = threading.Event()
    searches: list[int] = []
    pictures: list[str] = []

    def search(number: int) -> int:
        let_go.wait(20)
        return number

    for number in range(12):
        bridge.ask(lambda _, number=number: search(number), searches.append, key="search")
    bridge.ask(lambda _: "picture", pictures.append)
    qtbot.waitUntil(lambda: pictures == ["picture"])
    let_go.set()
    qtbot.waitUntil(lambda: searches == [11])


def test_acts_are_carried_out_in_the_order_they_were_asked(qtbot: QtBot, bridge: EngineBridge) -> None:
    order: list[int] = []
    done: list[Done] = []
    bridge.acted.connect(done.append)

    def act(number: int) -> Done:
        order.append(number)
        return Done(f"Act {number}.", number)

    for number in range(20):
        bridge.act(lambda _, number=number: act(number))
    qtbot.waitUntil(lambda: len(done) == 20)
    assert order == list(range(20))


def test_what_the_user_can_cure_is_a_notice_and_our_own_fault_is_a_report(qtbot: QtBot, bridge: EngineBridge) -> None:
    def locked(_engine: object) -> None:
        raise UserFixable("The folder is locked.", "Nothing was changed.", "Unlock it.")

    def broken(_engine: object) -> None:
        raise RuntimeError("a slip")

    with qtbot.waitSignal(bridge.noticed) as notice:
        bridge.ask(locked, lambda _: None)
    assert notice.args[0].what == "The folder is locked."
    with qtbot.waitSignal(bridge.fault) as fault:
        bridge.act(broken)
    words, report = fault.args
    assert "a slip" in words
    assert "Traceback" in report


def test_an_answer_that_comes_after_closing_is_dropped(bridge: EngineBridge, tmp_path: Path) -> None:
    answers: list[object] = []
    bridge.close()
    bridge.ask(lambda _: 1, answers.append)
    assert answers == []


def test_a_window_that_is_behind_gets_the_newest_map_frame_only(qtbot: QtBot, bridge: EngineBridge) -> None:
    frames: list[MapFrame] = []
    bridge.map_frame.connect(frames.append)
    ids = np.arange(3)

    def announce() -> None:
        for number in range(50):
            bridge.engine.jobs.announce(MapFrame(1, ids, np.full((3, 2), number, np.float32), "refining", False))

    thread = threading.Thread(target=announce)
    thread.start()
    thread.join()  # the window has not looked yet
    qtbot.waitUntil(lambda: bool(frames))
    qtbot.wait(1)
    assert [int(frame.coordinates[0, 0]) for frame in frames] == [49]


def test_what_changed_reaches_the_views_from_any_thread(qtbot: QtBot, bridge: EngineBridge) -> None:
    with qtbot.waitSignal(bridge.changed) as told:
        threading.Thread(target=bridge.engine.jobs.announce, args=(Changed(items=True),)).start()
    assert told.args[0].items
