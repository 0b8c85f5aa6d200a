"""How pictures look at a glance, from their thumbnails: a small grey square the right way round, and how much of which colour.

The square is turned and mirrored into one of its eight positions by where its light lies, so that a turned copy gives the same square.
Where that is nearly a tie, all positions that could win are given.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

EDGE = 96  # of the thumbnails looked at
GREY = 16
TIE = 0.25  # of the larger leaning: closer than this, either could win
PLAIN = 2.0  # levels of grey: less than this is no structure


@dataclass(frozen=True, eq=False)
class Looks:
    """`squares` (m, 256) unit float32 of the items `owner` (m,) (positions; an item may have several), `colours` (n, 64) shares,
    `seen` (n,) whether there was a thumbnail.
    """

    squares: np.ndarray
    owner: np.ndarray
    colours: np.ndarray
    seen: np.ndarray


def look_at(ids: np.ndarray, thumbnail: Callable[[int, int], bytes | None], step: Callable[[], None]) -> Looks:
    """Looks of many pictures; decoding runs on two threads."""
    count = len(ids)
    colours = np.zeros((count, 64), np.float32)
    seen = np.zeros(count, bool)
    squares: list[np.ndarray] = []
    owner: list[int] = []

    def glance(place: int) -> tuple[int, list[np.ndarray] | None, np.ndarray | None]:
        data = thumbnail(int(ids[place]), EDGE)
        picture = decoded(data, GREY * 2) if data is not None else None
        if picture is None:
            return place, None, None
        return place, upright(grey_of(picture)), colour_shares(picture)

    with ThreadPoolExecutor(2) as pool:
        for first in range(0, count, 512):
            for place, turned, shares in pool.map(glance, range(first, min(first + 512, count))):
                step()
                if turned is None or shares is None:
                    continue
                seen[place], colours[place] = True, shares
                squares.extend(turned)
                owner.extend([place] * len(turned))
    made = np.stack(squares) if squares else np.empty((0, GREY * GREY), np.float32)
    return Looks(made, np.array(owner, np.int64), colours, seen)


def decoded(data: bytes, edge: int, *, keep_shape: bool = False) -> np.ndarray | None:
    """A thumbnail as RGB uint8, squeezed to a square of `edge` or at most `edge` long; transparency lies on mid grey."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as opened:
            if opened.format == "JPEG":
                opened.draft("RGB", (edge, edge))
            image = opened.convert("RGBA") if opened.mode in ("RGBA", "LA", "P") else opened.convert("RGB")
    except (OSError, ValueError):
        return None
    if image.mode == "RGBA":
        ground = Image.new("RGB", image.size, (128, 128, 128))
        ground.paste(image, mask=image.getchannel("A"))
        image = ground
    size = (edge, edge)
    if keep_shape:
        scale = edge / max(image.size)
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return np.asarray(
        image.resize(size, Image.Resampling.BOX if min(image.size) >= edge else Image.Resampling.BILINEAR)
    )


def grey_of(picture: np.ndarray) -> np.ndarray:
    """(GREY, GREY) float32 of an RGB square of twice the size."""
    grey = picture.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    return grey.reshape(GREY, 2, GREY, 2).mean(axis=(1, 3))


def turns(square: np.ndarray) -> list[np.ndarray]:
    """The eight positions of a square: as it is, turned, and each mirrored."""
    return [np.rot90(side, quarter) for side in (square, square[:, ::-1]) for quarter in range(4)]


def upright(grey: np.ndarray) -> list[np.ndarray]:
    """Unit vectors (256,) of the square in the positions in which its light leans right and down, more right than down."""
    flat = grey - grey.mean()
    if flat.std() < PLAIN:
        return []
    ramp = np.linspace(-1, 1, GREY, dtype=np.float32)
    found: list[tuple[float, np.ndarray]] = []
    for turned in turns(flat):
        right, down = float((turned * ramp).sum()), float((turned * ramp[:, None]).sum())
        # positions that miss by little are kept: noise may decide the other way in a copy
        miss = max(0.0, -right, -down, down - right)
        found.append((miss / (max(abs(right), abs(down)) + 1e-6), turned))
    kept = [turned for miss, turned in found if miss <= TIE]
    return [(turned / np.linalg.norm(turned)).reshape(-1).astype(np.float32) for turned in kept]


def colour_shares(picture: np.ndarray) -> np.ndarray:
    """Share of the picture in each of 4 x 4 x 4 colours, a pixel counting in its two nearest levels per channel; (64,)."""
    levels = np.clip(picture.reshape(-1, 3).astype(np.float32) / 64 - 0.5, 0, 3)
    low = np.minimum(levels.astype(np.int64), 2)
    high = levels - low
    made = np.zeros(64, np.float32)
    for corner in range(8):
        bits = np.array([corner >> 2 & 1, corner >> 1 & 1, corner & 1])
        weight = np.prod(np.where(bits, high, 1 - high), axis=1)
        place = (low + bits) @ np.array([16, 4, 1])
        made += np.bincount(place, weight, 64).astype(np.float32)
    return made / made.sum()


def shared_colours(colours: np.ndarray, a: Iterable[int] | np.ndarray, b: Iterable[int] | np.ndarray) -> np.ndarray:
    """How much of their colours pairs of pictures share, 0 to 1."""
    return np.minimum(colours[np.asarray(a)], colours[np.asarray(b)]).sum(axis=1)
