"""Points to pixels."""

from types import ModuleType

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop.map import loops, plain, raster
from desktop.map.buckets import Buckets
from desktop.map.canvas import MapCanvas
from desktop.map.layer import PointLayer
from desktop.map.marks import marks_for
from desktop.map.paint import GREY, NOT_DRAWN, palette
from desktop.map.raster import Marks, Picture, Points, Raster
from desktop.map.viewport import Viewport, bounds_of, fitted
from desktop.theme import Theme
from desktop.theme.tokens import DARK

COLOURS = palette(DARK.map_colours, DARK.other, DARK.unselected)
GROUND = np.array([16, 18, 20], np.int32)


@pytest.fixture(scope="module")
def kernels() -> ModuleType:
    loops.warm(wait=True)
    return loops.loops()


def clusters(count: int, seed: int = 0) -> Points:
    random = np.random.default_rng(seed)
    topic = random.integers(0, 20, count)
    centres = random.uniform(-1, 1, (20, 2))
    xy = (centres[topic] + 0.05 * random.normal(size=(count, 2))).astype(np.float32)
    paint = np.where(topic == 3, GREY, topic % 13).astype(np.uint8)
    paint[topic == 7] = NOT_DRAWN
    return Points(xy, paint, (topic % 3).astype(np.uint8))


def no_marks(level: str) -> tuple[Marks, float]:
    return marks_for(level, 1.0), 1.0  # type: ignore[arg-type]


def draw(points: Points, view: Viewport) -> Picture:
    return Raster().draw(points, view, COLOURS, GROUND, no_marks)  # type: ignore[arg-type]


def sorted_points(points: Points) -> Points:
    buckets = Buckets.of(points.xy)
    return Points(buckets.xy, points.paint[buckets.order], points.shapes[buckets.order], buckets)


