"""The sources panel: choosing a row sets what the centre shows; the row follows when something else sets it."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListView, QVBoxLayout, QWidget

from desktop.actions import ActionRegistry
from desktop.bridge import EngineBridge
from desktop.shown import Shown
from desktop.sources.list_model import ROW, SourcesModel
from desktop.sources.row_delegate import RowDelegate
from desktop.sources.row_menu import RowMenus
from desktop.sources.rows import Row, row_of, sources_of
from desktop.theme import Theme
from desktop.widgets.icon_button import ActionButton
from desktop.widgets.words import Words
from engine.events import Changed
from engine.values import LibraryCounts

REFRESH_MS = 300


class SourcesPanel(QWidget):
    """Asks for its rows again when items, marks, collections or searches changed; the window's counts come from here too."""

    counted = Signal(object)  # LibraryCounts
    chosen = Signal()  # the user picked a row

    def __init__(
        self, bridge: EngineBridge, theme: Theme, actions: ActionRegistry, shown: Shown, menus: RowMenus
    ) -> None:
        super().__init__()
        self._bridge, self._shown, self._menus = bridge, shown, menus
        self.setObjectName("sources")
        self.setAccessibleName("Sources")
        self.setProperty("ground", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = SourcesModel(self)
        self.list = QListView()
        self.list.setObjectName("sources_list")
        self.list.setAccessibleName("Library, collections and tags")
        self.list.setModel(self.model)
        self.list.setItemDelegate(RowDelegate(theme))
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._open_menu)
        self.list.clicked.connect(self._on_row_chosen)
        self.list.activated.connect(self._on_row_chosen)
        self.list.selectionModel().currentChanged.connect(self._on_key_moved)
        head = QHBoxLayout()
        head.setContentsMargins(16, 6, 8, 2)
        head.addWidget(Words(theme, "Library", "strong"), 1)
        head.addWidget(ActionButton(theme, actions, "file.add_folders", small=True))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.list, 1)
        self._later = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._later.timeout.connect(self.refresh)
        bridge.changed.connect(self._take_change)
        shown.asked.connect(self._mark_shown)
        theme.changed.connect(self.list.viewport().update)

    def refresh(self) -> None:
        """Ask for rows and counts."""
        self._bridge.ask(sources_of, self._show, key="sources")

    def row_at(self, place: int) -> Row:
        return self.model.rows[place]

    def _show(self, answer: tuple[LibraryCounts, list[Row]]) -> None:
        counts, rows = answer
        scroll = self.list.verticalScrollBar().value()
        self.model.show_rows(rows)
        self._mark_shown()
        self.list.verticalScrollBar().setValue(scroll)
        self.counted.emit(counts)

    def _mark_shown(self) -> None:
        place = row_of(self.model.rows, self._shown.request)
        selection = self.list.selectionModel()
        if place is None:
            selection.clearSelection()
            return
        index = self.model.index(place)
        if not selection.isSelected(index):
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _on_key_moved(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid() and self.list.hasFocus():
            self._on_row_chosen(index)

    def _on_row_chosen(self, index: QModelIndex) -> None:
        row: Row | None = index.data(ROW)
        if row is None or row.shows is None:
            return
        if row.shows != self._shown.request:
            self._shown.show(row.shows)
        self.chosen.emit()
        self._menus.note_seen(row)

    def _open_menu(self, where: QPoint) -> None:
        index = self.list.indexAt(where)
        row: Row | None = index.data(ROW) if index.isValid() else None
        menu = self._menus.menu_for(row, self)
        if menu is not None:
            menu.popup(self.list.viewport().mapToGlobal(where))

    def _take_change(self, change: Changed) -> None:
        concerns = change.items or change.marks or change.collections or change.searches
        if concerns and not self._later.isActive():
            self._later.start()
