"""Vectors on disk: one append-only, memory-mapped float16 file per space.

Comes in: float32 unit vectors. Goes out: a matrix and which item each of its rows belongs to. The rows' table is kept by
whoever implements `ledger.Ledger` (the catalogue); this package imports nothing of the engine but values, events and errors.
"""

from engine.values import RowTable, VectorEntry
from engine.vectors.store import VectorStore

__all__ = ["RowTable", "VectorEntry", "VectorStore"]
