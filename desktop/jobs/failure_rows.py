"""The list of files that could not be read: two-line headings by reason, files below with their folder and size."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeWidget, QTreeWidgetItem

from desktop import wording
from desktop.jobs.reason_words import words_for
from desktop.theme import Theme
from engine.values import CollectionCard, Failure

FAILURE, REASON, FOLDER = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2
GROUP_HEIGHT, ROW_HEIGHT = 46, 28
_INDENT, _FIGURES = 56, 76  # where file names begin; room for sizes and counts at the right
_NAME_SHARE = 0.42
Index = QModelIndex | QPersistentModelIndex


class FailureList(QTreeWidget):
    """Arrows walk and fold; the largest group stands open at first, and groups stay as they were."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setObjectName("failure_list")
        self.setAccessibleName("Files by reason")
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(False)
        self.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        self.setItemDelegate(_Row(theme))
        self.setExpandsOnDoubleClick(False)
        self.itemClicked.connect(self._on_clicked)

    def show_failures(self, failures: Sequence[Failure], collections: dict[int, CollectionCard]) -> None:
        """Fill the list anew."""
        before = [self.topLevelItem(n) for n in range(self.topLevelItemCount())]
        unfolded = {group.data(0, REASON) for group in before if group is not None and group.isExpanded()}
        self.clear()
        groups: dict[str, list[Failure]] = {}
        for failure in failures:
            groups.setdefault(failure.reason, []).append(failure)
        for reason, members in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0])):
            group = QTreeWidgetItem(self)
            group.setData(0, REASON, reason)
            group.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{reason}: {wording.count(len(members), 'file')}")
            for failure in members:
                group.addChild(_file(failure, collections.get(failure.collection_id)))
            group.setExpanded(reason in unfolded or not unfolded)
            unfolded = unfolded or {reason}
        first = self.topLevelItem(0)
        file = first.child(0) if first is not None else None
        if file is not None:
            self.setCurrentItem(file)
            self.clearSelection()

    def chosen(self) -> list[Failure]:
        """The selected files; a selected reason stands for all of its files."""
        picked: list[Failure] = []
        for item in self.selectedItems():
            failure = item.data(0, FAILURE)
            files = [item.child(n) for n in range(item.childCount())]
            picked += (
                [failure] if failure is not None else [file.data(0, FAILURE) for file in files if file is not None]
            )
        return picked

    def _on_clicked(self, item: QTreeWidgetItem, _column: int) -> None:
        if item.data(0, FAILURE) is None:
            item.setExpanded(not item.isExpanded())


def folder_of(failure: Failure, collection: CollectionCard | None) -> str:
    """`animals / 2023-05`: the collection's name and the folders below it."""
    parent = PurePath(failure.path).parent
    if collection is None:
        return str(parent)
    try:
        below = parent.relative_to(collection.root).parts
    except ValueError:
        return str(parent)
    return " / ".join((collection.name, *below))


def _file(failure: Failure, collection: CollectionCard | None) -> QTreeWidgetItem:
    item = QTreeWidgetItem()
    item.setData(0, FAILURE, failure)
    item.setData(0, FOLDER, folder_of(failure, collection))
    item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{PurePath(failure.path).name}, {failure.reason}")
    item.setToolTip(0, failure.path)
    return item


class _Row(QStyledItemDelegate):
    """Paints with the theme's tokens only."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, ROW_HEIGHT if index.data(FAILURE) is not None else GROUP_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, box = self._theme, QRect(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.color("selection"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, theme.color("hover"))
        if index.data(FAILURE) is None:
            self._paint_group(painter, box, index, bool(option.state & QStyle.StateFlag.State_Open))
        else:
            self._paint_file(painter, box, index)
        if option.state & QStyle.StateFlag.State_HasFocus and option.state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setPen(theme.color("accent"))
            painter.drawRoundedRect(QRectF(box).adjusted(1, 1, -1, -1), 4, 4)
        painter.setPen(theme.color("line"))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.restore()

    def _paint_group(self, painter: QPainter, box: QRect, index: Index, is_open: bool) -> None:
        theme, reason = self._theme, index.data(REASON)
        words = words_for(reason)
        icon, token = ("ph.x-circle", "error") if words.level == "error" else ("ph.warning", "warn")
        middle = box.center().y() - 7
        theme.icon("ph.caret-down" if is_open else "ph.caret-right", "muted").paint(
            painter, QRect(box.left() + 8, middle + 2, 12, 12)
        )
        theme.icon(icon, token).paint(painter, QRect(box.left() + 30, middle, 16, 16))
        figure = wording.count(index.model().rowCount(index))  # type: ignore[arg-type]
        line = QRect(box.left() + _INDENT, box.top() + 5, box.width() - _INDENT - _FIGURES, 18)
        self._write(painter, line, reason, "strong", "text")
        self._write(painter, line.translated(0, 18), words.brief, "small", "muted")
        self._write(painter, box.adjusted(0, 0, -12, 0), figure, "strong", "text", right=True)

    def _paint_file(self, painter: QPainter, box: QRect, index: Index) -> None:
        failure: Failure = index.data(FAILURE)
        room = box.width() - _INDENT - _FIGURES
        name = QRect(box.left() + _INDENT, box.top(), round(room * _NAME_SHARE) - 16, box.height())
        folder = QRect(name.right() + 17, box.top(), room - name.width() - 16, box.height())
        self._write(painter, name, PurePath(failure.path).name, "body", "text")
        self._write(painter, folder, index.data(FOLDER), "small", "muted", Qt.TextElideMode.ElideMiddle)
        self._write(painter, box.adjusted(0, 0, -12, 0), wording.size(failure.size), "small", "muted", right=True)

    def _write(
        self,
        painter: QPainter,
        box: QRect,
        words: str,
        role: str,
        token: str,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        *,
        right: bool = False,
    ) -> None:
        font = self._theme.font(role)
        painter.setFont(font)
        painter.setPen(self._theme.color(token))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(
            box, int(side | Qt.AlignmentFlag.AlignVCenter), QFontMetrics(font).elidedText(words, elide, box.width())
        )
