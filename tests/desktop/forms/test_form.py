"""What the analyst gets from a form made from declared parameters: the right controls, values out, sentences beside fields."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.forms.form import Form
from desktop.theme import Theme
from engine.errors import UserFixable
from engine.objectives import objectives
from engine.parameters import Describe, parameters_of


def technique(
    passes: Annotated[int, Describe("Passes", "How often every pair is seen.", 1, 5000)] = 10,
    rate: Annotated[float, Describe("Learning rate", "How far each step goes.", 1e-7, 0.1)] = 1e-4,
    moves: Annotated[
        Literal["image", "text", "both"], Describe("What moves", "The rest stays.", choices=("image", "text", "both"))
    ] = "both",
    watch: Annotated[bool, Describe("Watch what it forgets", "Stops if it forgets too much.")] = True,
    name: Annotated[str, Describe("Name", "Of the new model.")] = "Garden",
) -> None: ...


PARAMETERS = parameters_of(technique)


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    theme = Theme("light")
    theme.apply()
    made = Form(theme, PARAMETERS)
    made.resize(251, 400)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def control(form: Form, name: str) -> QWidget:
    found = form.findChild(QWidget, f"input_{name}")
    assert found is not None
    return found


def write(qtbot: QtBot, form: Form, name: str, text: str) -> None:
    line = control(form, name)
    assert isinstance(line, QLineEdit)
    line.selectAll()
    qtbot.keyClicks(line, text)


def told(form: Form, name: str) -> str:
    sentence = form.fields[name].sentence
    return sentence.text() if sentence.isVisible() else ""


def test_every_parameter_gets_the_control_that_fits_and_a_name_that_can_be_read_out(form: Form) -> None:
    kinds = {name: type(field.control) for name, field in form.fields.items()}
    assert issubclass(kinds["moves"], QComboBox)
    assert kinds["watch"] is QCheckBox
    assert kinds["passes"] is kinds["rate"] is kinds["name"] is QLineEdit
    assert control(form, "rate").accessibleName() == "Learning rate"
    assert control(form, "rate").toolTip() == "How far each step goes. 1e-7 to 0.1. Default: 0.0001."


def test_a_fresh_form_gives_the_defaults_and_nothing_that_differs(form: Form) -> None:
    assert form.values() == {"passes": 10, "rate": 1e-4, "moves": "both", "watch": True, "name": "Garden"}
    assert form.differing() == {}
    assert not form.back.isVisible()


def test_what_is_written_ticked_and_chosen_comes_out_in_its_own_type(qtbot: QtBot, form: Form) -> None:
    write(qtbot, form, "passes", "1,200")
    write(qtbot, form, "rate", "3e-5")
    write(qtbot, form, "name", "Pond")
    qtbot.mouseClick(control(form, "watch"), Qt.MouseButton.LeftButton, pos=control(form, "watch").rect().center())
    qtbot.keyClick(control(form, "moves"), Qt.Key.Key_Home)
    assert form.values() == {"passes": 1200, "rate": 3e-5, "moves": "image", "watch": False, "name": "Pond"}
    assert form.differing().keys() == {"passes", "rate", "moves", "watch", "name"}


def test_a_number_that_does_not_fit_is_explained_beside_its_field_and_not_used(qtbot: QtBot, form: Form) -> None:
    write(qtbot, form, "rate", "7")
    assert form.fault == "Learning rate takes a number, 1e-7 to 0.1; 7 does not fit."
    with pytest.raises(UserFixable, match="Learning rate"):
        form.values()
    qtbot.waitUntil(lambda: told(form, "rate") == form.fault)
    assert control(form, "rate").accessibleDescription() == form.fault
    write(qtbot, form, "rate", "0.01")
    assert told(form, "rate") == ""
    assert form.values()["rate"] == 0.01


def test_nobody_is_told_off_in_the_middle_of_a_number(qtbot: QtBot, form: Form) -> None:
    write(qtbot, form, "rate", "1e-")
    assert form.fault
    assert told(form, "rate") == ""
    qtbot.keyClicks(control(form, "rate"), "5")
    assert form.fault == ""
    assert told(form, "rate") == ""


def test_leaving_a_field_tells_at_once(qtbot: QtBot, form: Form) -> None:
    form.activateWindow()
    control(form, "passes").setFocus()
    write(qtbot, form, "passes", "many")
    control(form, "rate").setFocus()
    assert told(form, "passes") == "Passes takes a whole number, 1 to 5,000; “many” does not fit."


def test_starting_with_a_fault_shows_it_and_goes_there(qtbot: QtBot, form: Form) -> None:
    form.activateWindow()
    write(qtbot, form, "rate", "x")
    form.point_out()
    assert told(form, "rate")
    qtbot.waitUntil(lambda: control(form, "rate").hasFocus())


def test_arrow_keys_try_round_numbers(qtbot: QtBot, form: Form) -> None:
    for key, shown in ((Qt.Key.Key_Up, "0.0002"), (Qt.Key.Key_Up, "0.0005"), (Qt.Key.Key_Down, "0.0002")):
        qtbot.keyClick(control(form, "rate"), key)
        assert control(form, "rate").text() == shown
    qtbot.keyClick(control(form, "passes"), Qt.Key.Key_Down)
    assert form.values()["passes"] == 9


def test_back_to_the_defaults_appears_with_the_first_change_and_takes_all_back(qtbot: QtBot, form: Form) -> None:
    height = form.sizeHint().height()
    write(qtbot, form, "passes", "no")
    assert form.back.isVisible()
    with qtbot.waitSignal(form.changed):
        qtbot.mouseClick(form.back, Qt.MouseButton.LeftButton)
    assert form.differing() == {}
    assert told(form, "passes") == ""
    assert not form.back.isVisible()
    qtbot.waitUntil(lambda: form.sizeHint().height() == height)  # nothing below it moved


def test_values_brought_from_elsewhere_are_shown_without_an_echo(qtbot: QtBot, form: Form) -> None:
    with qtbot.assertNotEmitted(form.changed):
        form.show_values({"rate": 0.02, "moves": "text", "watch": False})
    assert form.differing() == {"rate": 0.02, "moves": "text", "watch": False}


def test_while_a_run_is_going_on_values_can_be_read_and_not_changed(qtbot: QtBot, form: Form) -> None:
    form.lock(True)
    write(qtbot, form, "passes", "99")
    qtbot.keyClick(control(form, "rate"), Qt.Key.Key_Up)
    assert not control(form, "watch").isEnabled()
    assert form.differing() == {}
    form.lock(False)
    write(qtbot, form, "passes", "99")
    assert form.values()["passes"] == 99


def test_a_wheel_over_a_choice_does_not_change_it(qtbot: QtBot, form: Form) -> None:
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QApplication

    box = control(form, "moves")
    middle = QPointF(box.rect().center())
    turned = QWheelEvent(
        middle,
        box.mapToGlobal(middle),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(box, turned)
    assert form.values()["moves"] == "both"


@pytest.mark.parametrize("entry", list(objectives), ids=lambda entry: entry.name)
def test_every_objective_has_a_form_that_gives_back_what_the_objective_takes(qtbot: QtBot, entry: object) -> None:
    made = Form(Theme("light"), entry.parameters)  # type: ignore[attr-defined]
    qtbot.addWidget(made)
    assert made.values() == {one.name: one.default for one in entry.parameters}  # type: ignore[attr-defined]
