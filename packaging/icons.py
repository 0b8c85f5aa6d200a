"""Draws the application's icon in every size a system asks for, from one SVG: `python packaging/icons.py [FOLDER]`.

Writes `hicolor/SIZE/apps/sightline.png` for Linux, `sightline.ico` for Windows and `sightline.icns` for macOS (default: build/icons).
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOT = Path(__file__).resolve().parents[1]
SVG = ROOT / "resources" / "icons" / "sightline.svg"
LINUX = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512)
WINDOWS = (16, 20, 24, 32, 40, 48, 64, 128, 256)
MAC = (16, 32, 64, 128, 256, 512, 1024)


def make_icons(target: Path) -> list[Path]:
    """Write all of them and return what was written."""
    from PIL import Image

    drawn = {edge: draw(edge) for edge in sorted({*LINUX, *WINDOWS, *MAC})}
    written = []
    for edge in LINUX:
        place = target / "hicolor" / f"{edge}x{edge}" / "apps" / "sightline.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(drawn[edge])
        written.append(place)
    scalable = target / "hicolor" / "scalable" / "apps" / "sightline.svg"
    scalable.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(SVG, scalable)
    pictures = {edge: Image.open(io.BytesIO(data)) for edge, data in drawn.items()}
    windows, mac = target / "sightline.ico", target / "sightline.icns"
    pictures[256].save(
        windows, sizes=[(edge, edge) for edge in WINDOWS], append_images=[pictures[edge] for edge in WINDOWS]
    )
    pictures[1024].save(mac, append_images=[pictures[edge] for edge in MAC])
    return [*written, scalable, windows, mac]


def draw(edge: int) -> bytes:
    """The icon as a PNG of `edge` x `edge` pixels; drawn four times as large first, so that small ones are smooth."""
    from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    _application = QGuiApplication.instance() or QGuiApplication([])
    image = QImage(edge * 4, edge * 4, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(SVG)).render(painter, QRectF(0, 0, edge * 4, edge * 4))
    painter.end()
    kept = QBuffer()
    kept.open(QIODevice.OpenModeFlag.WriteOnly)
    image.scaled(edge, edge, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation).save(
        kept, "PNG"
    )
    return bytes(kept.data().data())


if __name__ == "__main__":
    for path in make_icons(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "icons"):
        print(path, path.stat().st_size)
