"""The rows of the sources panel as a Qt item model."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop import wording
from desktop.sources.rows import Row

ROW = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class SourcesModel(QAbstractListModel):
    """Flat; headings cannot be chosen."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []

    def show_rows(self, rows: list[Row]) -> None:
        """Take new rows; when only counts changed nothing is rebuilt, so selection and scroll stay."""
        if [row.key for row in rows] == [row.key for row in self.rows]:
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.text
            case Qt.ItemDataRole.AccessibleTextRole:
                told = row.text if row.count is None else f"{row.text}, {wording.count(row.count, 'item')}"
                return ", ".join(part for part in (told, row.pill, row.note) if part)
            case Qt.ItemDataRole.ToolTipRole:
                return self._tooltip(row)
            case _ if role == ROW:
                return row
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.rows[index.row()].kind == "heading":
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def _tooltip(self, row: Row) -> str:
        if row.kind != "collection":
            return ""
        lines = [getattr(row.card, "root", "")]
        if row.note:
            lines.append(f"Not connected. Its {wording.count(row.count or 0, 'item')} stay searchable.")
        if row.failed:
            lines.append(f"{wording.count(row.failed, 'file')} could not be read.")
        return "\n".join(lines)
