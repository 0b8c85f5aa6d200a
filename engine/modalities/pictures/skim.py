"""Skims a JPEG: its picture at an eighth of its size, three times faster than a decoder that looks at every coefficient.

At an eighth only the mean of each 8 × 8 block is wanted (Wallace, The JPEG still picture standard, 1991), yet a decoder reads the
whole Huffman code, and that is where its time goes. Here a table tells for the next `WINDOW` bits how many whole symbols begin in
them and how far they lead, so that several coefficients are skipped in one look-up. What is not a plain baseline file of one scan,
or is damaged, is left to Pillow: `skimmed` then gives None.
"""

from __future__ import annotations

import io
import logging
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from PIL import Image

log = logging.getLogger("sightline.media")
WORTH_LOADING = (
    64 << 20
)  # bytes of JPEG read by this process, about twenty photos; loading the loops costs as much as it saves on them
HALF = 0.6407288619353766  # mean over half a block of the cosine of frequency 1
_room = np.empty(0, np.uint8)
_seen = 0
_look_at = WORTH_LOADING  # of `_seen`: when to look (again) whether the loops are compiled
_ready = threading.Event()


class _Other(Exception):
    """A JPEG of another make than the loops read."""


@dataclass
class _Frame:
    width: int = 0
    height: int = 0
    interval: int = 0  # MCUs between restart markers; 0: none
    start: int = 0  # of the entropy-coded bytes
    steps: dict[int, tuple[int, ...]] = field(default_factory=dict)  # quantiser steps in zigzag order
    codes: dict[tuple[int, int], tuple[bytes, bytes]] = field(default_factory=dict)  # (class, number): counts, symbols
    components: list[tuple[int, int, int, int]] = field(default_factory=list)  # id, wide, high, quantiser
    chosen: dict[int, tuple[int, int]] = field(default_factory=dict)  # id: DC and AC code


def ready_for(size: int) -> bool:
    """Whether the loops may be used now. `size` bytes are about to be read; once they were many, the loops are loaded on a thread.

    Where nobody compiled them on this computer yet, a process that outlives this one is started for it: that takes seconds, and a
    reader may be ended at any moment.
    """
    global _seen, _look_at
    _seen += size
    if _seen > _look_at and not _ready.is_set():
        _look_at = _seen + WORTH_LOADING
        if compiled():
            _look_at = sys.maxsize
            threading.Thread(target=load, name="sightline-skim", daemon=True).start()
        else:
            start_compiling()
    return _ready.is_set()


def load() -> None:
    """Load the loops; compiles them where that was not done before."""
    from PIL import Image

    small = io.BytesIO()
    Image.new("RGB", (64, 64)).save(small, "JPEG")
    try:
        skimmed(small.getvalue())
    except Exception:  # a machine where numba cannot run still reads pictures
        log.exception("JPEGs are not skimmed here")
    else:
        _ready.set()


def compiled() -> bool:
    """Whether loading is quick: these very loops were compiled here by this numba."""
    return (mark := _mark()) is not None and mark.exists()


