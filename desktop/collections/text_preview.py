"""Inspector part for texts: the passage on the selection's ground, two passages either side, opening it where it stands."""

from __future__ import annotations

import re

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from desktop.theme import Theme
from desktop.widgets.buttons import Button
from engine.values import ItemDetails

_PAD, _NUMBER = 10, 34
_LONGEST = 1200


class Passages(QWidget):
    """Numbered passages, one of them lit; words of the search are underlined in it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines: list[tuple[str, str, bool]] = []
        self._words: tuple[str, ...] = ()
        self.setObjectName("passages")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.update)

    @property
    def lines(self) -> list[tuple[str, str, bool]]:
        return self._lines

    def show_lines(self, lines: list[tuple[str, str, bool]], words: tuple[str, ...]) -> None:
        """(number, text, whether it is the one) each."""
        self._lines, self._words = lines, words
        self.setAccessibleName(" ".join(text for _, text, lit in lines if lit)[:400])
        self.setFixedHeight(self.heightForWidth(self.width() or 280))
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(sum(layout_height + 4 for _, layout_height in self._laid_out(width))) + 2 * _PAD

    def resizeEvent(self, event: object) -> None:
        self.setFixedHeight(self.heightForWidth(self.width()))

    def sizeHint(self) -> QSize:
        return QSize(280, self.heightForWidth(self.width() or 280))

    def _laid_out(self, width: int) -> list[tuple[QTextLayout, float]]:
        found = []
        for _, text, lit in self._lines:
            layout = QTextLayout(text[:_LONGEST], self._theme.font("small"))
            option = QTextOption(Qt.AlignmentFlag.AlignLeft)
            option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
            layout.setTextOption(option)
            if lit:
                layout.setFormats(self._underlined(text[:_LONGEST]))
            layout.beginLayout()
            height = 0.0
            while (line := layout.createLine()).isValid():
                line.setLineWidth(width - _NUMBER - 2 * _PAD)
                line.setPosition(QRectF(0, height, 0, 0).topLeft())
                height += line.height()
            layout.endLayout()
            found.append((layout, height))
        return found

    def _underlined(self, text: str) -> list[QTextLayout.FormatRange]:
        marked = []
        for word in self._words:
            for match in re.finditer(re.escape(word), text, re.IGNORECASE):
                span = QTextLayout.FormatRange()
                span.start, span.length = match.start(), match.end() - match.start()  # type: ignore[misc]
                look = QTextCharFormat()
                look.setFontWeight(600)
                look.setForeground(self._theme.color("accent"))
                span.format = look  # type: ignore[misc]
                marked.append(span)
        return marked

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("line"), 1))
        painter.setBrush(self._theme.color("raised"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        y = float(_PAD)
        painter.setFont(self._theme.font("small"))
        for (number, _, lit), (layout, height) in zip(self._lines, self._laid_out(self.width())):
            if lit:
                painter.fillRect(QRectF(1, y - 2, self.width() - 2, height + 4), self._theme.color("selection"))
            painter.setPen(self._theme.color("muted"))
            painter.drawText(
                QRectF(_PAD, y, _NUMBER - 8, height), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, number
            )
            painter.setPen(self._theme.color("text"))
            layout.draw(painter, QRectF(_PAD + _NUMBER, y, 0, 0).topLeft())
            y += height + 4


class TextPreview(QWidget):
    """The passages and the button that opens the original where they stand."""

    def __init__(self, theme: Theme, open_original: object, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.passages = Passages(theme)
        self.open = Button(theme, "Open", open_original, role="primary", icon="ph.arrow-square-out")  # type: ignore[arg-type]
        self.open.setObjectName("openText")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.passages)
        column.addWidget(self.open, 0, Qt.AlignmentFlag.AlignLeft)

    def show_text(self, details: ItemDetails, number: int | None, words: tuple[str, ...]) -> None:
        """`number` is the passage's own, from 0; those around it carry theirs. People count from 1."""
        card = details.card
        own = (f"{number + 1:,}" if number is not None else "", " ".join((card.text or card.name).split()), True)
        around = [(n, f"{n + 1:,}", " ".join(text.split())) for n, text in details.around]
        before = [(told, text, False) for n, told, text in around if number is not None and n < number]
        after = [(told, text, False) for n, told, text in around if number is None or n > number]
        self.passages.show_lines([*before, own, *after], words)
        where = f" at page {card.page:,}" if card.page else f" at line {card.line:,}" if card.line else ""
        self.open.setText(f"Open{where}")
        self.open.setAccessibleName(f"Open{where}")
