"""Longer texts to read: our own Markdown in the type scale of the window, with air between paragraphs and quiet tables."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
    QTextTableFormat,
)
from PySide6.QtWidgets import QTextBrowser

from desktop.theme import Theme

_HEADINGS = {1: "title", 2: "heading", 3: "strong"}
_AFTER, _ABOVE_HEADING = 8, 14  # pixels


class Reading(QTextBrowser):
    """Markdown of our own files and of model cards. Links are shown, never followed; nothing is fetched."""

    def __init__(self, theme: Theme, role: str = "body") -> None:
        super().__init__()
        self._theme, self._role, self._text = theme, role, ""
        self.setOpenLinks(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("border: none; background: transparent; padding: 0;")
        theme.changed.connect(self._dress)

    def show_markdown(self, text: str) -> None:
        """Show this text from its beginning."""
        self._text = text
        self._dress()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _dress(self) -> None:
        document = self.document()
        document.setDefaultFont(self._theme.font(self._role))
        document.setDocumentMargin(0)
        document.setMarkdown(self._text)
        block = document.begin()
        while block.isValid():
            self._dress_block(QTextCursor(block), block.blockFormat().headingLevel())
            block = block.next()
        for frame in document.rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                self._dress_table(frame)

    def _dress_block(self, cursor: QTextCursor, heading: int) -> None:
        in_table = cursor.currentTable() is not None
        look = QTextBlockFormat()
        look.setTopMargin(_ABOVE_HEADING if heading and cursor.position() else 0)
        look.setBottomMargin(2 if in_table or cursor.currentList() is not None else _AFTER)
        cursor.mergeBlockFormat(look)
        if heading:
            font = self._theme.font(_HEADINGS.get(heading, "strong"))
            letters = QTextCharFormat()
            letters.setFont(font, QTextCharFormat.FontPropertiesInheritanceBehavior.FontPropertiesAll)
            cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
            cursor.mergeCharFormat(letters)

    def _dress_table(self, table: QTextTable) -> None:
        look = QTextTableFormat(table.format())
        look.setBorder(0)
        look.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
        look.setCellPadding(3)
        look.setCellSpacing(0)
        look.setLeftMargin(-3)
        look.setTopMargin(4)
        look.setBottomMargin(_AFTER)
        look.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        table.setFormat(look)
        small = self._theme.font("small")
        for row in range(table.rows()):
            for column in range(table.columns()):
                cell = table.cellAt(row, column)
                cursor = cell.firstCursorPosition()
                cursor.setPosition(cell.lastCursorPosition().position(), QTextCursor.MoveMode.KeepAnchor)
                letters = QTextCharFormat()
                letters.setProperty(QTextCharFormat.Property.FontPixelSize, small.pixelSize())
                if row == 0:
                    letters.setForeground(self._theme.color("muted"))
                    letters.setFontWeight(QFont.Weight.Normal)
                cursor.mergeCharFormat(letters)
