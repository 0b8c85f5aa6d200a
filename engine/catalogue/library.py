"""The open library database: short read sessions for anyone, one write session at a time, one writing process.

SQLAlchemy is imported with the first session, so that opening a library costs the window almost nothing.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.catalogue import restoring, schema
from engine.errors import LibraryLocked, UserFixable, disk_full

if TYPE_CHECKING:
    from sqlalchemy import Engine as Database
    from sqlalchemy.orm import Session

DATABASE = "library.sqlite"
LOCK = "library.lock"
BUSY_MS = 10_000
CACHE_KIB = 65_536
MAPPED_BYTES = 1 << 28


class Library:
    """One folder that holds all state of a user's work. Sessions belong to the thread that opened them."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self.folder = folder
        self.read_only = read_only
        self.path = folder / DATABASE
        self._writing = threading.RLock()
        self._current = threading.local()
        self._lock: Any = None
        if not read_only:
            self._lock = take_lock(folder)
        try:
            if not read_only:
                restoring.finish(folder)
            schema.prepare(self.path, read_only=read_only)
        except Exception as fault:
            self._release()
            if (trouble := disk_trouble(fault)) is not fault:
                raise trouble from fault
            raise
        except BaseException:
            self._release()
            raise

    @cached_property
    def _database(self) -> Database:
        from sqlalchemy import create_engine, event
        from sqlalchemy.pool import QueuePool

        database = create_engine(
            "sqlite://", creator=self._connect, poolclass=QueuePool, pool_size=8, max_overflow=24, pool_use_lifo=True
        )
        # Without this sqlite3 begins a transaction only at the first change, and a reader that becomes a writer
        # may then find its snapshot too old.
        event.listen(database, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        return database

    def _connect(self) -> sqlite3.Connection:
        return connect(self.path, read_only=self.read_only)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment of the library. Never blocks, and is never blocked by, the writer."""
        from sqlalchemy.orm import Session

        with Session(self._database, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """The one write session of the process; commits at the end, rolls back when anything is raised.

        Keep it as short as one batch. A `write()` inside a `write()` of the same thread joins the outer one.
        Raises `UserFixable` when the library is open to look only.
        """
        from sqlalchemy.exc import OperationalError
        from sqlalchemy.orm import Session

        if self.read_only:
            raise LibraryLocked
        with self._writing:
            outer: Session | None = getattr(self._current, "session", None)
            if outer is not None:
                yield outer
                outer.flush()
                return
            with Session(self._database, expire_on_commit=False) as session:
                self._current.session = session
                try:
                    yield session
                    session.commit()
                except OperationalError as fault:
                    raise disk_trouble(fault) from fault
                finally:
                    self._current.session = None

    def fact(self, name: str) -> str | None:
        """What the library remembers under `name`."""
        from engine.catalogue.tables import Fact

        with self.read() as session:
            row = session.get(Fact, name)
            return row.value if row else None

    def remember(self, name: str, value: str | None) -> None:
        """Keep (or with None forget) one fact."""
        from engine.catalogue.tables import Fact

        with self.write() as session:
            row = session.get(Fact, name)
            if value is None:
                if row:
                    session.delete(row)
            elif row:
                row.value = value
            else:
                session.add(Fact(name=name, value=value))

    def backup(self, target: Path) -> None:
        """Copy the database as of now into `target` while it stays in use."""
        with sqlite3.connect(target) as copy, self.read() as session:
            raw = session.connection().connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            raw.backup(copy)
        copy.close()

    def close(self) -> None:
        """Fold the write-ahead log in, close every connection and let the lock go."""
        if "_database" in self.__dict__:
            self._database.dispose()
        if not self.read_only and self.path.exists():
            with suppress(
                sqlite3.OperationalError
            ):  # a full disk: the log stays beside the database and is folded in later
                connection = connect(self.path)
                try:
                    connection.execute("PRAGMA optimize")  # keeps the planner's figures fresh; a moment at most
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                finally:
                    connection.close()
        self._release()

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection with the settings every part of the library relies on.

    `synchronous=NORMAL` is enough in WAL mode: a power cut may lose the last transactions but never damages the file, and
    vectors are on the disk before the rows that point at them are written, so what is lost is indexed again.
    """
    uri = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False, timeout=BUSY_MS / 1000, isolation_level=None)
    if not read_only:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA temp_store=MEMORY")
    connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    connection.execute(f"PRAGMA mmap_size={MAPPED_BYTES}")
    return connection


def disk_trouble(fault: Exception) -> Exception:
    """Sort SQLite's and the system's complaints into what the user can mend (disk full, no permission) and what is our mistake."""
    words = str(fault)
    if full := disk_full(fault):
        return full
    if "readonly" in words or "unable to open" in words:
        return UserFixable(
            "The library cannot be written to.", "Nothing was changed.", "Check that its folder may be written to."
        )
    return fault


def take_lock(folder: Path) -> Any:
    """The lock of the one process that may write. Raises `LibraryLocked`, or `UserFixable` for a folder that cannot be used."""
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK, thread_local=False)
        lock.acquire(timeout=0)
    except Timeout:
        raise LibraryLocked from None
    except OSError as fault:
        raise UserFixable(
            f"The library folder “{folder}” cannot be used.",
            "Nothing was changed.",
            "Choose a folder that may be written to.",
        ) from fault
    return lock
