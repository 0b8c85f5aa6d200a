"""One append-only file of vectors. Order of writing: append, fsync, then (elsewhere) commit the rows that point at them.

Rows stay one contiguous float16 matrix, so that the file can be memory-mapped as it is; the checksums of the appended blocks
stand in a side file `*.blocks` (first row, count, CRC32 of the bytes, CRC32 of the record).
"""

from __future__ import annotations

import os
import struct
import threading
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.vectors import header

if TYPE_CHECKING:
    import numpy as np

_RECORD = struct.Struct("<QQII")
BYTES = 2  # of one number


@dataclass(frozen=True)
class Block:
    """Rows `first` to `first + count - 1` were appended together, with this CRC32."""

    first: int
    count: int
    checksum: int


class VectorStore:
    """Vectors of one space. `rows` counts the committed ones; only they can be seen.

    Opening with `committed` cuts what lies behind (an append whose commit never came). A file that is shorter than
    `committed` (damaged from outside) shows the rows it has; `missing` says how many are not there.
    """

    def __init__(
        self, path: Path, space_key: str, dimension: int, *, committed: int = 0, read_only: bool = False
    ) -> None:
        self.path = path
        self.dimension = dimension
        self._blocks_path = path.with_suffix(path.suffix + ".blocks")
        self._lock = threading.Lock()
        self._matrix: np.ndarray | None = None
        if not read_only and (not path.exists() or (not committed and path.stat().st_size < header.SIZE)):
            # new, or its making was cut short (a full disk, a kill) before anything was in it
            path.parent.mkdir(parents=True, exist_ok=True)
            born = path.with_suffix(path.suffix + ".part")
            _write_synced(born, header.Header(space_key, dimension).packed(), "wb")
            _write_synced(self._blocks_path, b"", "wb")
            os.replace(born, path)
        if path.exists():
            found = header.read(path)
            if (found.space_key, found.dimension) != (space_key[:64], dimension):
                raise ValueError(
                    f"{path.name} holds {found}, not {space_key} of {dimension}: two spaces are never mixed"
                )
        self.rows = min(committed, self._rows_in_file())
        self.missing = committed - self.rows
        if not read_only:
            self._cut(self.rows)

    def append(self, vectors: np.ndarray) -> range:
        """Put `vectors` float32 (n, dimension) behind the rows there are, safely on the disk. `commit` makes them visible.

        Raises ValueError for another width or values that are not finite.
        """
        import numpy as np

        matrix = np.ascontiguousarray(vectors, dtype="<f2")
        if matrix.ndim != 2 or matrix.shape[1] != self.dimension:
            raise ValueError(f"vectors of {matrix.shape} do not fit {self.path.name} of width {self.dimension}")
        if not np.isfinite(matrix).all():
            raise ValueError("vectors hold values that are not finite")
        data = matrix.tobytes()
        with self._lock:
            first = self._rows_in_file()
            try:
                _write_synced(self.path, data, "ab")
                _write_synced(self._blocks_path, _packed(Block(first, len(matrix), zlib.crc32(data))), "ab")
            except OSError:  # the disk is full: leave no half row for the next append to stand behind
                self._cut(first)
                raise
        return range(first, first + len(matrix))

    def commit(self, rows: int) -> None:
        """The catalogue now points at the first `rows` rows."""
        with self._lock:
            self.rows = max(self.rows, min(rows, self._rows_in_file()))

    def matrix(self) -> np.ndarray:
        """All committed rows, memory-mapped, float16 (rows, dimension), read only. Stays valid while the file grows."""
        import numpy as np

        with self._lock:
            rows = self.rows
            if self._matrix is None or len(self._matrix) != rows:
                shape = (rows, self.dimension)
                self._matrix = (
                    np.memmap(self.path, "<f2", "r", header.SIZE, shape) if rows else np.empty(shape, np.float16)
                )
            return self._matrix

    def blocks(self) -> list[Block]:
        """The appended blocks whose records are whole."""
        raw = self._blocks_path.read_bytes() if self._blocks_path.exists() else b""
        found = []
        for start in range(0, len(raw) - _RECORD.size + 1, _RECORD.size):
            record = raw[start : start + _RECORD.size]
            first, count, checksum, own = _RECORD.unpack(record)
            if zlib.crc32(record[:-4]) == own:
                found.append(Block(first, count, checksum))
        return found

    def verify(self) -> list[range]:
        """Ranges of committed rows whose bytes are not the ones that were written (or that no checksum covers)."""
        damaged, covered = [], 0
        with self.path.open("rb") as stream:
            for block in self.blocks():
                if block.first >= self.rows:
                    break
                if block.first > covered:
                    damaged.append(range(covered, block.first))
                stream.seek(header.SIZE + block.first * self._width)
                if zlib.crc32(stream.read(block.count * self._width)) != block.checksum:
                    damaged.append(range(block.first, min(block.first + block.count, self.rows)))
                covered = block.first + block.count
        if covered < self.rows:
            damaged.append(range(covered, self.rows))
        return damaged

    @property
    def _width(self) -> int:
        return self.dimension * BYTES

    def _rows_in_file(self) -> int:
        return max(0, self.path.stat().st_size - header.SIZE) // self._width if self.path.exists() else 0

    def _cut(self, rows: int) -> None:
        size = header.SIZE + rows * self._width
        if self.path.stat().st_size > size:
            with self.path.open("r+b") as stream:
                stream.truncate(size)
                os.fsync(stream.fileno())
        kept = [block for block in self.blocks() if block.first + block.count <= rows]
        records = b"".join(_packed(block) for block in kept)
        if not self._blocks_path.exists() or self._blocks_path.stat().st_size != len(records):
            _write_synced(self._blocks_path, records, "wb")


def _packed(block: Block) -> bytes:
    record = struct.pack("<QQI", block.first, block.count, block.checksum)
    return record + struct.pack("<I", zlib.crc32(record))


def _write_synced(path: Path, data: bytes, mode: str) -> None:
    with path.open(mode) as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
