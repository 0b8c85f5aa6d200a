"""Keys do what the sheet says, in the place where they are meant, and nothing while somebody types."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.actions import ActionRegistry


class Desk:
    """A window with a text field, a button and two places that listen."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QWidget()
        self.field, self.button = QLineEdit(), QPushButton("Go")
        self.place, self.inner = QWidget(), QWidget()
        self.place.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.inner.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        QVBoxLayout(self.place).addWidget(self.inner)
        column = QVBoxLayout(self.window)
        for widget in (self.field, self.button, self.place):
            column.addWidget(widget)
        qtbot.addWidget(self.window)
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.actions = ActionRegistry()
        self.actions.attach(self.window)
        self.done: list[str] = []

    def add(self, id: str, key: str, **more: object) -> None:
        self.actions.add(id, id.capitalize(), (key,), handler=lambda: self.done.append(id), **more)  # type: ignore[arg-type]


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def test_a_key_does_its_action_wherever_the_focus_is(qtbot: QtBot, desk: Desk) -> None:
    desk.add("keys", "?")
    desk.button.setFocus()
    qtbot.keyClick(desk.button, "?")
    assert desk.done == ["keys"]


def test_a_single_key_writes_its_letter_while_typing_and_does_nothing_else(qtbot: QtBot, desk: Desk) -> None:
    desk.add("tag", "T")
    desk.add("search", "/")
    desk.add("undo", "Ctrl+U")
    desk.field.setFocus()
    qtbot.keyClicks(desk.field, "t/")
    assert desk.field.text() == "t/"
    assert desk.done == []
    qtbot.keyClick(desk.field, "U", Qt.KeyboardModifier.ControlModifier)
    assert desk.done == ["undo"]


def test_the_place_that_holds_the_focus_most_closely_wins_a_shared_key(qtbot: QtBot, desk: Desk) -> None:
    desk.add("everywhere", "S")
    desk.add("outer", "S", widget=desk.place)
    desk.add("inner", "S", widget=desk.inner)
    for widget, expected in ((desk.inner, "inner"), (desk.place, "outer"), (desk.button, "everywhere")):
        widget.setFocus()
        qtbot.keyClick(widget, "S")
        assert desk.done[-1] == expected
    assert len(desk.done) == 3


def test_an_action_that_cannot_be_done_now_leaves_its_key_to_another(qtbot: QtBot, desk: Desk) -> None:
    desk.add("everywhere", "S")
    desk.add("inner", "S", widget=desk.inner, enabled=lambda: False)
    desk.inner.setFocus()
    qtbot.keyClick(desk.inner, "S")
    assert desk.done == ["everywhere"]


def test_space_and_enter_still_press_the_focused_button(qtbot: QtBot, desk: Desk) -> None:
    desk.add("select", "Space")
    pressed: list[bool] = []
    desk.button.clicked.connect(lambda: pressed.append(True))
    desk.button.setFocus()
    qtbot.keyClick(desk.button, Qt.Key.Key_Space)
    assert pressed
    assert desk.done == []


def test_a_clash_is_named_and_swapping_takes_the_key_from_the_other(desk: Desk) -> None:
    desk.add("sources", "Ctrl+B")
    desk.add("inspector", "Ctrl+I")
    clash = desk.actions.clash("inspector", "Ctrl+B")
    assert clash is not None
    assert clash.action.id == "sources"
    desk.actions.bind("inspector", ("Ctrl+B",))
    assert desk.actions.keys_of("inspector") == ("Ctrl+B",)
    assert desk.actions.keys_of("sources") == ()


def test_own_keys_come_back_after_a_restart_and_are_heard(qtbot: QtBot, desk: Desk) -> None:
    desk.add("tag", "T")
    desk.actions.bind("tag", ("G",))
    kept = desk.actions.own_keys()
    again = Desk(qtbot)
    again.add("tag", "T")
    again.actions.set_own_keys(kept)
    again.button.setFocus()
    qtbot.keyClick(again.button, "T")
    assert again.done == []
    qtbot.keyClick(again.button, "G")
    assert again.done == ["tag"]


def test_an_action_leaves_with_its_view(qtbot: QtBot, desk: Desk) -> None:
    desk.add("fit", "F", widget=desk.inner)
    desk.inner.deleteLater()
    qtbot.waitUntil(lambda: "fit" not in desk.actions)


def test_a_key_asked_twice_for_one_action_is_no_clash(desk: Desk) -> None:
    desk.add("tag", "T")
    assert desk.actions.clash("tag", "T") is None


@pytest.mark.parametrize("bad", [{"group": "Nowhere"}])
def test_an_unknown_group_is_refused(desk: Desk, bad: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="Nowhere"):
        desk.add("odd", "O", **bad)
