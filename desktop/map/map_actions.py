"""The map's actions: tools, moving, clusters, what is drawn. Keys and menus come from here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop.actions import ActionRegistry
from desktop.map.canvas import MapCanvas
from desktop.map.gestures import Tool

if TYPE_CHECKING:
    from desktop.map.map_view import MapView

PAN_STEP = 60
ZOOM_STEP = 1.4
IN_MORE = ("map.arrange", "map.grey", "map.names", "map.tiles")  # behind “…”
MOVES = (("Left", 1, 0), ("Right", -1, 0), ("Up", 0, 1), ("Down", 0, -1))


def register(actions: ActionRegistry, view: MapView, canvas: MapCanvas) -> None:
    """Declare them; those with `view` as their widget act while the map has the focus."""

    def add(
        id: str,
        text: str,
        keys: tuple[str, ...],
        handler: Callable[[], object],
        icon: str | None = None,
        enabled: Callable[[], bool] | None = None,
        checked: Callable[[], bool] | None = None,
        menu: str | None = None,
    ) -> None:
        actions.add(id, text, keys, "Map", handler, icon=icon, widget=view, enabled=enabled, checked=checked, menu=menu)

    def tool(name: Tool) -> Callable[[], None]:
        return lambda: canvas.set_tool(name)

    def uses(name: Tool) -> Callable[[], bool]:
        return lambda: canvas.tool == name

    def filled() -> bool:
        return len(canvas.layer) > 0

    def toggle_grey() -> None:
        canvas.layer.grey_unselected(not canvas.layer.greys_unselected)
        canvas.update()

    add("map.pan", "Pan", ("G",), tool("pan"), "ph.hand", checked=uses("pan"))
    add("map.lasso", "Lasso", ("S",), tool("lasso"), "mdi6.lasso", checked=uses("lasso"))
    add("map.rectangle", "Rectangle", ("R",), tool("rectangle"), "ph.selection", checked=uses("rectangle"))
    add("map.fit", "Fit the map", ("F",), canvas.fit, "ph.corners-out")
    add("map.closer", "Closer", ("+", "="), lambda: canvas.zoom(ZOOM_STEP), "ph.magnifying-glass-plus", filled)
    add("map.farther", "Farther", ("-",), lambda: canvas.zoom(1 / ZOOM_STEP), "ph.magnifying-glass-minus", filled)
    for key, dx, dy in MOVES:
        add(
            f"map.{key.lower()}",
            f"Move {key.lower()}",
            (key,),
            lambda dx=dx, dy=dy: canvas.pan(dx * PAN_STEP, dy * PAN_STEP),  # type: ignore[misc]
            enabled=filled,
            menu="",
        )
    add(
        "map.next_cluster",
        "Next cluster",
        ("Tab",),
        view.next_cluster,
        enabled=lambda: len(canvas.regions) > 0,
        menu="",
    )
    add("map.into_cluster", "Zoom into the cluster", ("Return", "Enter"), view.into_cluster, enabled=filled, menu="")
    add("map.clear", "Let go", ("Escape",), view.let_go, enabled=view.holds_something, menu="")
    add("map.arrange", "Arrange afresh", (), view.arrange_afresh, "ph.arrow-clockwise", filled)
    add(
        "map.grey",
        "Grey what is not selected",
        (),
        toggle_grey,
        checked=lambda: canvas.layer.greys_unselected,
        menu="",
    )
    add(
        "map.names",
        "Names",
        (),
        lambda: canvas.show_names(not canvas.shows_names),
        checked=lambda: canvas.shows_names,
        menu="",
    )
    add(
        "map.tiles",
        "Pictures",
        (),
        lambda: canvas.show_tiles(not canvas.shows_tiles),
        checked=lambda: canvas.shows_tiles,
        menu="",
    )
