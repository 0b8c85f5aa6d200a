"""Whether two pictures are one: the same shot saved again, resized, turned, mirrored, cropped or a little edited.

Both are laid over each other, in eight positions, and where that is not enough at several sizes and places (normalised
cross-correlation by Fourier transform). A plane of light is taken away first, so that plain skies and gradients do not look alike for
being smooth; pictures without structure count as one only where they hardly differ at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import fft

SIDE = 48  # pixels of the longer side at which pictures are compared
SAME = 0.93  # correlation of the whole
SAME_CUT = 0.90  # of a cut-out in its place
CUTS = tuple(
    float(value) for value in np.geomspace(1.0, 0.70, 13)
)  # length of a cut-out against the picture it was cut from
PLAIN = 4.0  # levels: less structure than this is none
PLAIN_DIFFERENCE = 3.0  # levels
COLOUR = 0.75  # correlation of colours, where both have some
SOME_COLOUR = 6.0  # levels
SPOILED = 0.14  # share of the picture a small edit may cover
RECOLOURED = 0.04  # share of the picture that may have another colour
OTHER_COLOUR = 16.0  # levels
WHITE = 250.0  # levels
CELLS = 8
FINE = 2.0  # levels: a cell with less structure says nothing
PARTS = 0.75  # of the cells must agree


@dataclass(frozen=True, eq=False)
class Sight:
    """One picture at `SIDE` pixels: RGB as it is and its grey without the plane of light."""

    picture: np.ndarray  # (h, w, 3) float32
    grey: np.ndarray  # (h, w) float32
    structure: float  # standard deviation of `grey`

    @classmethod
    def of(cls, picture: np.ndarray) -> Sight:
        """From RGB uint8 (h, w, 3), the longer side `SIDE`."""
        values = picture.astype(np.float32)
        grey = without_plane(values @ np.array([0.299, 0.587, 0.114], np.float32))
        return cls(values, grey, float(grey.std()))


def likeness(one: Sight, other: Sight) -> float:
    """Correlation (0 to 1) where the two are one picture, else 0."""
    if min(one.structure, other.structure) < PLAIN:
        return _plain_likeness(one, other)
    whole = max((_whole(one.picture, turned) for turned in _turns(other.picture, one.picture.shape)), default=0.0)
    if whole:
        return whole
    return max(_cut(one, other), _cut(other, one))


def without_plane(grey: np.ndarray) -> np.ndarray:
    """Grey (h, w) minus the best plane through it."""
    h, w = grey.shape
    y, x = np.linspace(-1, 1, h, dtype=np.float32)[:, None], np.linspace(-1, 1, w, dtype=np.float32)[None, :]
    flat = grey - grey.mean()
    flat = flat - x * (flat * x).sum() / max(float((x * x).sum() * h), 1e-6)
    return flat - y * (flat * y).sum() / max(float((y * y).sum() * w), 1e-6)


def _plain_likeness(one: Sight, other: Sight) -> float:
    if max(one.structure, other.structure) >= 1.5 * PLAIN:
        return 0.0
    if abs(one.picture.shape[0] - other.picture.shape[0]) > 2 or abs(one.picture.shape[1] - other.picture.shape[1]) > 2:
        return 0.0
    apart = np.abs(_cells(one.picture) - _cells(other.picture))
    return 1.0 - float(apart.max()) / 255 if apart.max() <= PLAIN_DIFFERENCE else 0.0


def _cells(picture: np.ndarray) -> np.ndarray:
    """Mean colours of 12 x 12 cells."""
    return _resized(picture, (SIDE, SIDE)).reshape(12, SIDE // 12, 12, SIDE // 12, 3).mean(axis=(1, 3))


def _turns(picture: np.ndarray, shape: tuple[int, ...]) -> list[np.ndarray]:
    """The positions of a picture whose sides fit `shape` within 4 %."""
    found = []
    for side in (picture, picture[:, ::-1]):
        for quarter in range(4):
            turned = np.rot90(side, quarter)
            if abs(turned.shape[0] * shape[1] / (turned.shape[1] * shape[0]) - 1) <= 0.04:
                found.append(turned)
    return found


def _whole(one: np.ndarray, other: np.ndarray) -> float:
    """Correlation of two whole pictures where they are one, else 0."""
    a, b = _resized(one, (32, 32)), _resized(other, (32, 32))
    return _agreement(a, b, SAME)


def _agreement(a: np.ndarray, b: np.ndarray, least: float) -> float:
    """Correlation of two RGB squares (32, 32, 3) that lie in place; 0 where light, colour or a larger part does not agree."""
    weights = np.array([0.299, 0.587, 0.114], np.float32)
    grey_a, grey_b = without_plane(a @ weights), without_plane(b @ weights)
    size = float(np.linalg.norm(grey_a) * np.linalg.norm(grey_b))
    correlation = float((grey_a * grey_b).sum()) / max(size, 1e-6)
    if correlation < least:
        # a small edit spoils a few cells and nothing else
        gone = _spoiled(grey_a, grey_b)
        if gone.mean() > SPOILED:
            return 0.0
        keep = ~np.kron(gone, np.ones((32 // CELLS, 32 // CELLS), bool))
        left = float(np.linalg.norm(grey_a[keep]) * np.linalg.norm(grey_b[keep]))
        correlation = float((grey_a[keep] * grey_b[keep]).sum()) / max(left, 1e-6)
        if correlation < max(least, 0.97) or min(grey_a[keep].std(), grey_b[keep].std()) < PLAIN:
            return 0.0
    return correlation if _parts_agree(grey_a, grey_b) and _colours_agree(a, b) else 0.0


def _parts_agree(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether the finer structure agrees in most cells that have some: frames and horizons alone make no copies."""
    edge = 32 // CELLS
    one, other = (
        side.reshape(CELLS, edge, CELLS, edge).transpose(0, 2, 1, 3).reshape(CELLS * CELLS, -1) for side in (a, b)
    )
    one, other = one - one.mean(axis=1, keepdims=True), other - other.mean(axis=1, keepdims=True)
    sizes = np.linalg.norm(one, axis=1), np.linalg.norm(other, axis=1)
    told = (sizes[0] > FINE * edge) & (sizes[1] > FINE * edge)
    if told.sum() < 6:
        return True
    agreement = (one * other).sum(axis=1)[told] / (sizes[0] * sizes[1])[told]
    return float((agreement > 0.5).mean()) >= PARTS


