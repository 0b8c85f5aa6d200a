"""A small copy of the vectors that is read first, for archives too large to read whole at every key: product quantisation with exact refinement.

Four bits stand for every two numbers (Jégou et al. 2011, doi:10.1109/TPAMI.2010.57; in-register scan: André et al. 2017,
doi:10.1145/3078971.3078992), an eighth of the float16 file. All rows are scanned, none is left out by a partition: questions in words lie
far from all pictures, and partitions lose a quarter of their answers (measured). The short list is then scored on the vectors themselves,
so results carry true cosines. Rows appended after the index was built are scanned as they are.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from engine.indexes import scan

TRAINED_ON = 40_000  # rows
BLOCK = 32_768
SHORT_LIST = 4_000  # rows refined for a hundred answers, or fewer


class CompressedIndex:
    """Covers rows 0 to `rows` of a vector file. Searching is safe from several threads; building and extending are not."""

    def __init__(self, index: Any) -> None:
        self._index = index
        self._lock = threading.Lock()

    @classmethod
    def build(cls, matrix: np.ndarray, step: Callable[[int], None] = lambda rows: None) -> CompressedIndex:
        """Train on a sample of `matrix` (r, d) float16, then add every row; `step(rows)` follows each block and may raise to stop."""
        import faiss

        dimension = matrix.shape[1]
        random = np.random.default_rng(0)
        sample = np.sort(random.choice(len(matrix), min(len(matrix), TRAINED_ON), replace=False))
        index = faiss.index_factory(dimension, f"PQ{dimension // 2}x4fs", faiss.METRIC_INNER_PRODUCT)
        index.train(matrix[sample].astype(np.float32))
        made = cls(index)
        made.extend(matrix, step)
        return made

    @classmethod
    def load(cls, path: Path) -> CompressedIndex | None:
        """The index kept in a file, or None when there is none that can be read."""
        import faiss

        if not path.is_file():
            return None
        try:
            return cls(faiss.read_index(str(path)))
        except RuntimeError:  # cut short by a crash; it is built again
            return None

    def save(self, path: Path) -> None:
        """Keep the index; a crash leaves the older file."""
        import faiss

        fresh = path.with_name(path.name + ".new")
        faiss.write_index(self._index, str(fresh))
        fresh.replace(path)

    @property
    def rows(self) -> int:
        return int(self._index.ntotal)

    def extend(self, matrix: np.ndarray, step: Callable[[int], None] = lambda rows: None) -> None:
        """Add the rows of `matrix` that it does not cover yet."""
        for start in range(self.rows, len(matrix), BLOCK):
            block = matrix[start : start + BLOCK].astype(np.float32)
            with self._lock:
                self._index.add(block)
            step(len(block))

    def short_list(self, matrix: np.ndarray, direction: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """(rows likely to hold the best `count`, ascending; their cosines within `scan.ROUNDING`). More rows than `count`."""
        wanted = min(max(SHORT_LIST, 4 * count), self.rows)
        with self._lock:  # faiss may not be extended while it searches
            _, found = self._index.search(direction[None].astype(np.float32), wanted)
        rows = np.sort(found[0][found[0] >= 0])
        rows = np.concatenate([rows, np.arange(self.rows, len(matrix))])
        return rows, scan.all_cosines(matrix[rows], direction)

    def nearest(self, matrix: np.ndarray, direction: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """The best `count` rows and their true cosines, best first."""
        rows, cosines = self.short_list(matrix, direction, count)
        rows = rows[scan.best_rows(cosines, count)]
        exact = scan.cosines_of(matrix, rows, direction)
        order = np.lexsort((rows, -exact))[:count]
        return rows[order], exact[order]
