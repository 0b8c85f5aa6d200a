"""Asking by words, by items and by files, in the one search field."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from desktop.collections.dragging import drag_data
from desktop.search.brought import brought
from desktop.search.wording import query_words
from engine.values import Filter, Query, Term
from tests.support.browse_window import browse_window
from tests.support.builders import library_with
from tests.support.tiny_model import make_tiny_model

LONG = 60_000  # loading torch for the first time, on a busy machine


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """One library with a tiny real model for the whole file: torch is loaded once."""
    folder = tmp_path_factory.mktemp("search")
    with library_with(folder, 600, thumbnails=30, model=make_tiny_model(folder / "tiny")) as opened:
        opened.search.warm()
        yield opened


@pytest.fixture
def window(qtbot, engine):
    with browse_window(qtbot, engine) as opened:
        yield opened


def answered(qtbot, window) -> None:
    qtbot.waitUntil(lambda: window.shown.hits is not None and not window.shown.busy, timeout=LONG)


def test_hits_come_while_words_are_typed_and_say_how_many_in_how_long(qtbot, window):
    window.query.take_focus()
    QTest.keyClicks(window.query.edit, "heron")
    answered(qtbot, window)

    assert window.query.chips == (), "what is being typed is not settled yet"
    assert window.filters.hits.text().startswith(f"{len(window.shown.ids):,} hits · ")
    assert window.shown.score_of(int(window.shown.ids[0])) is not None
    assert sum(len(section.ids) for section in window.shown.sections) == len(window.shown.hits.item_ids)


def test_what_was_found_by_its_words_says_so(qtbot, window):
    window.query.take_focus()
    QTest.keyClicks(window.query.edit, "heron")
    answered(qtbot, window)

    named = [item for item in window.shown.ids.tolist() if item % 12 == 0]  # the builder's herons
    assert named
    assert all(window.shown.found_by(item) in (2, 3) for item in named)


def test_enter_settles_words_into_chips_and_filters_into_filter_chips(qtbot, window):
    window.query.take_focus()
    QTest.keyClicks(window.query.edit, "2:bird - drawing kind:image")
    QTest.keyClick(window.query.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(window.query.chips) == 2, timeout=LONG)

    assert [(chip.term.words, chip.term.weight) for chip in window.query.chips] == [("bird", 2.0), ("drawing", -1.0)]
    assert window.query.edit.text() == ""
    assert window.shown.filter == Filter(kinds=("image",))
    assert window.filters.kind.accessibleName() == "Kind: images"


def test_chips_are_walked_flipped_weighed_and_taken_out_by_keys(qtbot, window):
    window.query.add((Term(words="bird"), Term(words="water")))
    window.query.take_focus()
    QTest.keyClick(window.query.edit, Qt.Key.Key_Left)
    assert window.query.chips[1].hasFocus()
    QTest.keyClick(window.query.chips[1], Qt.Key.Key_Left)
    assert window.query.chips[0].hasFocus()

    QTest.keyClick(window.query.chips[0], Qt.Key.Key_Minus)
    assert window.query.chips[0].term.weight == -1.0
    assert window.query.chips[0].hasFocus(), "the key that changed it can be pressed again"
    QTest.keyClick(window.query.chips[0], Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert window.query.chips[0].term.weight == -1.1
    QTest.keyClick(window.query.chips[0], Qt.Key.Key_Delete)
    assert [chip.term.words for chip in window.query.chips] == ["water"]

    window.query.take_focus()
    QTest.keyClick(window.query.edit, Qt.Key.Key_Backspace)
    assert window.query.chips == ()
    assert window.shown.query is None


def test_escape_ends_the_search_and_the_items_come_back(qtbot, window):
    window.query.add((Term(words="bird"),))
    answered(qtbot, window)
    window.query.take_focus()
    QTest.keyClick(window.query.edit, Qt.Key.Key_Escape)

    qtbot.waitUntil(lambda: window.shown.hits is None and len(window.shown.ids) == 600, timeout=LONG)
    assert window.query.chips == ()


def test_l_searches_for_what_is_like_the_item_and_finds_its_own_topic_first(qtbot, window):
    window.click_tile(13)
    window.press(Qt.Key.Key_L)
    answered(qtbot, window)

    assert window.query.chips[0].term == Term(item_id=13)
    first = [item for section in window.shown.sections for item in section.ids[:8].tolist()][:8]
    assert 13 not in first, "an item is not its own answer"
    assert sum(item % 12 == 13 % 12 for item in first) >= 6
    qtbot.waitUntil(lambda: "harbour_000013" in window.query.chips[0].accessibleName(), timeout=LONG)


def test_like_this_gives_the_same_items_as_a_look_at_every_vector(qtbot, window, engine):
    space = engine.models.space().id
    ids, vectors = engine.vectors.of(space, list(range(1, 601)))
    place = ids.tolist().index(40)
    cosines = vectors @ vectors[place]
    nearest = [int(ids[row]) for row in np.argsort(-cosines) if row != place][:10]

    window.click_tile(40)
    alike = window.inspector.alike.list
    qtbot.waitUntil(lambda: alike.count() == 10, timeout=LONG)

    shown = [alike.item(row).data(Qt.ItemDataRole.UserRole).id for row in range(10)]
    assert shown == nearest


def test_a_picture_dropped_onto_the_field_is_searched_by(qtbot, window, tmp_path):
    path = tmp_path / "a bird.png"
    Image.new("RGB", (40, 40), (10, 200, 30)).save(path)
    drop(window.query, drag_data([str(path)], ()))
    answered(qtbot, window)

    assert window.query.chips[0].term.path == str(path)
    assert window.query.chips[0].accessibleName() == "with a bird.png"
    assert len(window.shown.hits.item_ids)


def test_items_dragged_from_the_grid_are_searched_by(qtbot, window):
    drop(window.query, drag_data(["/nowhere/a.jpg"], (5, 6)))
    answered(qtbot, window)

    assert [chip.term.item_id for chip in window.query.chips] == [5, 6]


def test_a_picture_on_the_clipboard_is_searched_by(qtbot, window):
    image = QImage(30, 30, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    QApplication.clipboard().setImage(image)
    window.query.take_focus()
    QTest.keyClick(window.query.edit, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    qtbot.waitUntil(lambda: len(window.query.chips) == 1, timeout=LONG)
    path = Path(window.query.chips[0].term.path)
    answered(qtbot, window)
    assert path.suffix == ".png"
    path.unlink()


def test_a_file_that_cannot_be_read_is_left_out_and_named(qtbot, window, tmp_path):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0 and nothing more")
    window.query.add((Term(words="bird"), Term(path=str(broken))))
    answered(qtbot, window)

    assert window.grid.strip.isVisible()
    assert "broken.jpg" in window.grid.strip.sentence.text()
    assert "left out of the search" in window.grid.strip.sentence.text()


def test_a_band_has_an_order_of_its_own_and_can_be_selected_whole(qtbot, window):
    window.query.add((Term(words="heron"),))
    answered(qtbot, window)
    section = next(section for section in window.shown.sections if section.band != "unlikely")
    window.grid.findChild(QPushButton, f"bandSelectAll.{section.band}").click()
    assert window.selection.ids.tolist() == sorted(section.ids.tolist())

    window.shown.set_band_sort(section.band, "name")
    qtbot.waitUntil(lambda: window.shown.sections[0].sort == "name" and not window.shown.busy, timeout=LONG)
    cards = window.bridge.engine.items.cards(window.shown.sections[0].ids)
    names = [card.name.lower() for card in cards]
    assert names == sorted(names)


def test_what_is_unlikely_is_folded_away_and_can_be_shown_in_full(qtbot, window):
    window.query.add((Term(words="heron"),))
    answered(qtbot, window)
    unlikely = next(section for section in window.shown.sections if section.band == "unlikely")
    assert unlikely.folded
    assert not set(unlikely.ids.tolist()) & set(window.shown.ids.tolist())

    window.grid.findChild(QPushButton, "bandSelectAll.unlikely").click()

    qtbot.waitUntil(lambda: len(window.shown.ids) == window.shown.hits.searched, timeout=LONG)


def test_a_search_is_saved_with_its_filters_and_opens_again(qtbot, window):
    window.shown.set_filter(Filter(kinds=("image",)))
    window.query.add((Term(words="heron"), Term(words="snow", weight=-0.5)))
    answered(qtbot, window)
    saved = window.shown.request
    window.bridge.engine.marks.save_search("herons", saved)
    window.shown.set_filter(Filter())
    window.query.clear()
    qtbot.waitUntil(lambda: len(window.shown.ids) == 600, timeout=LONG)

    card = window.bridge.engine.marks.searches()[0]
    window.shown.show(card.query)
    answered(qtbot, window)

    assert window.shown.request == saved
    assert [chip.term for chip in window.query.chips] == list(saved.terms)
    window.bridge.engine.marks.delete_search(card.id)


def test_the_panel_of_a_search_shows_limits_and_changes_a_weight(qtbot, window):
    window.query.add((Term(words="heron"), Term(words="snow")))
    answered(qtbot, window)
    window.score.show()
    assert "likely from" in window.score.histogram.accessibleName()

    window.score.findChild(QLineEdit, "weight.1").set_weight(0.4)
    qtbot.waitUntil(lambda: window.shown.query.terms[1].weight == 0.4 and not window.shown.busy, timeout=LONG)
    assert window.query.chips[1].term.weight == 0.4


def test_the_field_is_left_by_escape_and_entered_by_a_slash(qtbot, window):
    window.grid.canvas.setFocus()
    window.press(Qt.Key.Key_Slash)
    assert window.query.edit.hasFocus()
    left = []
    window.query.left.connect(lambda: left.append(True))
    QTest.keyClick(window.query.edit, Qt.Key.Key_Escape)
    assert left == [True]


def test_chips_are_written_as_people_read_them():
    query = Query(
        (Term(words="a bird on water"), Term(path="/x/heron.jpg", weight=0.5), Term(words="drawing", weight=-1))
    )

    assert query_words(query) == "a bird on water + heron.jpg − drawing"


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("file:///archive/a%20b.jpg\nfile:///archive/c.wav", ["/archive/a b.jpg", "/archive/c.wav"]),
        ("/archive/a b.jpg", ["/archive/a b.jpg"]),
        ("a bird on water", []),
        ("/etc and other words", []),
    ],
)
def test_a_list_of_paths_is_told_from_words(text, paths):
    data = QMimeData()
    data.setText(text)

    assert [term.path for term in brought(data).terms] == paths
    assert bool(brought(data).words) == (not paths)


def test_addresses_of_other_computers_are_not_taken_for_files():
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/a.jpg")])

    assert brought(data).terms == ()


def drop(box, data: QMimeData) -> None:
    """Drop `data` onto the middle of a widget."""
    where = QPointF(QPoint(box.width() // 2, box.height() // 2))
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    box.dropEvent(QDropEvent(where, copy, data, Qt.MouseButton.LeftButton, none))