def _spoiled(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Cells (CELLS, CELLS) in which `b` is not `a` made lighter or darker as a whole."""
    gain = float(np.median(np.abs(b))) / max(float(np.median(np.abs(a))), 1e-6)
    rest = (b - gain * a) ** 2
    edge = 32 // CELLS
    by_cell = np.sqrt(rest.reshape(CELLS, edge, CELLS, edge).mean(axis=(1, 3)))
    return by_cell > 0.45 * float(b.std())


def _colours_agree(a: np.ndarray, b: np.ndarray) -> bool:
    told = ~(_burnt(a) | _burnt(b))  # a colour that was cut off at white says nothing of the one before
    if told.sum() < told.size // 4:
        told[:] = True
    for first, second in ((0, 1), (1, 2)):  # red against green, green against blue
        one, other = (side[..., first] - side[..., second] for side in (a, b))
        one, other = (side.reshape(CELLS, 4, CELLS, 4).mean(axis=(1, 3))[told] for side in (one, other))
        if min(one.std(), other.std()) < SOME_COLOUR:
            continue  # grey, or made grey
        correlation = float(np.corrcoef(one, other)[0, 1])
        gain = float((one * other).mean() - one.mean() * other.mean()) / max(float(one.var()), 1e-6)
        apart = np.abs(other - other.mean() - gain * (one - one.mean()))
        if correlation < COLOUR or float((apart > OTHER_COLOUR).mean()) > RECOLOURED:
            return False
    return True


def _burnt(picture: np.ndarray) -> np.ndarray:
    """Cells (CELLS, CELLS) with a colour at its brightest in part of them."""
    at_the_end = (picture > WHITE).any(axis=2)
    return at_the_end.reshape(CELLS, 4, CELLS, 4).mean(axis=(1, 3)) > 0.1


def _cut(whole: Sight, part: Sight) -> float:
    """Correlation of `part` where it was cut out of `whole`, else 0."""
    h, w = whole.grey.shape
    best: tuple[float, int, int, int, int] = (0.0, 0, 0, 0, 0)
    size = (fft.next_fast_len(h + SIDE), fft.next_fast_len(w + SIDE))
    spectrum = fft.rfft2(whole.grey, size)
    squares = _summed(whole.grey**2)
    sums = _summed(whole.grey)
    for cut in CUTS:
        rows, columns = round(part.grey.shape[0] * cut * _fit(h, w)), round(part.grey.shape[1] * cut * _fit(h, w))
        if rows > h or columns > w or min(rows, columns) < 12 or rows * columns < 0.35 * h * w:
            continue
        pattern = _resized(part.grey[..., None], (rows, columns))[..., 0]
        pattern = pattern - pattern.mean()
        product = fft.irfft2(spectrum * np.conj(fft.rfft2(pattern, size)), size)[: h - rows + 1, : w - columns + 1]
        count = rows * columns
        total = _windows(sums, rows, columns)
        energy = np.maximum(_windows(squares, rows, columns) - total**2 / count, 1e-3)
        found = product / (np.sqrt(energy) * max(float(np.linalg.norm(pattern)), 1e-3))
        top, left = np.unravel_index(int(np.argmax(found)), found.shape)
        if found[top, left] > best[0]:
            best = (float(found[top, left]), int(top), int(left), rows, columns)
    if best[0] < 0.80:
        return 0.0
    return _settled(whole, part, *best[1:])


def _settled(whole: Sight, part: Sight, top: int, left: int, rows: int, columns: int) -> float:
    """The agreement of `part` with its place in `whole`, moved and stretched by fractions of a pixel to fit best."""
    target = _resized(part.picture, (32, 32))
    weights = np.array([0.299, 0.587, 0.114], np.float32)
    wanted = without_plane(target @ weights)
    wanted /= max(float(np.linalg.norm(wanted)), 1e-6)

    def fit(box: tuple[float, float, float, float]) -> float:
        grey = without_plane(_window(whole.picture, box) @ weights)
        return float((grey * wanted).sum()) / max(float(np.linalg.norm(grey)), 1e-6)

    box = (float(left), float(top), float(left + columns), float(top + rows))
    score = fit(box)
    for move in (1.0, 0.5, 0.25):
        for _ in range(3):
            tried = [tuple(box[n] + move * direction[n] for n in range(4)) for direction in _MOVES]
            scores = [fit(one) for one in tried]  # type: ignore[arg-type]
            place = int(np.argmax(scores))
            if scores[place] <= score:
                break
            score, box = scores[place], tried[place]  # type: ignore[assignment]
    return _agreement(_window(whole.picture, box), target, SAME_CUT)


_MOVES = (
    (1, 0, 1, 0), (-1, 0, -1, 0), (0, 1, 0, 1), (0, -1, 0, -1),
    (-1, -1, 1, 1), (1, 1, -1, -1), (0, 0, 1, 1), (-1, -1, 0, 0),
)  # fmt: skip


def _window(picture: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    """A part of a picture, edges in fractions of pixels, as (32, 32, 3); beyond the picture its edge goes on."""
    h, w = picture.shape[:2]
    xs = np.clip(np.linspace(box[0], box[2], 65)[1::2] - 0.5, 0, w - 1)
    ys = np.clip(np.linspace(box[1], box[3], 65)[1::2] - 0.5, 0, h - 1)
    return _sampled(picture, ys, xs)


def _sampled(picture: np.ndarray, ys: np.ndarray, xs: np.ndarray) -> np.ndarray:
    y, x = (
        np.minimum(ys.astype(np.int64), picture.shape[0] - 2).clip(0),
        np.minimum(xs.astype(np.int64), picture.shape[1] - 2).clip(0),
    )
    fy, fx = (ys - y)[:, None, None].astype(np.float32), (xs - x)[None, :, None].astype(np.float32)
    y2, x2 = np.minimum(y + 1, picture.shape[0] - 1), np.minimum(x + 1, picture.shape[1] - 1)
    upper = picture[y][:, x] * (1 - fx) + picture[y][:, x2] * fx
    lower = picture[y2][:, x] * (1 - fx) + picture[y2][:, x2] * fx
    return upper * (1 - fy) + lower * fy


def _resized(picture: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """(h, w, c) to another size by sampling between pixels."""
    h, w = picture.shape[:2]
    ys = np.clip((np.arange(shape[0]) + 0.5) * h / shape[0] - 0.5, 0, h - 1)
    xs = np.clip((np.arange(shape[1]) + 0.5) * w / shape[1] - 0.5, 0, w - 1)
    return _sampled(picture, ys, xs)


def _fit(h: int, w: int) -> float:
    return max(h, w) / SIDE


def _summed(values: np.ndarray) -> np.ndarray:
    made = np.zeros((values.shape[0] + 1, values.shape[1] + 1))
    made[1:, 1:] = values.astype(np.float64).cumsum(0).cumsum(1)
    return made


def _windows(summed: np.ndarray, rows: int, columns: int) -> np.ndarray:
    return summed[rows:, columns:] - summed[:-rows, columns:] - summed[rows:, :-columns] + summed[:-rows, :-columns]
