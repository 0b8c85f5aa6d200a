"""How clicks and keys change the selection: one behaviour, used by every view that lists items in an order."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt

from desktop.selection import SelectionModel

_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


def click(selection: SelectionModel, order: np.ndarray, index: int, modifiers: Qt.KeyboardModifier) -> None:
    """A click on the item at `index` of `order`: alone, Ctrl toggles, Shift selects the range from the anchor."""
    item = int(order[index])
    if modifiers & _SHIFT:
        _extend(selection, order, index, keep=bool(modifiers & _CTRL))
    elif modifiers & _CTRL:
        selection.anchor = item
        selection.toggle(item)
    else:
        selection.anchor = item
        selection.set((item,))
    selection.set_current(item)


def move(selection: SelectionModel, order: np.ndarray, index: int, *, extend: bool) -> None:
    """Keys moved to `index`. One selected item moves along; several stay selected while the current one walks."""
    item = int(order[index])
    if extend:
        if selection.anchor is None:
            selection.anchor = selection.current if selection.current is not None else item
        _extend(selection, order, index, keep=False)
    else:
        selection.anchor = item
        alone = selection.count == 1 and selection.current is not None and selection.has(selection.current)
        if alone:
            selection.set((item,))
    selection.set_current(item)


def index_of(order: np.ndarray, item_id: int | None) -> int | None:
    """Where an item stands in `order`, or None."""
    if item_id is None:
        return None
    found = np.flatnonzero(order == item_id)
    return int(found[0]) if len(found) else None


def _extend(selection: SelectionModel, order: np.ndarray, index: int, *, keep: bool) -> None:
    start = index_of(order, selection.anchor)
    if start is None:
        start = index
        selection.anchor = int(order[index])
    low, high = sorted((start, index))
    span = order[low : high + 1]
    if keep:
        selection.add(span)
    else:
        selection.set(span)
