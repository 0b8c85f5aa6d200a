"""The tags of one or several items as chips, and a way to add one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from desktop.theme import Theme
from desktop.widgets.flow_layout import FlowLayout

_LONGEST = 28
_AT_ONCE = 20  # with more than these, the rest stand behind a button


class TagRow(QWidget):
    """Says what the user wants: another tag, a tag taken off, or to see all that carry one."""

    add_wanted = Signal()
    removed = Signal(str)
    followed = Signal(str)
    completed = Signal(str)  # some carry it, all shall

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._flow = FlowLayout(self)
        self._chips: list[QToolButton] = []
        self._shown: tuple[tuple[str, bool], ...] = ()
        self._unfolded = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.add = QToolButton()
        self.add.setObjectName("addTag")
        self.add.setText("+  Tag")
        self.add.setAccessibleName("Add a tag")
        self.add.setToolTip("Add a tag (T)")
        self.add.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.add.clicked.connect(self.add_wanted)
        self._flow.addWidget(self.add)
        theme.changed.connect(self._dress)
        self._dress()

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self._shown]

    def show_tags(self, tags: tuple[tuple[str, bool], ...]) -> None:
        """(name, whether all items carry it) each; those that only some carry are said to be so."""
        if tags != self._shown:
            self._shown, self._unfolded = tags, False
            self._fill()

    def _fill(self) -> None:
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._flow.removeWidget(self.add)
        first = self._shown if self._unfolded or len(self._shown) <= _AT_ONCE + 1 else self._shown[:_AT_ONCE]
        self._chips = [self._chip(name, whole) for name, whole in first]
        if len(first) < len(self._shown):
            self._chips.append(self._more(len(self._shown) - len(first)))
        for chip in self._chips:
            self._flow.addWidget(chip)
        self._flow.addWidget(self.add)
        self._dress()
        self.updateGeometry()

    def _more(self, count: int) -> QToolButton:
        more = QToolButton()
        more.setObjectName("moreTags")
        more.setText(f"{count:,} more")
        more.setAccessibleName(f"Show {count:,} more tags")
        more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        more.clicked.connect(self._unfold)
        return more

    def _unfold(self) -> None:
        self._unfolded = True
        self._fill()

    def _chip(self, name: str, whole: bool) -> QToolButton:
        chip = QToolButton()
        chip.setObjectName("tagChip")
        words = name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
        chip.setText((words if whole else f"◐ {words}").replace("&", "&&"))
        chip.setAccessibleName(f"Tag {name}" if whole else f"Tag {name}, on some of the items")
        chip.setToolTip(name if whole else f"{name}: on some of the items")
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        chip.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(chip)
        menu.addAction(f"Show all with “{words}”", lambda: self.followed.emit(name))
        if not whole:
            menu.addAction("Put on all of them", lambda: self.completed.emit(name))
        menu.addAction("Take off", lambda: self.removed.emit(name))
        chip.setMenu(menu)
        return chip

    def _dress(self) -> None:
        color = self._theme.color
        edge = color("control" if self._theme.tokens.high_contrast else "line").name()
        for chip in self._chips:
            chip.setFont(self._theme.font("small"))
            chip.setStyleSheet(
                f"QToolButton {{ background: {color('selection').name()}; border: none; border-radius: 4px; padding: 1px 7px; min-height: 20px; }}"
                f"QToolButton:focus {{ border: 2px solid {color('accent').name()}; padding: 0 5px; min-height: 18px; }}"
            )
        self.add.setFont(self._theme.font("small"))
        self.add.setStyleSheet(
            f"QToolButton {{ border: 1px solid {edge}; border-radius: 4px; padding: 0 7px; min-height: 20px; }}"
            f"QToolButton:focus {{ border: 2px solid {color('accent').name()}; padding: 0 6px; min-height: 18px; }}"
            f"QToolButton:hover {{ background: {color('hover').name()}; }}"
        )
