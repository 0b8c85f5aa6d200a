"""Small pictures and waveforms of items, in one SQLite file beside the library. It can be thrown away; it fills again on the next scan."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

FILE = "thumbnails.sqlite"
SHAPE = """
CREATE TABLE IF NOT EXISTS thumbnail (item_id INTEGER NOT NULL, edge INTEGER NOT NULL, data BLOB NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS ix_thumbnail ON thumbnail (item_id, edge);
CREATE TABLE IF NOT EXISTS waveform (item_id INTEGER PRIMARY KEY, peaks BLOB NOT NULL);
"""


class Thumbnails:
    """May be asked from any thread; each has a connection of its own. `folder` is the library's `thumbnails/`."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self._path = folder / FILE
        self._read_only = read_only
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._writing = threading.Lock()
        self._shaped = False

    def get(self, item_id: int, edge: int) -> bytes | None:
        """The smallest kept picture whose longest edge is at least `edge` pixels, or the largest there is. None for sounds and texts."""
        rows = self._ask(
            "SELECT data FROM thumbnail WHERE item_id = ? ORDER BY edge < ?, CASE WHEN edge < ? THEN -edge ELSE edge END LIMIT 1",
            (item_id, edge, edge),
        )
        return bytes(rows[0][0]) if rows else None

    def waveform(self, item_id: int) -> np.ndarray | None:
        """Loudness peaks of a sound, float32 (200,) in [0, 1]; None for other kinds."""
        import numpy as np

        rows = self._ask("SELECT peaks FROM waveform WHERE item_id = ?", (item_id,))
        return np.frombuffer(rows[0][0], np.uint8).astype(np.float32) / 255 if rows else None

    def put(self, item_id: int, edge: int, data: bytes) -> None:
        """Keep one picture of an item, encoded, at one size; `keep` is faster for many."""
        with self._writing, self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT OR REPLACE INTO thumbnail VALUES (?, ?, ?)", (item_id, edge, data))

    def keep(self, pictures: Mapping[int, Mapping[int, bytes]], waveforms: Mapping[int, np.ndarray]) -> None:
        """Keep pictures by item and edge, and waveforms by item; what these items had before goes."""
        import numpy as np

        ids = [(item_id,) for item_id in {*pictures, *waveforms}]
        if not ids:
            return
        with self._writing, self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("DELETE FROM thumbnail WHERE item_id = ?", ids)
            connection.executemany("DELETE FROM waveform WHERE item_id = ?", ids)
            connection.executemany(
                "INSERT INTO thumbnail VALUES (?, ?, ?)",
                [(item_id, edge, data) for item_id, sizes in pictures.items() for edge, data in sizes.items()],
            )
            connection.executemany(
                "INSERT INTO waveform VALUES (?, ?)",
                [
                    (item_id, np.rint(np.clip(peaks, 0, 1) * 255).astype(np.uint8).tobytes())
                    for item_id, peaks in waveforms.items()
                ],
            )

    def forget(self, item_ids: Iterable[int]) -> None:
        """Drop what is kept of items that left the library: their numbers may be given to others."""
        ids = [(int(item_id),) for item_id in item_ids]
        if not ids or not self._path.exists():
            return
        with self._writing, self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("DELETE FROM thumbnail WHERE item_id = ?", ids)
            connection.executemany("DELETE FROM waveform WHERE item_id = ?", ids)

    def close(self) -> None:
        """Close every thread's connection; the store may be used again afterwards."""
        with self._writing:
            for connection in self._opened:
                connection.close()
            self._opened.clear()
            self._local = threading.local()

    def _ask(self, question: str, values: tuple[int, ...]) -> list[tuple[bytes]]:
        if not self._path.exists():
            return []
        try:
            return self._connection().execute(question, values).fetchall()
        except sqlite3.DatabaseError:  # a damaged store is only a store of copies: views draw the item's name instead
            return []

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._open()
            self._local.connection = connection
            self._opened.append(connection)
        return connection

    def _open(self) -> sqlite3.Connection:
        if not self._read_only:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        mode = "ro" if self._read_only else "rwc"
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode={mode}",
            uri=True,
            check_same_thread=False,
            timeout=10,
            isolation_level=None,
        )
        if not self._read_only and not self._shaped:
            connection.execute("PRAGMA journal_mode=WAL")
            try:
                connection.executescript(SHAPE)
            except sqlite3.DatabaseError:
                connection.close()
                self._path.unlink()  # not a database any more; made of copies, so it is made again
                return self._open()
            self._shaped = True
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA mmap_size=268435456")
        return connection
