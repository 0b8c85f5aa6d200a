"""The live map as one widget: brings the engine's frames, the shared selection and what is shown together on the canvas."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop import wording
from desktop.actions import ActionRegistry
from desktop.collections.dragging import DragOut
from desktop.map import map_actions, spread
from desktop.map.buckets import Buckets
from desktop.map.canvas import MapCanvas
from desktop.map.date_histogram import DateHistogram
from desktop.map.header import ColourButton, GapSwitch, MoreButton, rule, tool_row
from desktop.map.hover_card import HoverCard
from desktop.map.kind_key import KindKey
from desktop.map.layer import INDEX_AT_ONCE, PointLayer
from desktop.map.legend import Legend
from desktop.map.map_colours import SUBJECT, Groups, MapColours
from desktop.map.note import MapNote
from desktop.map.spread import Box, octave_of
from desktop.map.tiles import TileSource
from desktop.selection import SelectionModel
from desktop.shown import Shown
from desktop.theme import Theme
from desktop.widgets.state_block import StateBlock
from desktop.widgets.words import Words
from engine.events import Changed, JobFinished, JobProgress, MapFrame
from engine.values import Filter, Region

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge
    from engine.engine import Engine

log = logging.getLogger("sightline.map")
EDGE = 10  # pixels between the frame and what lies over the map
INTO_CLUSTER = 2.5
STILL_MS = 160  # a view that has not moved for so long gets its representatives
QUIET_MS = 1500  # without a frame for so long a layout counts as standing still
REFRESH_MS = 400
MAP_LANE = "map"


class MapView(QWidget):
    """The map with its legend, labels and states. `header_widgets` gives the controls for the view header."""

    opened = Signal(int)
    menu_wanted = Signal(int, QPoint)

    def __init__(
        self,
        bridge: EngineBridge,
        theme: Theme,
        actions: ActionRegistry,
        selection: SelectionModel,
        shown: Shown,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("mapView")
        self._bridge, self._theme, self._actions = bridge, theme, actions
        self._selection, self._shown = selection, shown
        self.layer = PointLayer()
        self.canvas = MapCanvas(theme, self.layer)
        self.legend = Legend(theme, self.canvas)
        self.card = HoverCard(bridge, theme, shown.cards, self.canvas)
        self.note = MapNote(theme, self.canvas)
        self.drawn = Words(theme, role="caption", tone="muted", parent=self.canvas)
        self.drawn.setObjectName("map_drawn")
        self.drawn.setProperty("ground", "canvas")
        self.drawn.setContentsMargins(4, 1, 4, 1)
        self.drawn.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.kinds = KindKey(theme, self.canvas)
        self.state = StateBlock(theme, self.canvas)
        self.state.setObjectName("map_state")
        self.state.setProperty("ground", "canvas")
        self.state.setAutoFillBackground(False)
        self.dates = DateHistogram(bridge, theme, shown)
        self._drag = DragOut(bridge, theme, selection, self.canvas)
        self._tiles = TileSource(bridge, theme, shown.cards, self)
        self.colour = ColourButton(theme)
        self.colours = MapColours(bridge, self.canvas, self.legend, self.colour, self)
        self.gap = GapSwitch(theme)
        self._space: int | None = None
        self._corrected: bool | None = None
        self._switching = False  # the gap switch was used: the next frame moves everything, asked for
        self._refresh_wanted = False
        self._trouble = ""
        self._cluster: Region | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.dates)
        self.setFocusProxy(self.canvas)
        self._still = QTimer(self, singleShot=True, interval=STILL_MS)
        self._still.timeout.connect(self._choose_representatives)
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self._on_quiet)
        self._name_soon = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._name_soon.timeout.connect(self._on_stands_still)
        self._later = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._later.timeout.connect(self.colours.ask)
        map_actions.register(actions, self, self.canvas)
        self.more = MoreButton(theme, actions, map_actions.IN_MORE)
        self._connect()
        self._show_state()
        self._ask_current()

    def header_widgets(self) -> list[QWidget]:
        """Tools, colour, gap and more, in the order they stand in the view header."""
        return [tool_row(self._theme, self._actions), rule(), self.colour, self.gap, self.more]

    def set_reduce_motion(self, on: bool) -> None:
        """Every duration 0."""
        self.canvas.motion.reduced = on
        if on:
            self.canvas.jump_to_end()

    def show_dates(self, on: bool) -> None:
        """Whether the window is high enough for the dates under the map."""
        self.dates.allow(on)

    def set_corrected(self, on: bool) -> None:
        """Show the map with the gap between kinds corrected, or as it is (the setting was changed)."""
        if on != self._corrected:
            self.gap.setChecked(on)
            self._on_gap_clicked(on)

    # -- wiring -----------------------------------------------------------------------------------------------
    def _connect(self) -> None:
        canvas, bridge = self.canvas, self._bridge
        canvas.insets = self._insets
        canvas.taken = self._taken
        canvas.tile_of = self._tiles.tile
        canvas.tiles_wanted.connect(self._on_tiles_wanted)
        canvas.view_changed.connect(self._on_view_changed)
        canvas.drawn_changed.connect(self._show_drawn)
        canvas.settled.connect(self._on_settled)
        canvas.chosen.connect(self._on_chosen)
        canvas.clicked.connect(self._on_clicked)
        canvas.opened.connect(self.opened)
        canvas.cleared.connect(self._clear_selection)
        canvas.hovered.connect(self._on_hovered)
        canvas.menu_wanted.connect(self._on_menu_wanted)
        canvas.carried.connect(self._on_carried)
        self._tiles.arrived.connect(canvas.update)
        self.colours.changed.connect(self._on_look_changed)
        self.colours.legend_changed.connect(self._place_overlays)
        self.colours.subjects_wanted.connect(self._ask_regions)
        self.gap.clicked.connect(self._on_gap_clicked)
        self._selection.changed.connect(self._show_selection)
        self._shown.changed.connect(self._show_lit)
        self._theme.changed.connect(self._on_theme_changed)
        bridge.map_frame.connect(self._take_frame)
        bridge.changed.connect(self._take_change)
        bridge.progressed.connect(self._take_progress)
        bridge.finished.connect(self._take_finished)

    # -- frames -----------------------------------------------------------------------------------------------
    def _ask_current(self) -> None:
        """The last layout of the space in use, from disk."""

        def question(engine: Engine) -> tuple[bool, bool, MapFrame | None, float | None, int]:
            reduced = bool(engine.settings.get("look.reduce_motion"))
            corrected = bool(engine.settings.get("map.gap_corrected"))
            frame = engine.maps.current(corrected=corrected)
            return reduced, corrected, frame, _gap(engine), engine.items.counts().items

        self._bridge.ask(question, self._take_current, key="map.current", failed=self._take_no_map)

    def _take_current(self, answer: tuple[bool, bool, MapFrame | None, float | None, int]) -> None:
        reduced, corrected, frame, gap, total = answer
        self.canvas.motion.reduced = reduced
        self.colours.items = total
        self.gap.show_gap(gap)
        self.gap.setChecked(corrected)
        self._corrected = corrected
        if frame is not None and len(frame.item_ids):
            self._show_frame(frame, at_once=not self._switching)
            self._ask_regions()
        self._show_state()

    def _take_no_map(self, fault: Exception) -> None:
        log.info("no map to begin with: %s", fault)
        self._show_state()

    def _take_frame(self, frame: MapFrame) -> None:
        if self._corrected is not None and frame.corrected != self._corrected:
            return
        self._trouble = ""
        self.colours.settling = frame.stage in ("first", "refining", "relayout")
        self._show_frame(frame)
        if self.colours.settling:
            self._quiet.start()
            self._say(frame.note)
        else:
            self._quiet.stop()
            self._end_busy()
            if frame.stage == "placed":
                self._say(frame.note, ("Arrange afresh", self.arrange_afresh))
            self._name_soon.start()
        self._show_state()

    def _show_frame(self, frame: MapFrame, at_once: bool = False) -> None:
        eased = frame.stage == "relayout" or self._switching or frame.space_id != self._space
        self._space = frame.space_id
        self._switching = False
        known = len(self.layer)
        new = self.canvas.take(frame.item_ids, frame.coordinates, eased=eased and not at_once, at_once=at_once)
        if len(new) or not known:
            self.colours.ask()
        if not known:
            self._show_lit()
        if self.layer.selected is None or self.layer.lit is None:
            self._show_selection()
            self._show_lit()
        self._show_drawn()

    def _say(self, sentence: str, answer: tuple[str, Callable[[], object]] | None = None) -> None:
        """The engine's sentence about the layout, in the corner of the map; the same one is not said twice."""
        if sentence and not (self.note.isVisible() and self.note.sentence.text() == sentence):
            self.note.say(sentence, answer, closable=answer is not None)
            self._place_overlays()

    def arrange_afresh(self) -> None:
        """Lay the whole map out again, beginning where its points are."""
        from engine.workflows.build_map import BuildMap

        self.note.hide()
        self._trouble = ""
        self._bridge.submit(BuildMap(corrected=self._corrected, fresh=True))

    def _on_quiet(self) -> None:
        self._end_busy()
        self._on_stands_still()
        self._choose_representatives()

    def _on_stands_still(self) -> None:
        """Names and the gap take a second to find, so they wait until no frame follows."""
        self._ask_regions()
        self._ask_gap()

    def _end_busy(self) -> None:
        self.colours.settling = False
        if self.note.button is None:
            self.note.hide()

    # -- colours ----------------------------------------------------------------------------------------------
    def colour_by(self, field: str) -> None:
        """Colour the points by a field of the items, or by the named place they lie on (“subject”)."""
        self.colours.colour_by(field)

    def _on_look_changed(self) -> None:
        self._show_drawn()
        self.canvas.update()
        self._still.start()

    def _on_theme_changed(self) -> None:
        self.colours.show_legend()
        self._place_overlays()

    # -- what is lit and selected -----------------------------------------------------------------------------
    def _show_lit(self) -> None:
        shown = self._shown
        if not shown.answered:
            return
        if shown.query is None and shown.filter == Filter():
            self._show_hidden()
            lit = None
        else:
            lit = np.isin(self.layer.ids, shown.ids)
        if lit is None and self.layer.lit is None:
            return
        self.layer.set_lit(lit)
        self._show_state()
        self._show_drawn()
        self.canvas.update()
        self._still.start()

    def _show_hidden(self) -> None:
        """Without filter or search, what the list lacks has been hidden; newer items than it knows are only too new for it."""
        ids, listed = self.layer.ids, self._shown.ids
        hidden = None
        if len(listed) < len(ids) and len(listed):
            hidden = ~np.isin(ids, listed) & (ids <= listed.max())
            hidden = hidden if hidden.any() else None
        if hidden is not None or self.layer.hidden is not None:
            self.layer.set_hidden(hidden)
            self.canvas.update()
            self._still.start()

    def _show_selection(self) -> None:
        selected = self._selection.mask(self.layer.ids) if self._selection.count else None
        if selected is None and self.layer.selected is None:
            return
        self.layer.set_selected(selected)
        self.canvas.update()

    def _on_chosen(self, ids: np.ndarray, combine: str) -> None:
        self.card.release()
        if combine == "set":
            self._selection.set(ids)
        elif combine == "add":
            self._selection.add(ids)
        elif combine == "remove":
            self._selection.remove(ids)
        else:
            self._selection.intersect(ids)

    def _on_clicked(self, item: int, combine: str, spot: QPoint) -> None:
        self._on_chosen(np.array([item], dtype=np.int64), combine)
        self._selection.set_current(item)
        self._selection.anchor = item
        self.card.keep(item, spot)

    def _on_carried(self, item: int) -> None:
        """Items are dragged away: all that are selected when one of them was taken, else that one."""
        if not self._selection.has(item):
            self._selection.set((item,))
        self._selection.set_current(item)
        self.card.release()
        self._drag.begin()

    def _on_hovered(self, item: int | None, spot: QPoint) -> None:
        if item is None:
            self.card.leave()
        else:
            self.card.point_at(item, spot)

    def _on_menu_wanted(self, item: int | None, where: QPoint) -> None:
        if item is None:
            item = self._selection.current
        elif not self._selection.has(item):
            self._selection.set((item,))
            self._selection.set_current(item)
        if item is not None:
            self.menu_wanted.emit(item, where)

    def _clear_selection(self) -> None:
        self.card.release()
        self._selection.clear()

    # -- keys -------------------------------------------------------------------------------------------------
    def holds_something(self) -> bool:
        """Whether Esc has anything to let go of."""
        return (
            self.canvas.gesture_runs
            or self.canvas.motion.moving
            or self.card.kept
            or self._cluster is not None
            or self._selection.count > 0
        )

    def let_go(self) -> None:
        """Esc: the gesture, then the movement, then the kept card, then the selection."""
        if self.canvas.drop_gesture() or self.canvas.jump_to_end():
            return
        if self.card.kept:
            self.card.release()
        else:
            self._selection.clear()
        self._cluster = None

    def next_cluster(self) -> None:
        """Go round the named places, largest first, keeping the zoom."""
        clusters = self.canvas.regions_now()
        if not clusters:
            return
        place = clusters.index(self._cluster) + 1 if self._cluster in clusters else 0
        self._cluster = clusters[place % len(clusters)]
        self.canvas.show_focus()
        self.canvas.look_around(self._cluster.x, self._cluster.y)
        self.canvas.mark_region(self._cluster)

    def into_cluster(self) -> None:
        """Closer to the place that Tab went to, or to the middle."""
        if self._cluster is None:
            self.canvas.zoom(map_actions.ZOOM_STEP)
        else:
            self.canvas.look_around(self._cluster.x, self._cluster.y, INTO_CLUSTER)

    # -- the gap ----------------------------------------------------------------------------------------------
    def _on_gap_clicked(self, on: bool) -> None:
        self._corrected = on
        self._switching = True

        def question(engine: Engine) -> tuple[MapFrame | None, float | None]:
            if engine.settings.get("map.gap_corrected") != on:
                engine.settings.set("map.gap_corrected", on)
            return engine.maps.current(corrected=on), _gap(engine)

        self._bridge.ask(question, self._take_other_gap, key="map.current")

    def _take_other_gap(self, answer: tuple[MapFrame | None, float | None]) -> None:
        frame, gap = answer
        self.gap.show_gap(gap)
        if frame is None or not len(frame.item_ids):
            from engine.workflows.build_map import BuildMap

            self._bridge.submit(BuildMap(corrected=self._corrected))
            return
        self._show_frame(frame)
        self._ask_regions()

    def _ask_gap(self) -> None:
        self._bridge.ask(_gap, self.gap.show_gap, key="map.gap", failed=lambda _fault: self.gap.show_gap(None))

    # -- names and tiles --------------------------------------------------------------------------------------
    def _ask_regions(self) -> None:
        """Names of the places, and which place every point lies on."""
        if not len(self.layer) or self._space is None:
            return
        frame = MapFrame(self._space, self.layer.ids, self.layer.xy, "settled", bool(self._corrected))

        def question(engine: Engine) -> tuple[MapFrame, list[Region], Groups]:
            regions = engine.maps.regions(frame=frame)
            return frame, list(regions), Groups(SUBJECT, *engine.maps.subjects(frame))

        self._bridge.ask(question, self._take_regions, key="map.regions", failed=self._take_no_regions)

    def _take_regions(self, answer: tuple[MapFrame, list[Region], Groups]) -> None:
        frame, regions, subjects = answer
        self.canvas.set_regions(regions)
        self.colours.take_subjects(frame.item_ids, subjects)

    def _take_no_regions(self, fault: Exception) -> None:
        log.info("the map has no names yet: %s", fault)

    def _on_settled(self) -> None:
        if len(self.layer) > INDEX_AT_ONCE:
            xy, geometry = self.layer.xy, self.layer.geometry
            self._bridge.ask(
                lambda _engine: (Buckets.of(xy), geometry),
                lambda answer: self.layer.set_buckets(*answer),
                key="map.buckets",
            )
        self._still.start()

    def _choose_representatives(self) -> None:
        """Off the GUI thread: who stands for which neighbourhood at this zoom step."""
        if not len(self.layer) or self.canvas.motion.moving or self.colours.settling:
            return
        layer, view = self.layer, self.canvas.viewport
        octave = octave_of(view.scale_x)
        xy, kinds, eligible = layer.xy, layer.kinds, layer.pickable
        stretch = 1.0 if view.scale_y <= 0 else view.scale_y / view.scale_x
        geometry = layer.geometry

        def take(found: spread.Candidates) -> None:
            if geometry == layer.geometry:
                self.canvas.set_candidates(found)

        self._bridge.ask(
            lambda _engine: spread.candidates(xy, kinds, eligible, octave, stretch), take, key="map.representatives"
        )

    def _on_tiles_wanted(self, ids: list[int], edge: int) -> None:
        self._tiles.want(ids, edge, self.devicePixelRatioF())

    def _on_view_changed(self) -> None:
        self.card.leave()
        self._still.start()

    # -- changes and jobs -------------------------------------------------------------------------------------
    def _take_change(self, change: Changed) -> None:
        if change.thumbnails:
            self._tiles.forget(change.thumbnails)
        if change.models or (change.collections and not self.colours.settling):
            self._ask_current()  # another space, or items that are gone with their collection
        if (change.items or change.marks or change.collections or change.vectors) and not self._later.isActive():
            self._later.start()

    def _take_progress(self, progress: JobProgress) -> None:
        if progress.lane == MAP_LANE and self._trouble:
            self._trouble = ""
            self._show_state()

    def _take_finished(self, job: JobFinished) -> None:
        if job.lane != MAP_LANE:
            return
        self._quiet.stop()
        self._end_busy()
        if job.outcome == "failed":
            self._trouble = job.details or job.reason or job.summary
            self._show_state()
        elif job.outcome == "done":
            self._name_soon.start()

    # -- states -----------------------------------------------------------------------------------------------
    def _show_state(self) -> None:
        """Empty, filtered out or failed; the map itself otherwise."""
        filtered_out = self.layer.lit is not None and not self.layer.lit.any() and self._shown.answered
        if self._trouble and not len(self.layer):
            self.state.say(
                "ph.x-circle",
                "The map stopped while arranging.",
                "Your items and the last layout are safe.",
                (("Arrange again", self._arrange_again), ("Details", self._show_details)),
                token="error",
            )
        elif not len(self.layer):
            self.state.say("ph.circles-three", "The map appears here once a few dozen items are in.")
        elif filtered_out and not len(self._shown.ids):
            self.state.say(
                "ph.funnel", "No item matches these filters.", answers=(("Clear filters", self._clear_filters),)
            )
        else:
            self.canvas.cover(False)
            self.state.hide()
            self._show_trouble_beside()
            return
        self.canvas.cover(True)
        self.state.show()
        self.state.raise_()
        self._place_overlays()

    def _show_trouble_beside(self) -> None:
        """With a layout on screen a stopped map is a note, not a block: the old picture stays."""
        if self._trouble:
            self.note.say(
                "The map stopped while arranging. Your items and the last layout are safe.",
                ("Arrange again", self._arrange_again),
            )
            self._place_overlays()

    def _arrange_again(self) -> None:
        from engine.workflows.build_map import BuildMap

        self._trouble = ""
        self.note.hide()
        self._show_state()
        self._bridge.submit(BuildMap(corrected=self._corrected))

    def _show_details(self) -> None:
        self._bridge.fault.emit("The map stopped while arranging.", self._trouble)

    def _clear_filters(self) -> None:
        self._shown.set_filter(Filter())

    def _show_drawn(self) -> None:
        """Drawn of total: points in view and not hidden, of all items of the library. Nothing is thinned out silently."""
        if not len(self.layer):
            self.drawn.hide()
            return
        total = max(self.colours.items, len(self.layer))
        colouring = self.layer.colouring
        told_apart = self.canvas.level != "far" and colouring is not None and colouring.field != "kind"
        kinds = tuple(np.unique(self.layer.kinds).tolist()) if told_apart else ()
        words = f"{wording.count(self.canvas.in_view)} of {wording.count(total)} drawn"
        if words == self.drawn.text() and kinds == self.kinds.kinds and self.drawn.isVisible():
            return
        self.drawn.setText(words)
        self.drawn.adjustSize()
        self.drawn.show()
        self.kinds.show_kinds(kinds)
        self._place_overlays()

    # -- what lies over the map -------------------------------------------------------------------------------
    def _place_overlays(self) -> None:
        width, height = self.canvas.width(), self.canvas.height()
        self.legend.fit(QSize(width, height))
        self.legend.move(width - EDGE - self.legend.width(), 8)
        self.drawn.move(width - EDGE - self.drawn.width(), height - 6 - self.drawn.height())
        self.kinds.move(self.drawn.x() - 6 - self.kinds.width(), height - 6 - self.kinds.height())
        self.note.adjustSize()
        self.note.move(EDGE, height - EDGE - self.note.height())
        self.state.setGeometry(0, 0, width, height)

    def _insets(self) -> tuple[int, int, int, int]:
        """Room kept free when the map is fitted. A short legend lies over a corner; a tall one has its side for itself."""
        right = 26
        if self.legend.isVisibleTo(self.canvas) and self.legend.height() > self.canvas.height() / 3:
            right += self.legend.width()
        return (30, 26, right, 30)

    def _taken(self) -> list[Box]:
        """What names and tiles must not lie under."""
        boxes = []
        for widget in (self.legend, self.drawn, self.kinds, self.note):
            if widget.isVisibleTo(self.canvas):
                place = widget.geometry()
                boxes.append(Box(place.left() - 4, place.top() - 4, place.right() + 4, place.bottom() + 4))
        return boxes

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_overlays()
        if self.canvas.follows:
            self.canvas.fit()

    def close_threads(self) -> None:
        """End the drawing's own threads, before the window goes."""
        self.canvas.close_threads()


def _gap(engine: Engine) -> float | None:
    """The gap of the space in use, or None while it cannot be measured."""
    gap = engine.maps.gap()
    return None if gap is None or not np.isfinite(gap) else float(gap)
