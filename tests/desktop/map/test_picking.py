"""What is under the pointer, and what is inside a lasso: always exactly."""

import numpy as np
import pytest

from desktop.map.layer import PointLayer
from desktop.map.paint import Colouring
from desktop.map.viewport import Viewport, bounds_of, fitted


def layer_of(count: int, seed: int = 0, across: float = 1.0) -> PointLayer:
    random = np.random.default_rng(seed)
    centres = random.uniform(-across, across, (30, 2))
    xy = centres[random.integers(0, 30, count)] + across * 0.05 * random.normal(size=(count, 2))
    layer = PointLayer()
    layer.take(random.permutation(count) * 3 + 5, xy.astype(np.float32))
    return layer


def pick_at(layer: PointLayer, view: Viewport, row: int) -> int | None:
    """What is picked at the pixel of one point."""
    x, y = view.to_pixels(layer.xy[row : row + 1])[0]
    return layer.pick(view, float(x), float(y), 10)


def naive_pick(layer: PointLayer, view: Viewport, x: float, y: float, radius: float) -> int | None:
    best, best_distance = None, radius**2
    pixels = view.to_pixels(layer.xy)
    for row in range(len(layer)):
        distance = (pixels[row, 0] - x) ** 2 + (pixels[row, 1] - y) ** 2
        if distance < best_distance:
            best, best_distance = row, distance
    return best


@pytest.mark.parametrize("closer", [1.0, 30.0, 900.0])
def test_a_thousand_random_probes_pick_the_right_point(closer: float) -> None:
    layer = layer_of(20_000)
    random = np.random.default_rng(1)
    whole = fitted(bounds_of(layer.xy), 1600, 1000)
    right = found = 0
    pixels = whole.to_pixels(layer.xy)
    for probe in range(1000 if closer == 1 else 300):
        near = pixels[random.integers(len(layer))]
        view = whole.zoomed(closer, *near)
        spot = near + random.normal(size=2) * 4
        row = layer.pick(view, spot[0], spot[1], 10)
        distance = ((view.to_pixels(layer.xy) - spot) ** 2).sum(axis=1)
        nearest = int(distance.argmin())
        wanted = nearest if distance[nearest] <= 100 else None
        right += row == wanted or (row is not None and distance[row] == distance[nearest])
        found += row is not None
        if probe < 3 and closer == 1:
            assert row == naive_pick(layer, view, spot[0], spot[1], 10)
    assert right == (1000 if closer == 1 else 300)
    assert found > 200


def test_picking_is_the_same_while_points_move_and_no_index_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    layer = layer_of(5_000)
    view = fitted(bounds_of(layer.xy), 800, 600)
    spots = np.random.default_rng(2).uniform(0, 600, (200, 2))
    with_index = [layer.pick(view, x, y, 12) for x, y in spots]
    layer.move_to(layer.xy.copy())
    monkeypatch.setattr("desktop.map.layer.INDEX_AT_ONCE", 0)
    assert [layer.pick(view, x, y, 12) for x, y in spots] == with_index


def test_hidden_and_filtered_out_points_are_never_picked() -> None:
    layer = layer_of(3_000)
    view = fitted(bounds_of(layer.xy), 800, 600)
    row = pick_at(layer, view, 10)
    assert row is not None
    lit = np.ones(len(layer), bool)
    lit[row] = False
    layer.set_lit(lit)
    assert pick_at(layer, view, row) != row
    layer.set_lit(None)
    codes = np.zeros(len(layer), np.int32)
    codes[row] = 1
    layer.set_colouring(Colouring.of("tag", codes, ["a", "b"], frozenset({1})))
    assert pick_at(layer, view, row) != row


@pytest.mark.parametrize("corners", [4, 90])
def test_a_lasso_takes_exactly_the_points_inside(corners: int) -> None:
    layer = layer_of(20_000)
    view = fitted(bounds_of(layer.xy), 1000, 700)
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radius = 180 + 60 * np.sin(5 * angle)
    polygon = np.stack([450 + radius * np.cos(angle), 330 + radius * np.sin(angle)], axis=1)

    taken = layer.inside(view, polygon)

    pixels = view.to_pixels(layer.xy)
    wanted = {int(layer.ids[row]) for row in range(len(layer)) if _crossings(pixels[row], polygon) % 2}
    assert len(wanted) > 100
    assert {int(item) for item in taken} == wanted


def test_a_lasso_over_empty_ground_takes_nothing() -> None:
    layer = layer_of(500)
    view = fitted(bounds_of(layer.xy), 800, 600).panned(5000, 0)
    assert len(layer.inside(view, np.array([[0, 0], [800, 0], [800, 600], [0, 600]]))) == 0
    assert len(layer.inside(view, np.array([[0, 0], [5, 5]]))) == 0
    assert PointLayer().pick(view, 3, 3, 10) is None


def _crossings(point: np.ndarray, polygon: np.ndarray) -> int:
    """How many edges a ray to the right of the point meets."""
    (x, y), count = point, 0
    for (x1, y1), (x2, y2) in zip(polygon, np.roll(polygon, -1, axis=0)):
        if min(y1, y2) <= y < max(y1, y2) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            count += 1
    return count