def start_compiling() -> None:
    """Compile in a process of its own. Does nothing without a place to keep what was compiled, or in a frozen application."""
    if _mark() is None or getattr(sys, "frozen", False):
        return
    try:
        subprocess.Popen(
            [sys.executable, "-m", "engine.modalities.pictures.skim"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as fault:  # pictures are read all the same
        log.info("nothing is compiled for reading JPEGs (%s)", fault)


def compile_once() -> None:
    """What that process does. Several started at once take turns, and only the first has something to do."""
    from filelock import FileLock, Timeout

    mark = _mark()
    assert mark is not None
    mark.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(mark.parent / "skim.lock", timeout=0):
            if not mark.exists():
                load()
                if _ready.is_set():
                    mark.touch()
    except Timeout:
        pass


def _mark() -> Path | None:
    """The file that says that the loops, as they stand, lie compiled beside it."""
    kept = os.environ.get("NUMBA_CACHE_DIR")
    if not kept:
        return None
    from importlib.metadata import PackageNotFoundError, version

    try:
        source = os.stat(Path(__file__).with_name("skim_kernels.py"))
        return Path(kept) / f"skim {version('numba')} {source.st_mtime_ns} {source.st_size}"
    except (
        OSError,
        PackageNotFoundError,
    ):  # a frozen application without sources: numba could not keep anything either
        return None


def skimmed(data: bytes, *, grey: bool = False) -> Image.Image | None:
    """The picture at an eighth of its size (rounded up), RGB or L, not turned; None where Pillow has to decode it."""
    from PIL import Image

    try:
        frame = _frame(data)
        planes = _planes(data, frame)
    except (_Other, IndexError, ValueError):
        return None
    if planes is None:
        return None
    width, height = -(-frame.width // 8), -(-frame.height // 8)
    layers = [Image.fromarray(np.ascontiguousarray(plane[:height, :width])) for plane in planes]
    if len(layers) == 1 or grey:
        return layers[0] if grey else layers[0].convert("RGB")
    return Image.merge("YCbCr", layers).convert("RGB")


def _planes(data: bytes, frame: _Frame) -> list[np.ndarray] | None:
    from engine.modalities.pictures import skim_kernels as kernels

    most_wide = max(wide for _, wide, _, _ in frame.components)
    most_high = max(high for _, _, high, _ in frame.components)
    mcus_wide, mcus_high = -(-frame.width // (8 * most_wide)), -(-frame.height // (8 * most_high))
    count = len(frame.components)
    layout, tables = np.zeros((3, 4), np.int64), np.zeros((3, 2), np.int64)
    steps = np.zeros((3, 4))
    for number, (name, wide, high, quantiser) in enumerate(frame.components):
        if most_wide % wide or most_high % high:
            raise _Other("uneven subsampling")
        layout[number] = wide, high, most_wide // wide, most_high // high
        tables[number] = frame.chosen[name]
        step = frame.steps[quantiser]
        side = HALF / 4 / 2**0.5
        steps[number] = step[0] / 8, step[1] * side, step[2] * side, step[4] * HALF * HALF / 4
    codes, short, packed = _tables(tuple(sorted(frame.codes.items())), kernels.WINDOW, kernels.SHORT)
    coded = np.frombuffer(data, np.uint8, offset=frame.start)
    stream = _room_for(len(coded) + kernels.PADDING)
    starts = np.zeros(2 + (mcus_wide * mcus_high // frame.interval if frame.interval else 0), np.int64)
    parts = kernels.unstuff(coded, np.flatnonzero(coded == 255), stream, starts)
    if not parts:
        return None
    starts = starts[: parts + 1]
    stream[starts[-1] :][: kernels.PADDING] = 0
    planes = np.zeros((count, mcus_high * most_high, mcus_wide * most_wide), np.uint8)
    whole = kernels.skim(
        stream, starts, frame.interval, codes, short, packed, tables, layout, mcus_wide, mcus_high,
        steps, planes,
    )  # fmt: skip
    return list(planes) if whole else None


def _frame(data: bytes) -> _Frame:
    """What the segments before the first scan say. Raises `_Other`, and IndexError where the file ends too soon."""
    frame, at = _Frame(), 2
    while True:
        if data[at] != 0xFF:
            raise _Other("no marker")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        length = data[at + 2] << 8 | data[at + 3]
        body = data[at + 4 : at + 2 + length]
        at += 2 + length
        if marker == 0xDB:
            _quantisers(body, frame)
        elif marker == 0xC4:
            _codes(body, frame)
        elif marker in (0xC0, 0xC1):
            _shape(body, frame)
        elif marker == 0xDD:
            frame.interval = body[0] << 8 | body[1]
        elif marker == 0xEE and body[:5] == b"Adobe" and body[11] != 1:
            raise _Other("not YCbCr")
        elif marker == 0xDA:
            _scan(body, frame)
            frame.start = at
            return frame
        elif 0xC0 <= marker <= 0xCF or marker in (0xD8, 0xD9):
            raise _Other("not baseline")


def _quantisers(body: bytes, frame: _Frame) -> None:
    at = 0
    while at < len(body):
        wide, number = body[at] >> 4, body[at] & 15
        at += 1
        if wide:
            frame.steps[number] = tuple(body[at + 2 * k] << 8 | body[at + 2 * k + 1] for k in range(64))
        else:
            frame.steps[number] = tuple(body[at + k] for k in range(64))
        at += 128 if wide else 64


def _codes(body: bytes, frame: _Frame) -> None:
    at = 0
    while at < len(body):
        kind, number = body[at] >> 4, body[at] & 15
        counts = body[at + 1 : at + 17]
        symbols = body[at + 17 : at + 17 + sum(counts)]
        if kind > 1 or number > 1 or len(symbols) < sum(counts):
            raise _Other("not baseline")
        frame.codes[kind, number] = counts, symbols
        at += 17 + len(symbols)


def _shape(body: bytes, frame: _Frame) -> None:
    if body[0] != 8 or body[5] not in (1, 3) or frame.components:
        raise _Other("not eight bits of grey or YCbCr")
    frame.height, frame.width = body[1] << 8 | body[2], body[3] << 8 | body[4]
    for number in range(body[5]):
        name, factors, quantiser = body[6 + 3 * number : 9 + 3 * number]
        wide, high = (factors >> 4, factors & 15) if body[5] == 3 else (1, 1)  # a single component is not interleaved
        if wide not in (1, 2) or high not in (1, 2):
            raise _Other("subsampled otherwise")
        frame.components.append((name, wide, high, quantiser))
    if not frame.width or not frame.height or bytes(name for name, *_ in frame.components) == b"RGB":
        raise _Other("not YCbCr")


def _scan(body: bytes, frame: _Frame) -> None:
    names = [name for name, *_ in frame.components]
    if not names or body[0] != len(names):
        raise _Other("several scans")
    for number in range(body[0]):
        name, tables = body[1 + 2 * number : 3 + 2 * number]
        frame.chosen[name] = tables >> 4, tables & 15
    known = all(
        name in frame.chosen
        and (0, frame.chosen[name][0]) in frame.codes
        and (1, frame.chosen[name][1]) in frame.codes
        and quantiser in frame.steps
        for name, _, _, quantiser in frame.components
    )
    if not known or list(frame.chosen) != names:
        raise _Other("tables are missing")


def _room_for(size: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Memory to work in; kept from picture to picture, since fresh memory costs as much as copying a photo into it."""
    global _room
    if len(_room) < size:
        _room = np.empty(size, np.uint8)
    return _room


@lru_cache(maxsize=16)  # most cameras use the same code in all their pictures
def _tables(codes: tuple[Any, ...], window: int, short: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of all codes of a picture: 16 bits looked up at once, `short` bits, and many symbols in `window` bits; each flat."""
    long = np.zeros((2, 2, 1 << 16), np.uint16)
    packed = np.zeros((2, 1 << window), np.uint32)
    for (kind, number), (counts, symbols) in codes:
        long[kind, number] = _expanded(counts, symbols)
        if kind == 1:
            packed[number] = _packed(long[kind, number], window)
    spread = long[..., :: 1 << (16 - short)]
    return long.ravel(), np.where(spread >> 8 <= short, spread, 0).astype(np.uint16).ravel(), packed.ravel()


def _expanded(counts: bytes, symbols: bytes) -> np.ndarray[Any, np.dtype[np.uint16]]:
    """(65536,) for the next 16 bits: bits of the code << 8 | symbol; 0 where no code begins so."""
    table = np.zeros(1 << 16, np.uint16)
    at = position = 0
    for bits, count in enumerate(counts, 1):
        share = 1 << (16 - bits)
        if at + count * share > 1 << 16:
            raise _Other("more codes than there is room for")
        for symbol in symbols[position : position + count]:
            table[at : at + share] = bits << 8 | symbol
            at += share
        position += count
    return table


def _packed(codes: np.ndarray, window: int) -> np.ndarray[Any, np.dtype[np.uint32]]:
    """(2**window,) for the next bits: bits << 8 | advance over all symbols whose code lies within them.

    Advance is in coefficients, at most 63, or 128 more than that where the last symbol ends the block. 0: not one code fits.
    """
    pattern = np.arange(1 << window, dtype=np.int64) << (32 - window)  # at the top of 32 bits, zeros below
    used = np.zeros(1 << window, np.int64)
    advance = np.zeros(1 << window, np.int64)
    going = np.ones(1 << window, bool)
    for _ in range(window):
        found = codes[(pattern << used & 0xFFFFFFFF) >> 16].astype(np.int64)
        bits, size, run = found >> 8, found & 15, found >> 4 & 15
        ends = (size == 0) & (run != 15)
        step = np.where(ends, 128, run + 1)
        going &= (found > 0) & (used + bits <= window) & (advance + np.where(ends, 0, step) <= 63)
        used = np.where(going, used + bits + size, used)
        advance = np.where(going, advance + step, advance)
        going &= ~ends & (used < window)
    return (used << 8 | advance).astype(np.uint32)


if __name__ == "__main__":
    compile_once()