@pytest.mark.parametrize("count", [40_000, 3_000, 200])
def test_the_compiled_loops_draw_what_the_plain_ones_draw(
    kernels: ModuleType, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    assert kernels is not plain
    points = clusters(count)
    view = fitted(bounds_of(points.xy), 800, 600)
    fast = draw(points, view)
    monkeypatch.setattr(raster, "loops", lambda: plain)
    slow = draw(points, view)
    assert fast.level == slow.level == {40_000: "far", 3_000: "middle", 200: "near"}[count]
    assert fast.seen == slow.seen
    if fast.level == "far":
        assert np.array_equal(fast.pixels, slow.pixels)
    else:  # where marks overlap, edges depend on the order in which they were laid
        assert (fast.pixels != slow.pixels).mean() < 0.06


def test_from_afar_every_point_leaves_a_pixel_of_its_mean_colour(kernels: ModuleType) -> None:
    xy = np.repeat(np.array([[0.105, 0.205], [0.305, 0.405]], np.float32), 9000, axis=0)
    paint = np.array([0] * 9000 + [1] * 4500 + [2] * 4500, np.uint8)
    view = Viewport(0.5, 0.5, 100, 100, 100, 100)

    picture = draw(Points(xy, paint, np.zeros(len(xy), np.uint8)), view)

    assert picture.level == "far"
    lit = np.argwhere(picture.pixels != picture.pixels[0, 0])
    assert lit.tolist() == [[59, 30], [79, 10]]
    pixel = int(picture.pixels[59, 30])
    mean = (COLOURS[1] + COLOURS[2]) / 2
    assert [(pixel >> shift) & 255 for shift in (16, 8, 0)] == pytest.approx(mean, abs=1.5)


def test_denser_places_are_stronger_and_single_points_still_seen(kernels: ModuleType) -> None:
    xy = np.concatenate([np.full((5000, 2), 0.505), [[0.205, 0.205]]]).astype(np.float32)
    picture = draw(
        Points(xy, np.zeros(5001, np.uint8), np.zeros(5001, np.uint8)), Viewport(0.5, 0.5, 100, 100, 100, 100)
    )
    dense, single = (int(picture.pixels[row, column]) & 255 for row, column in ((49, 50), (79, 20)))
    assert dense == COLOURS[0, 2]
    assert GROUND[2] + 0.7 * (dense - GROUND[2]) < single < dense


def test_grey_points_lie_under_coloured_ones(kernels: ModuleType) -> None:
    xy = np.full((4000, 2), 0.505, np.float32)
    paint = np.full(4000, GREY, np.uint8)
    paint[17] = 4
    view = Viewport(0.5, 0.5, 100, 100, 100, 100)
    only_grey = draw(Points(xy, np.full(4000, GREY, np.uint8), np.zeros(4000, np.uint8)), view)
    with_one = draw(Points(xy, paint, np.zeros(4000, np.uint8)), view)
    assert int(only_grey.pixels[49, 50]) & 0xFFFFFF == int("3A4047", 16)
    assert int(with_one.pixels[49, 50]) & 0xFFFFFF != int("3A4047", 16)


def test_two_threads_and_sorted_points_draw_the_same_picture(
    kernels: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = clusters(60_000)
    whole = fitted(bounds_of(points.xy), 333, 250)
    for view in (whole, whole.panned(40, -70), whole.zoomed(2.3, 50, 200)):
        alone = draw(points, view)
        for each in (points, sorted_points(points)):
            with monkeypatch.context() as patch:
                patch.setattr(raster, "WORTH_A_THREAD", 0)
                drawer = Raster()
                together = drawer.draw(each, view, COLOURS, GROUND, no_marks)  # type: ignore[arg-type]
                drawer.close()
            assert together.seen == alone.seen
            assert together.level == alone.level
            if alone.level == "far":
                assert np.array_equal(together.pixels, alone.pixels)


def test_how_many_are_drawn_is_how_many_lie_in_the_view(kernels: ModuleType) -> None:
    points = clusters(30_000)
    view = fitted(bounds_of(points.xy), 500, 400).zoomed(3, 100, 100)
    pixels = view.to_pixels(points.xy)
    inside = ((pixels >= 0) & (pixels < (500, 400))).all(axis=1) & (points.paint != NOT_DRAWN)
    assert draw(points, view).seen == int(inside.sum())
    assert draw(sorted_points(points), view).seen == int(inside.sum())


def test_points_without_a_number_are_left_out_and_nothing_breaks(kernels: ModuleType) -> None:
    points = clusters(20_000)
    points.xy[::3] = np.nan
    points.xy[1::3, 0] = np.inf
    kept = np.isfinite(points.xy).all(axis=1) & (points.paint != NOT_DRAWN)
    view = fitted(bounds_of(points.xy), 300, 300, (60, 60, 60, 60))
    assert draw(points, view).seen == pytest.approx(int(kept.sum()), rel=0.02)
    assert draw(sorted_points(points), view).seen == draw(points, view).seen


def test_the_three_marks_have_equal_area_and_different_shapes() -> None:
    masks = marks_for("near", 4.0).masks
    areas = masks.sum(axis=(1, 2))
    assert areas / areas.mean() == pytest.approx([1, 1, 1], abs=0.06)
    assert np.abs(masks[0] - masks[1]).sum() > 0.1 * areas[0]
    assert np.abs(masks[0] - masks[2]).sum() > 0.1 * areas[0]


def test_nothing_is_compiled_while_the_window_draws(kernels: ModuleType, qtbot: QtBot) -> None:
    layer = PointLayer()
    canvas = MapCanvas(Theme("dark"), layer)
    qtbot.addWidget(canvas)
    canvas.resize(500, 400)
    points = clusters(20_000)
    points.xy.setflags(write=False)  # as frames arrive
    with qtbot.waitExposed(canvas):
        canvas.show()
    for count in (20_000, 300):
        canvas.take(np.arange(count), points.xy[:count], at_once=True)
        layer.set_kinds(np.arange(count) % 3, ["Images", "Sounds", "Texts"])
        for zoom in (1, 4, 30):
            canvas.fit()
            canvas.zoom(zoom)
            canvas.repaint()
            layer.pick(canvas.viewport, 100, 100, 10)
            layer.inside(canvas.viewport, np.array([[0, 0], [300, 0], [300, 300]]))
        layer.set_selected(np.arange(count) % 2 == 0)
        canvas.repaint()
        layer.set_selected(None)
    canvas.take(np.arange(400), points.xy[:400], at_once=False)
    qtbot.waitUntil(lambda: not canvas.motion.active)
    for loop in (kernels.accumulate, kernels.shade, kernels.stamp, kernels.bucket_order, kernels.inside):
        assert len(loop.signatures) == 1, loop
