"""Map units to pixels and back."""

import numpy as np
import pytest

from desktop.map.viewport import Viewport, bounds_of, fitted


def test_the_wheel_leaves_what_is_under_the_pointer_where_it_is() -> None:
    view = Viewport(0.3, -0.2, 400, 300, 800, 500)
    under = view.to_map(123, 456)

    closer = view.zoomed(1.7, 123, 456)

    assert closer.to_map(123, 456) == pytest.approx(under)
    assert closer.scale_x == pytest.approx(680)


def test_panning_moves_the_points_along_with_the_pointer() -> None:
    view = Viewport(0, 0, 100, 100, 400, 400)
    before = view.to_pixels(np.array([[0.5, 0.5]]))[0]

    after = view.panned(30, -20).to_pixels(np.array([[0.5, 0.5]]))[0]

    assert after - before == pytest.approx([30, -20])


def test_pixels_come_back_from_map_units() -> None:
    view = Viewport(0.1, 0.7, 250, 190, 640, 480)
    corners = np.array([[0.0, 0.0], [640, 480], [12.5, 300]])
    assert view.to_pixels(view.polygon_to_map(corners)) == pytest.approx(corners)


def test_the_fitted_view_shows_every_point_inside_its_margins() -> None:
    points = np.random.default_rng(0).uniform(-3, 5, (500, 2)).astype(np.float32)
    view = fitted(bounds_of(points), 764, 354, (30, 26, 160, 30))
    pixels = view.to_pixels(points)
    assert pixels.min(axis=0) == pytest.approx([30, 26], abs=60)
    assert (pixels >= (29.9, 25.9)).all()
    assert (pixels <= (764 - 159.9, 354 - 29.9)).all()


def test_a_wide_window_stretches_a_square_map_only_so_far() -> None:
    view = fitted((-1, -1, 1, 1), 3000, 300)
    assert view.scale_x / view.scale_y == pytest.approx(2.0)


def test_a_few_far_outliers_do_not_shrink_the_rest() -> None:
    points = np.random.default_rng(1).normal(size=(20_000, 2)).astype(np.float32)
    points[:3] = 500
    left, bottom, right, top = bounds_of(points)
    assert right < 6
    assert top < 6
    assert left > -6
    assert bottom > -6


def test_no_points_and_points_without_a_number_still_give_a_view() -> None:
    for points in (np.empty((0, 2), np.float32), np.full((5, 2), np.nan, np.float32)):
        assert bounds_of(points) == (-1.0, -1.0, 1.0, 1.0)
    view = fitted(bounds_of(np.ones((9, 2), np.float32)), 500, 300)
    assert np.isfinite(view.to_pixels(np.ones((1, 2)))).all()
