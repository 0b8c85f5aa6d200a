"""The inner loops of skimming a JPEG, compiled by numba and cached on disk. Importing this module imports numba: only `skim` does.

No index here comes from the file unchecked: bit positions are clamped to the padded stream, block positions come from the loops.
"""

from __future__ import annotations

import numpy as np
from numba import njit

WINDOW = 12  # bits looked up at once: the table fits the first cache
SHORT = 9  # bits of most codes: a table of them stays in the first cache, one of 16 bits does not
PADDING = 16  # bytes after the stream that may be read but end the decoding


@njit(nogil=True, cache=True)
def unstuff(data, marks, out, starts):  # type: ignore[no-untyped-def]
    """Copy `data` up to the marker that ends it into `out`, without its stuffing and restart markers. `marks` are the places of 255.

    Part i lies from `starts[i]` to `starts[i + 1]` of `out`. Returns how many parts; 0 where there are more than `starts` has
    room for, or no marker ends the data.
    """
    read, written, parts = 0, 0, 0
    starts[0] = 0
    for mark in marks:
        if mark < read:
            continue
        if mark + 1 >= len(data):
            return 0
        following = data[mark + 1]
        copied = mark - read + (1 if following == 0 else 0)
        out[written : written + copied] = data[read : read + copied]
        written += copied
        read = mark + 2
        if following == 0:
            continue
        parts += 1
        if parts >= len(starts):
            return 0
        starts[parts] = written
        if not 0xD0 <= following <= 0xD7:
            return parts
    return 0


@njit(nogil=True, cache=True, inline="always")
def _word(stream, at):  # type: ignore[no-untyped-def]
    """Eight bytes from `at`, the first in the highest bits."""
    return (
        (np.uint64(stream[at]) << np.uint64(56))
        | (np.uint64(stream[at + np.uint64(1)]) << np.uint64(48))
        | (np.uint64(stream[at + np.uint64(2)]) << np.uint64(40))
        | (np.uint64(stream[at + np.uint64(3)]) << np.uint64(32))
        | (np.uint64(stream[at + np.uint64(4)]) << np.uint64(24))
        | (np.uint64(stream[at + np.uint64(5)]) << np.uint64(16))
        | (np.uint64(stream[at + np.uint64(6)]) << np.uint64(8))
        | np.uint64(stream[at + np.uint64(7)])
    )


@njit(nogil=True, cache=True, inline="always")
def _extended(word, size):  # type: ignore[no-untyped-def]
    """The signed number in the top `size` (1 to 15) bits, as JPEG writes it."""
    value = np.int64(word >> np.uint64(64 - size))
    return value if value >= (1 << (size - 1)) else value - (1 << size) + 1


@njit(nogil=True, cache=True, inline="always")
def _code(codes, short, table, acc):  # type: ignore[no-untyped-def]
    """The code at the top of `acc`, from the small table where it is short. `table` counts from 0."""
    code = short[(table << np.uint64(SHORT)) + (acc >> np.uint64(64 - SHORT))]
    return code if code else codes[(table << np.uint64(16)) + (acc >> np.uint64(48))]


