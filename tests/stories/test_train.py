"""An analyst teaches a model with her own pairs in the window: what they hold, what it costs, how it goes, what came of it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.training.against_before import verdict, written
from desktop.training.curve_card import CurveCard
from desktop.training.train_page import TrainPage
from desktop.window import pages
from desktop.window.main_window import MainWindow
from engine.engine import Engine
from tests.support.builders import library_with
from tests.support.tiny_model import make_tiny_model
from tests.support.window import ANSWER_MS, open_window

LONG_MS = 3 * ANSWER_MS
COLOURS = ("red", "green", "blue", "yellow", "white", "black")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """240 coloured pictures and their words."""
    folder = tmp_path / "pairs"
    folder.mkdir()
    chance = np.random.default_rng(0)
    rows = []
    for number in range(240):
        colour = COLOURS[number % len(COLOURS)]
        picture = np.asarray(Image.new("RGB", (40, 40), colour), int) + chance.integers(-30, 30, (40, 40, 3))
        Image.fromarray(picture.clip(0, 255).astype(np.uint8)).save(folder / f"{number}.png")
        rows.append((f"{number}.png", f"a {colour} square, number {number}"))
    with (folder / "captions.csv").open("w", newline="") as out:
        csv.writer(out).writerows([("image", "caption"), *rows])
    return folder / "captions.csv"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with library_with(tmp_path, 30, thumbnails=0, model=make_tiny_model(tmp_path / "tiny")) as made:
        yield made


@pytest.fixture
def window(qtbot: QtBot, engine: Engine) -> Iterator[MainWindow]:
    with open_window(qtbot, engine) as made:
        yield made


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, table: Path) -> TrainPage:
    """The page with the table chosen."""
    qtbot.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    found = window.page_widget(pages.TRAIN)
    assert isinstance(found, TrainPage)
    qtbot.waitUntil(lambda: found.setup.recipe.count() > 0 and found.setup.model.count() > 0, timeout=ANSWER_MS)
    found.setup.pairs.use_table(table)
    qtbot.waitUntil(lambda: "240 pictures" in found.setup.pairs.survey.text(), timeout=ANSWER_MS)
    return found


def buttons(page: TrainPage) -> set[str]:
    return {one.text() for one in page.findChildren(QPushButton) if one.isVisible()}


def test_a_run_draws_its_curves_and_ends_in_a_new_model_beside_the_old_one(
    qtbot: QtBot, page: TrainPage, engine: Engine
) -> None:
    before = {card.key for card in engine.models.cards()}
    page.setup.form.show_values({"passes": 2.0, "batch": 32, "precision": "float32", "learning_rate": 1e-3})
    page.setup.rails["best"].setChecked(False)
    qtbot.mouseClick(page.setup.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page._run is not None and not page._jobs, timeout=LONG_MS)
    qtbot.waitUntil(lambda: page.title.text() == "Run 1 is done", timeout=LONG_MS)
    assert page.curves.loss.lines()["info_nce"]
    assert {card.key for card in engine.models.cards()} > before
    assert "Use this model" in buttons(page)
    assert page.setup.runs.count() == 1
    assert "240" in page.said.toolTip() or engine.training.run(1).pairs + engine.training.run(1).held_out == 240


def test_too_few_pairs_are_refused_before_anything_begins_with_two_ways_on(
    qtbot: QtBot, page: TrainPage, table: Path
) -> None:
    few = table.with_name("few.csv")
    few.write_text("\n".join(table.read_text().splitlines()[:42]))
    page.setup.pairs.use_table(few)
    qtbot.waitUntil(lambda: "41 pictures" in page.setup.pairs.survey.text(), timeout=ANSWER_MS)
    page.start()
    qtbot.waitUntil(lambda: "41 pairs will be learnt by heart" in page.block.heading.text(), timeout=LONG_MS)
    assert {"Head only", "Train anyway"} <= buttons(page)
    assert page.setup.start_button.isEnabled()


def test_a_table_that_cannot_be_read_is_said_where_it_was_chosen(qtbot: QtBot, page: TrainPage, tmp_path: Path) -> None:
    page.setup.pairs.use_table(tmp_path / "nowhere.csv")
    qtbot.waitUntil(lambda: "cannot be read" in page.setup.pairs.survey.text(), timeout=ANSWER_MS)


def test_an_estimate_says_how_long_it_will_take_and_changes_nothing(
    qtbot: QtBot, page: TrainPage, engine: Engine
) -> None:
    page.estimate()
    qtbot.waitUntil(
        lambda: "steps" in page.setup.cost.text() and "Trying" not in page.setup.cost.text(), timeout=LONG_MS
    )
    assert engine.training.runs() == []
    page.setup.form.fields["passes"].changed.emit()
    assert page.setup.cost.text() == "", "an estimate for other settings is not left standing"


def test_each_recipe_has_its_own_form(qtbot: QtBot, page: TrainPage) -> None:
    fields = set(page.setup.form.fields)
    page.setup.recipe.setCurrentIndex(page.setup.recipe.findData("cleanclip"))
    page.setup.recipe.activated.emit(page.setup.recipe.currentIndex())
    assert set(page.setup.form.fields) != fields
    assert "copies_weight" in page.setup.form.fields


def test_a_setting_that_does_not_fit_starts_nothing(page: TrainPage, engine: Engine) -> None:
    page.setup.form.fields["passes"].control.setText("soon")  # type: ignore[attr-defined]
    page.start()
    assert page.setup.form.fault
    assert engine.training.runs() == []


def test_a_curve_card_keeps_gaps_and_shows_the_newest_value(qtbot: QtBot, window: MainWindow) -> None:
    card = CurveCard(window.theme, "Loss", "", lead="held_out_loss")
    qtbot.addWidget(card)
    card.add(1, {"info_nce": 3.0})
    card.add(2, {"info_nce": float("nan"), "held_out_loss": 2.5})
    card.show_limit("stop", 2.0, "stop below 2")
    card.show_best(2)
    assert card.value.text() == "2.5"
    assert card.lines()["info_nce"][0] == 3.0
    assert not card.grab().isNull()


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("recall_at_10", {"value": 0.4, "low": 0.35, "high": 0.45}, {"value": 0.6, "low": 0.5, "high": 0.7}, "better"),
        (
            "recall_at_10",
            {"value": 0.4, "low": 0.3, "high": 0.5},
            {"value": 0.45, "low": 0.4, "high": 0.5},
            "no clear change",
        ),
        ("held_out_loss", 2.0, 1.5, "better"),
        ("held_out_loss", 1.5, 2.0, "worse"),
    ],
)
def test_a_difference_counts_only_where_the_intervals_do_not_meet(name, before, after, said) -> None:
    found = verdict(name, before, after)
    assert found is not None
    assert found[0] == said


def test_shares_are_written_as_per_cent() -> None:
    assert written({"value": 0.415, "low": 0, "high": 1}, True) == "41.5\u202f%"
    assert written(2.06, False) == "2.06"
