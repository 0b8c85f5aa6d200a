"""What an analyst does on the map: look, point, choose, hide, filter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.actions import ActionRegistry
from desktop.bridge import EngineBridge
from desktop.map.loops import warm
from desktop.map.map_view import MapView
from desktop.selection import SelectionModel
from desktop.shown import Shown
from desktop.theme import Theme
from engine.engine import Engine
from engine.events import JobFinished, MapFrame
from engine.jobs.progress import Progress
from engine.maps.kept import Layout
from engine.values import Filter, Region
from tests.support.builders import library_with

ITEMS = 400


@dataclass
class Desk:
    """A map view on a library, with what the other views would share with it."""

    engine: Engine
    bridge: EngineBridge
    theme: Theme
    actions: ActionRegistry
    selection: SelectionModel
    shown: Shown
    view: MapView

    def announce(self, xy: np.ndarray, stage: str = "settled", ids: np.ndarray | None = None, note: str = "") -> None:
        ids = np.arange(1, len(xy) + 1) if ids is None else ids
        self.engine.jobs.announce(MapFrame(1, ids, xy.astype(np.float32), stage, True, note))  # type: ignore[arg-type]

    def spot(self, item: int) -> QPoint:
        place = self.view.canvas.spot_of(item)
        assert place is not None
        return place.toPoint()


def layout(count: int = ITEMS) -> np.ndarray:
    """Items on a spiral, so that every point lies by itself."""
    turn = np.sqrt(np.arange(count)) * 2.4
    return np.stack([np.sqrt(np.arange(count)) * np.cos(turn), np.sqrt(np.arange(count)) * np.sin(turn)], axis=1) / 20


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    warm(wait=True)
    engine = library_with(tmp_path, ITEMS)
    theme, actions, selection = Theme("light"), ActionRegistry(), SelectionModel()
    bridge = EngineBridge(engine)
    shown = Shown(bridge)
    view = MapView(bridge, theme, actions, selection, shown)
    qtbot.addWidget(view)
    actions.attach(view)
    view.resize(900, 640)
    view.show()
    qtbot.waitUntil(lambda: view.gap.isChecked(), timeout=20_000)  # what the library remembers has arrived
    yield Desk(engine, bridge, theme, actions, selection, shown, view)
    view.close_threads()
    bridge.close()
    engine.close()


@pytest.fixture
def mapped(desk: Desk, qtbot: QtBot) -> Desk:
    desk.announce(layout())
    qtbot.waitUntil(lambda: desk.view.legend.isVisible() and desk.view.canvas.in_view == ITEMS, timeout=20_000)
    qtbot.waitUntil(lambda: not desk.view.canvas.motion.active)
    return desk


def drag(qtbot: QtBot, desk: Desk, corners: list[QPoint], modifier: Qt.KeyboardModifier | None = None) -> None:
    canvas, held = desk.view.canvas, modifier or Qt.KeyboardModifier.NoModifier
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, held, corners[0])
    for corner in corners[1:]:
        qtbot.mouseMove(canvas, corner)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, held, corners[-1])


def wheel(desk: Desk, steps: int, at: QPoint) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(desk.view.canvas.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(desk.view.canvas, event)


def test_before_there_is_a_map_it_says_when_it_will_come(desk: Desk) -> None:
    assert desk.view.state.isVisible()
    assert desk.view.state.heading.text() == "The map appears here once a few dozen items are in."


def test_a_frame_puts_every_item_on_the_map_and_says_so(mapped: Desk) -> None:
    assert not mapped.view.state.isVisible()
    assert mapped.view.drawn.text() == "400 of 400 drawn"
    pixels = np.array([(mapped.spot(item).x(), mapped.spot(item).y()) for item in range(1, ITEMS + 1)])
    assert (pixels > 0).all()
    assert (pixels < (900, 640)).all()


def test_zoomed_in_the_label_says_how_many_are_left_in_view(mapped: Desk, qtbot: QtBot) -> None:
    wheel(mapped, 12, QPoint(450, 320))
    qtbot.waitUntil(lambda: not mapped.view.drawn.text().startswith("400"))
    shown = int(mapped.view.drawn.text().split()[0])
    assert 0 < shown < 200
    assert mapped.view.canvas.level == "near"


def test_a_click_selects_the_item_under_the_pointer_and_keeps_its_card(mapped: Desk, qtbot: QtBot) -> None:
    mapped.view.canvas.show_tiles(False)
    qtbot.mouseClick(mapped.view.canvas, Qt.MouseButton.LeftButton, pos=mapped.spot(211))

    assert mapped.selection.ids.tolist() == [211]
    assert mapped.selection.current == 211
    qtbot.waitUntil(lambda: mapped.view.card.isVisible())
    assert mapped.view.card.name.text() == "river_000211.jpg"
    assert mapped.view.card.kind.text() == "image"

    qtbot.mouseMove(mapped.view.canvas, QPoint(5, 5))
    assert mapped.view.card.isVisible()


def test_pointing_at_an_item_shows_its_card_after_a_moment(mapped: Desk, qtbot: QtBot) -> None:
    mapped.view.canvas.show_tiles(False)
    qtbot.mouseMove(mapped.view.canvas, mapped.spot(44))
    assert not mapped.view.card.isVisible()
    qtbot.waitUntil(lambda: mapped.view.card.isVisible(), timeout=2000)
    assert mapped.view.card.name.text().endswith("_000044.wav")
    assert mapped.view.card.kind.text().startswith("sound")
    qtbot.mouseMove(mapped.view.canvas, QPoint(4, 630))
    qtbot.waitUntil(lambda: not mapped.view.card.isVisible())


def test_a_rectangle_selects_shift_adds_ctrl_takes_away_and_both_intersect(mapped: Desk, qtbot: QtBot) -> None:
    view = mapped.view
    qtbot.keyClick(view.canvas, Qt.Key.Key_R)
    assert view.canvas.tool == "rectangle"
    left, middle = (
        [QPoint(1, 1), QPoint(200, 300), QPoint(400, 639)],
        [QPoint(300, 0), QPoint(400, 200), QPoint(500, 639)],
    )
    x = {item: mapped.spot(item).x() for item in range(1, ITEMS + 1)}
    in_left = {item for item in x if x[item] <= 400}
    in_middle = {item for item in x if 300 <= x[item] <= 500}

    def selected() -> set[int]:
        return set(mapped.selection.ids.tolist())

    drag(qtbot, mapped, left)
    assert abs(len(selected() ^ in_left)) <= 2  # a pixel's rounding at the edge
    first = selected()
    drag(qtbot, mapped, middle, Qt.KeyboardModifier.ShiftModifier)
    both = selected()
    assert first < both
    drag(qtbot, mapped, middle, Qt.KeyboardModifier.ControlModifier)
    assert selected() < first
    drag(qtbot, mapped, left)
    drag(qtbot, mapped, middle, Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier)
    assert abs(len(selected() ^ (in_left & in_middle))) <= 3


def test_a_lasso_selects_what_lies_inside_and_others_turn_grey(mapped: Desk, qtbot: QtBot) -> None:
    view = mapped.view
    qtbot.keyClick(view.canvas, Qt.Key.Key_S)
    middle = view.canvas.rect().center()
    ring = [middle + QPoint(round(120 * np.cos(a)), round(120 * np.sin(a))) for a in np.linspace(0, 6.2, 40)]
    drag(qtbot, mapped, ring)

    chosen = mapped.selection.ids
    assert 5 < len(chosen) < 200
    offsets = [mapped.spot(int(item)) - middle for item in chosen]
    assert max(offset.x() ** 2 + offset.y() ** 2 for offset in offsets) <= 122**2
    rows = view.layer.rows_of(chosen)
    assert not any(view.layer.is_grey(int(row)) for row in rows)
    assert sum(view.layer.is_grey(row) for row in range(ITEMS)) == ITEMS - len(chosen)


def test_escape_gives_up_a_lasso_first_and_the_selection_next(mapped: Desk, qtbot: QtBot) -> None:
    canvas = mapped.view.canvas
    mapped.selection.set([1, 2, 3])
    qtbot.keyClick(canvas, Qt.Key.Key_S)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    qtbot.mouseMove(canvas, QPoint(200, 300))
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 300))
    assert mapped.selection.count == 3
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert mapped.selection.count == 0


def test_a_double_click_on_empty_ground_clears_and_on_a_point_opens_it(mapped: Desk, qtbot: QtBot) -> None:
    mapped.view.canvas.show_tiles(False)
    with qtbot.waitSignal(mapped.view.opened) as opened:
        qtbot.mouseDClick(mapped.view.canvas, Qt.MouseButton.LeftButton, pos=mapped.spot(99))
    assert opened.args == [99]
    mapped.selection.set([1, 2])
    qtbot.mouseDClick(mapped.view.canvas, Qt.MouseButton.LeftButton, pos=QPoint(6, 634))
    assert mapped.selection.count == 0


def test_the_right_button_selects_the_item_and_asks_for_its_menu(mapped: Desk, qtbot: QtBot) -> None:
    mapped.view.canvas.show_tiles(False)
    canvas = mapped.view.canvas
    with qtbot.waitSignal(mapped.view.menu_wanted) as wanted:
        canvas.menu_wanted.emit(canvas.item_at(QPointF(mapped.spot(77))), QPoint(1, 2))
    assert wanted.args[0] == 77
    assert mapped.selection.ids.tolist() == [77]


def test_a_legend_click_hides_a_class_and_a_double_click_shows_it_alone(mapped: Desk, qtbot: QtBot) -> None:
    view = mapped.view
    mapped.view.colour_by("kind")
    qtbot.waitUntil(lambda: view.layer.colouring is not None and view.layer.colouring.field == "kind")
    rows = view.legend._rows
    assert [row.text() for row in rows] == ["Images", "Sounds", "Texts"]
    assert view.layer.colouring is not None
    images, sounds = view.layer.colouring.counts[:2].tolist()

    qtbot.mouseClick(rows[1], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.drawn.text() == f"{ITEMS - sounds} of 400 drawn")
    qtbot.mouseClick(rows[1], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.drawn.text() == "400 of 400 drawn")

    qtbot.mouseClick(rows[0], Qt.MouseButton.LeftButton)
    qtbot.mouseDClick(rows[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.drawn.text() == f"{images} of 400 drawn")
    qtbot.mouseClick(rows[0], Qt.MouseButton.LeftButton)
    qtbot.mouseDClick(rows[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.drawn.text() == "400 of 400 drawn")


def test_a_filter_greys_what_it_leaves_out_and_greyed_points_cannot_be_picked(mapped: Desk, qtbot: QtBot) -> None:
    view = mapped.view
    mapped.shown.set_filter(Filter(kinds=("audio",)))
    qtbot.waitUntil(lambda: view.layer.lit is not None)
    lit = set(view.layer.ids[view.layer.lit].tolist())
    assert lit == set(mapped.shown.ids.tolist())
    assert 0 < len(lit) < ITEMS
    greyed = next(item for item in range(1, ITEMS) if item not in lit)
    assert view.canvas.layer.pick(view.canvas.viewport, *_floats(view, greyed), 3) is None
    mapped.shown.set_filter(Filter())
    qtbot.waitUntil(lambda: view.layer.lit is None)


def test_hidden_items_leave_the_map_and_come_back_with_undo(mapped: Desk, qtbot: QtBot) -> None:
    view = mapped.view
    mapped.shown.refresh()
    qtbot.waitUntil(lambda: len(mapped.shown.ids) == ITEMS)
    mapped.bridge.act(lambda engine: engine.marks.hide([10, 20, 30]))
    qtbot.waitUntil(lambda: view.drawn.text() == "397 of 400 drawn")
    assert view.layer.pick(view.canvas.viewport, *_floats(view, 20), 2) is None
    mapped.bridge.act(lambda engine: engine.marks.undo())
    qtbot.waitUntil(lambda: view.drawn.text() == "400 of 400 drawn")


def test_when_no_item_matches_the_map_offers_to_clear_the_filters(mapped: Desk, qtbot: QtBot) -> None:
    view = mapped.view
    mapped.shown.set_filter(Filter(tags=("nothing has this",)))
    qtbot.waitUntil(lambda: view.state.isVisible())
    assert view.state.heading.text() == "No item matches these filters."
    from PySide6.QtWidgets import QPushButton

    button = next(each for each in view.state.findChildren(QPushButton) if each.text() == "Clear filters")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not view.state.isVisible())


def test_keys_move_zoom_and_fit_the_map(mapped: Desk, qtbot: QtBot) -> None:
    canvas = mapped.view.canvas
    fitted = canvas.viewport
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.viewport.scale_x > fitted.scale_x
    before = mapped.spot(10)
    qtbot.keyClick(canvas, Qt.Key.Key_Left)
    assert mapped.spot(10).x() > before.x()
    qtbot.keyClick(canvas, Qt.Key.Key_F)
    assert canvas.viewport == fitted


def test_dragging_with_the_hand_moves_the_points_and_selects_nothing(mapped: Desk, qtbot: QtBot) -> None:
    before = mapped.spot(10)
    drag(qtbot, mapped, [QPoint(300, 300), QPoint(320, 310), QPoint(340, 330)])
    moved = mapped.spot(10) - before
    assert (moved.x(), moved.y()) == (40, 30)
    assert mapped.selection.count == 0


def test_new_items_are_placed_old_points_stay_and_a_fresh_layout_is_offered(mapped: Desk, qtbot: QtBot) -> None:
    view = mapped.view
    mapped.announce(layout(300), ids=np.arange(1, 301))
    qtbot.waitUntil(lambda: len(view.layer) == 300 and not view.canvas.motion.active)
    wheel(mapped, 1, QPoint(400, 300))
    before = [mapped.spot(item) for item in range(1, 301)]

    mapped.announce(layout(), "placed", note="100 new items placed. Old points stayed put.")

    qtbot.waitUntil(lambda: len(view.layer) == ITEMS)
    assert [mapped.spot(item) for item in range(1, 301)] == before
    assert view.note.isVisible()
    assert view.note.sentence.text() == "100 new items placed. Old points stayed put."
    assert view.note.button is not None
    assert view.note.button.text() == "Arrange afresh"


def test_a_settling_layout_says_that_it_is_being_arranged(desk: Desk, qtbot: QtBot) -> None:
    words = "Arranging 400 items. The layout settles while you look."
    desk.announce(layout(), "refining", note=words)
    qtbot.waitUntil(lambda: desk.view.note.isVisible())
    assert desk.view.note.sentence.text() == words
    desk.announce(layout() * 1.1, "settled")
    qtbot.waitUntil(lambda: not desk.view.note.isVisible())


def test_an_asked_for_layout_moves_and_escape_jumps_to_its_end(mapped: Desk, qtbot: QtBot) -> None:
    view = mapped.view
    target = layout()[::-1]
    mapped.announce(target, "relayout")
    qtbot.waitUntil(lambda: view.canvas.motion.moving)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Escape)
    assert np.allclose(view.layer.xy, target, atol=1e-6)


def test_with_reduced_motion_a_new_layout_is_there_at_once(mapped: Desk, qtbot: QtBot) -> None:
    view = mapped.view
    view.set_reduce_motion(True)
    target = layout()[::-1].astype(np.float32)
    mapped.announce(target, "relayout")
    qtbot.waitUntil(lambda: np.array_equal(view.layer.xy, target))
    assert not view.canvas.motion.active


def test_a_stopped_map_says_what_is_safe_and_offers_to_go_on(desk: Desk, mapped: Desk, qtbot: QtBot) -> None:
    mapped.engine.jobs.announce(JobFinished(9, "Arrange the map", "map", "failed", reason="it ended"))
    qtbot.waitUntil(lambda: mapped.view.note.isVisible())
    words = mapped.view.note.sentence.text()
    assert words == "The map stopped while arranging. Your items and the last layout are safe."
    assert mapped.view.note.button is not None
    assert mapped.view.note.button.text() == "Arrange again"
    assert mapped.spot(5) is not None


def test_every_theme_draws_the_map_on_its_own_ground(mapped: Desk, qtbot: QtBot) -> None:
    grounds = set()
    for choice in ("light", "dark", "high contrast"):
        mapped.theme.choose(choice)  # type: ignore[arg-type]
        image = mapped.view.canvas.grab().toImage()
        corner = image.pixelColor(4, image.height() - 4).name()
        assert corner == mapped.theme.color("canvas").name()
        grounds.add(corner)
    mapped.theme.choose("light")
    assert len(grounds) >= 2


def test_a_large_selection_is_reflected_within_a_tenth_of_a_second(desk: Desk, qtbot: QtBot) -> None:
    import time

    random = np.random.default_rng(0)
    view = desk.view
    desk.announce(random.normal(size=(100_000, 2)))
    qtbot.waitUntil(lambda: len(view.layer) == 100_000 and view.layer.buckets is not None, timeout=10_000)
    view.canvas.repaint()
    geometry = view.layer.geometry
    best = float("inf")
    for attempt in range(12):  # other processes may be in the way
        if best < 0.1:
            break
        chosen = random.choice(100_000, 10_000, replace=False) + 1 + attempt
        started = time.perf_counter()
        desk.selection.set(chosen)
        view.canvas.repaint()
        best = min(best, time.perf_counter() - started)
    assert view.layer.selected is not None
    assert view.layer.selected.sum() == pytest.approx(10_000, abs=3)
    assert view.layer.geometry == geometry  # only a mask was sent
    assert best < 0.1


def _floats(view: MapView, item: int) -> tuple[float, float]:
    spot = view.canvas.spot_of(item)
    assert spot is not None
    return spot.x(), spot.y()


def keep(desk: Desk, corrected: bool, xy: np.ndarray) -> None:
    """A layout as an earlier job left it."""
    ids = np.arange(1, len(xy) + 1)
    made = Layout(1, corrected, ids, xy.astype(np.float32), (0.0, 0.0), 1.0)
    desk.engine.maps.making(1, corrected, Progress()).keep(made)


def test_the_gap_switch_shows_the_number_and_moves_the_points(desk: Desk, qtbot: QtBot) -> None:
    corrected, apart = layout(), layout() + np.where(np.arange(ITEMS) % 5 == 4, 3.0, 0.0)[:, None]
    keep(desk, True, corrected)
    keep(desk, False, apart)
    view = desk.view
    view._ask_current()
    qtbot.waitUntil(lambda: len(view.layer) == ITEMS)
    assert view.gap.text() == "Gap corrected"

    qtbot.mouseClick(view.gap, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: view.canvas.motion.moving)
    qtbot.waitUntil(lambda: not view.canvas.motion.active, timeout=5000)
    assert np.allclose(view.layer.xy, apart, atol=1e-5)
    assert view.gap.text() == f"Gap {desk.engine.maps.gap():.2f}"
    assert desk.engine.settings.get("map.gap_corrected") is False


def test_the_last_layout_is_there_when_the_library_opens(desk: Desk, qtbot: QtBot) -> None:
    keep(desk, True, layout())
    view = MapView(desk.bridge, desk.theme, ActionRegistry(), desk.selection, desk.shown)
    qtbot.addWidget(view)
    view.show()
    qtbot.waitUntil(lambda: len(view.layer) == ITEMS)
    assert not view.canvas.motion.active
    assert not view.state.isVisible()


def test_pictures_stand_on_the_map_and_none_lies_over_another(tmp_path: Path, qtbot: QtBot, mapped: Desk) -> None:
    view = mapped.view
    view.canvas.fit()
    qtbot.waitUntil(lambda: len(view.canvas.tiles()) > 5)
    boxes = [box for _, box in view.canvas.tiles()]
    for first, second in combinations(boxes, 2):
        assert not first.meets(second)
    legend = view.legend.geometry()
    assert not any(box.right > legend.left() and box.top < legend.bottom() for box in boxes)
    item, box = view.canvas.tiles()[0]
    assert view.canvas.item_at(QPointF((box.left + box.right) / 2, box.top + 6)) == item


def test_tab_goes_from_cluster_to_cluster_and_enter_closer(mapped: Desk, qtbot: QtBot) -> None:
    canvas = mapped.view.canvas
    canvas.set_regions([Region(0, 0.5, 0.5, "herons", 90), Region(0, -0.4, 0.2, "harbours", 40)])
    qtbot.keyClick(canvas, Qt.Key.Key_Tab)
    assert (canvas.viewport.x, canvas.viewport.y) == pytest.approx((0.5, 0.5))
    qtbot.keyClick(canvas, Qt.Key.Key_Tab)
    assert (canvas.viewport.x, canvas.viewport.y) == pytest.approx((-0.4, 0.2))
    scale = canvas.viewport.scale_x
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert canvas.viewport.scale_x > 2 * scale
    assert (canvas.viewport.x, canvas.viewport.y) == pytest.approx((-0.4, 0.2))


def test_selected_points_are_dragged_out_and_the_map_stays_where_it_is(qtbot: QtBot, mapped: Desk) -> None:
    view, canvas = mapped.view, mapped.view.canvas
    chosen = [int(item) for item in canvas.layer.ids[canvas.layer.seen(canvas.viewport)][:3]]
    mapped.selection.set(chosen)
    qtbot.waitUntil(lambda: canvas.layer.selected is not None)
    view.canvas.show_tiles(False)
    asked: list[list[int]] = []
    view._drag.begin = lambda: asked.append(mapped.selection.ids.tolist())  # type: ignore[method-assign]
    spot = next(at for at in (canvas.spot_of(item) for item in chosen) if at is not None and canvas.can_carry(at))
    before = canvas.viewport

    drag(qtbot, mapped, [spot.toPoint(), spot.toPoint() + QPoint(30, 20), spot.toPoint() + QPoint(60, 40)])

    assert asked == [sorted(chosen)]
    assert canvas.viewport == before
    assert not canvas.gesture_runs


def test_a_picture_on_the_map_is_dragged_out_alone_and_empty_ground_still_moves_the_map(
    qtbot: QtBot, mapped: Desk
) -> None:
    view, canvas = mapped.view, mapped.view.canvas
    qtbot.waitUntil(lambda: len(canvas.tiles()) > 0, timeout=20_000)
    _, box = canvas.tiles()[0]
    asked: list[list[int]] = []
    view._drag.begin = lambda: asked.append(mapped.selection.ids.tolist())  # type: ignore[method-assign]
    middle = QPoint(int((box.left + box.right) / 2), int((box.top + box.bottom) / 2))

    drag(qtbot, mapped, [middle, middle + QPoint(30, 0), middle + QPoint(60, 0)])
    assert asked == [[canvas.item_at(QPointF(middle))]]

    before = canvas.viewport
    corner = QPoint(3, canvas.height() - 60)
    drag(qtbot, mapped, [corner, corner + QPoint(30, 0), corner + QPoint(60, 0)])
    assert canvas.viewport != before
    assert len(asked) == 1