@njit(nogil=True, cache=True)
def skim(  # type: ignore[no-untyped-def]
    stream, starts, interval, codes, short, packed, tables, layout, mcus_wide, mcus_high, steps, planes
):
    """Every block's mean (and for subsampled components the means of its halves or quarters) into `planes`.

    Part i of `stream`, between two restart markers, lies from `starts[i]` to `starts[i + 1]`; `PADDING` bytes follow the last. `codes` (4 * 65536,) uint16, two tables for means and
    two for the rest: bits of the code << 8 | symbol, 0 where there is none; `short` (4 * 2**SHORT,) the same for the first bits alone;
    `packed` (2 * 2**WINDOW,) uint32: bits << 8 | advance of as many symbols as begin in the window. `tables` (3, 2): which ones a
    component uses; `layout` (3, 4): blocks wide and high in an MCU, pixels wide and high per block; `steps` (3, 4) float: what one
    step of mean, right, below and corner means in shades, and `planes` (components, rows, columns) uint8. False for a damaged stream.
    """
    components = planes.shape[0]
    last = np.zeros(3, np.int64)
    low = np.uint64(63)
    end = starts[-1]
    limit = np.uint64(end) + np.uint64(8)
    at, have, acc = np.uint64(0), np.uint64(0), np.uint64(0)  # next byte to load, bits in `acc`, bits left-aligned
    done, part = 0, 0
    top = np.uint64(64 - WINDOW)
    for row in range(mcus_high):
        for column in range(mcus_wide):
            if interval and done == interval:
                part += 1
                if part >= len(starts) - 1 or np.int64(at) - np.int64(have >> np.uint64(3)) > starts[part]:
                    return False
                at, have, acc, done = np.uint64(starts[part]), np.uint64(0), np.uint64(0), 0
                last[:] = 0
            done += 1
            for component in range(components):
                means, others = np.uint64(tables[component, 0]), np.uint64(2 + tables[component, 1])
                skips = np.uint64(tables[component, 1]) << np.uint64(WINDOW)
                wide, high = layout[component, 0], layout[component, 1]
                across, down = layout[component, 2], layout[component, 3]
                halves = across * down > 1
                for block_y in range(high):
                    for block_x in range(wide):
                        if at > limit:
                            return False
                        # the mean
                        acc |= _word(stream, at) >> have
                        at += (low - have) >> np.uint64(3)
                        have |= np.uint64(56)
                        code = _code(codes, short, means, acc)
                        size, bits = np.int64(code & 15), np.uint64(code >> 8)
                        if code == 0 or code & 0xF0:
                            return False
                        acc <<= bits
                        if size:
                            last[component] += _extended(acc, size)
                            acc <<= np.uint64(size)
                        have -= bits + np.uint64(size)
                        k = np.int64(1)
                        right, below, corner = 0.0, 0.0, 0.0
                        while halves and k <= 4:  # the lowest frequencies tell the halves apart
                            if at > limit:
                                return False
                            acc |= _word(stream, at) >> have
                            at += (low - have) >> np.uint64(3)
                            have |= np.uint64(56)
                            code = _code(codes, short, others, acc)
                            if code == 0:
                                return False
                            size, run, bits = np.int64(code & 15), np.int64((code >> 4) & 15), np.uint64(code >> 8)
                            acc <<= bits
                            have -= bits + np.uint64(size)
                            if size == 0:
                                k = k + np.int64(16) if run == 15 else np.int64(64)
                                continue
                            k += run
                            value = _extended(acc, size)
                            acc <<= np.uint64(size)
                            if k == 1:
                                right = value * steps[component, 1]
                            elif k == 2:
                                below = value * steps[component, 2]
                            elif k == 4:
                                corner = value * steps[component, 3]
                            k += 1
                        while k < 64:  # the rest is skipped, some symbols at a time
                            if at > limit:
                                return False
                            acc |= _word(stream, at) >> have
                            at += (low - have) >> np.uint64(3)
                            have |= np.uint64(56)
                            told = packed[skips + (acc >> top)]
                            after = k + np.int64(told & np.uint32(255))
                            bits = np.uint64(told >> np.uint32(8))
                            if (after > 64 and not 128 < after < 192) or told == 0:  # a block ends inside the window
                                code = _code(codes, short, others, acc)
                                if code == 0:
                                    return False
                                size, run = np.int64(code & 15), np.int64((code >> 4) & 15)
                                bits = np.uint64(code >> 8) + np.uint64(size)
                                after = k + run + 1 if size or run == 15 else np.int64(64)
                                if after > 64:
                                    return False
                            acc <<= bits
                            have -= bits
                            k = after
                        x, y = (column * wide + block_x) * across, (row * high + block_y) * down
                        mean = last[component] * steps[component, 0] + 128.5
                        if not halves:
                            planes[component, y, x] = min(max(mean, 0.0), 255.0)
                            continue
                        for v in range(down):
                            for u in range(across):
                                shade = mean
                                if across == 2:
                                    shade += right if u == 0 else -right
                                if down == 2:
                                    shade += below if v == 0 else -below
                                if across == 2 and down == 2:
                                    shade += corner if u == v else -corner
                                planes[component, y + v, x + u] = min(max(shade, 0.0), 255.0)
    return np.int64(at) - np.int64(have >> np.uint64(3)) <= end
