"""Icons drawn from the two icon fonts that qtawesome carries: Phosphor (`ph.`) and Material Design Icons 6 (`mdi6.`).

The fonts are read directly: importing qtawesome itself loads ten fonts and a compatibility layer, which takes longer than
everything else at the start of the window.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

FONTS = {"ph": "phosphor", "mdi6": "materialdesignicons6-webfont"}
FALLBACK = "ph.circle"
BESIDE_WORDS = QSize(20, 16)  # an icon and the gap to the words of its button, which Qt itself leaves too small
GLYPH = 1.0  # height of a glyph's square within the icon


@lru_cache(maxsize=len(FONTS))
def icon_font(prefix: str) -> tuple[str, dict[str, int]]:
    """Family and code points by name of one of the `FONTS`. Raises KeyError for another prefix."""
    spec = find_spec("qtawesome")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("qtawesome, which carries the icon fonts, is not installed")
    folder = Path(spec.origin).parent / "fonts"
    charmap = next(folder.glob(f"{FONTS[prefix]}-charmap-*.json"))
    font = next(path for path in folder.glob(f"{FONTS[prefix]}-*.ttf"))
    number = QFontDatabase.addApplicationFontFromData(font.read_bytes())
    codes = {name: int(code, 16) for name, code in json.loads(charmap.read_text(encoding="utf-8")).items()}
    return QFontDatabase.applicationFontFamilies(number)[0], codes


def glyph_of(name: str) -> tuple[str, str]:
    """Family and character of an icon such as `ph.folder`. Raises KeyError for a name the fonts do not have."""
    prefix, _, rest = name.partition(".")
    family, codes = icon_font(prefix)
    return family, chr(codes[rest])


def make_icon(name: str, colour: QColor, disabled: QColor) -> QIcon:
    """An icon in one colour, sharp at every size and scale."""
    return QIcon(_GlyphEngine(name, colour, disabled))


class _GlyphEngine(QIconEngine):
    def __init__(self, name: str, colour: QColor, disabled: QColor) -> None:
        super().__init__()
        self._name, self._colour, self._disabled = name, colour, disabled
        self._family, self._sign = glyph_of(name)

    def clone(self) -> QIconEngine:
        return _GlyphEngine(self._name, self._colour, self._disabled)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        painter.save()
        font = QFont(self._family)
        font.setPixelSize(max(1, round(rect.height() * GLYPH)))
        painter.setFont(font)
        painter.setPen(self._disabled if mode == QIcon.Mode.Disabled else self._colour)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        beside = rect.width() > rect.height()  # room to its right keeps it off the words beside it
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter if beside else Qt.AlignmentFlag.AlignCenter
        painter.drawText(rect, int(side), self._sign)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        picture = QPixmap(size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return picture
