"""What was dropped or pasted into the search field, as parts of a search."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

from desktop.collections.dragging import dragged_items
from engine.values import Term

_MOST = 12


@dataclass(frozen=True, eq=False)
class Brought:
    """Parts that can be used at once, a picture without a file, or plain words."""

    terms: tuple[Term, ...] = ()
    picture: QImage | None = None
    words: str = ""


def brought(data: QMimeData) -> Brought:
    """Read a drop or the clipboard: items of ours, files, lists of file addresses, a picture, or words. Touches no file."""
    items = dragged_items(data)
    if items:
        return Brought(tuple(Term(item_id=item) for item in items[:_MOST]))
    files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
    if not files and data.hasText():
        files = _files_in(data.text())
    if files:
        return Brought(tuple(Term(path=path) for path in files[:_MOST]))
    if data.hasImage():
        image = data.imageData()
        return Brought(picture=image if isinstance(image, QImage) else QImage(image))
    return Brought(words=" ".join(data.text().split()))


def _files_in(text: str) -> list[str]:
    """Paths, when every line is one: `file:` addresses or absolute paths."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    paths = [QUrl(line).toLocalFile() if line.startswith("file:") else line for line in lines]
    looks_right = paths and all(Path(path).is_absolute() and Path(path).suffix for path in paths)
    return paths if looks_right else []


def keep_picture(image: QImage) -> str:
    """Write a pasted picture where temporary files go, and say where; the search reads it from there."""
    import tempfile

    folder = Path(tempfile.gettempdir()) / "sightline-pasted"
    folder.mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix="pasted picture ", suffix=".png", delete=False) as file:
        path = file.name
    if not image.save(path):
        raise OSError(f"no room to keep the pasted picture in {folder}")
    return path
