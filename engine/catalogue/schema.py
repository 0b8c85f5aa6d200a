"""Which shape of the database this program reads: makes new libraries, upgrades older ones, refuses newer ones.

Alembic is imported only when there is something to migrate.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from pathlib import Path

import engine
from engine.errors import UserFixable

REVISIONS = ("0001", "0002")  # every revision in migrations/versions, oldest first; a test compares them
MIGRATIONS = Path(__file__).parent / "migrations"


def prepare(path: Path, *, read_only: bool = False) -> None:
    """Make `path` a database of today's shape. Raises `UserFixable` for one that is newer, foreign or damaged."""
    exists = path.exists() and path.stat().st_size > 0
    if not exists:
        if read_only:
            raise UserFixable(
                f"There is no library in “{path.parent}”.", "Nothing was changed.", "Choose another folder."
            )
        upgrade(path)
        return
    found = revision_of(path)
    if found == REVISIONS[-1]:
        return
    if found is not None and found not in REVISIONS:
        raise UserFixable(
            f"This library was made by a newer Sightline ({made_by(path) or found}).",
            "Nothing was changed.",
            "Update to open it.",
        )
    if read_only:
        raise UserFixable(
            "This library was made by an older Sightline and has to be upgraded first.",
            "Nothing was changed.",
            "Close the other window and open the library here.",
        )
    _back_up(path, found or "0000")
    upgrade(path)


def check_readable(path: Path) -> None:
    """Raises `UserFixable` for a database that this program could not open: newer, foreign or damaged."""
    found = revision_of(path)
    if found is None or found not in REVISIONS:
        raise UserFixable(
            f"This library was made by a newer Sightline ({made_by(path) or found}).",
            "Nothing was changed.",
            "Update to open it.",
        )


def revision_of(path: Path) -> str | None:
    """The revision a database stands at; None when it never had one. Raises `UserFixable` when it is not a database."""
    return _ask(path, "SELECT version_num FROM alembic_version")


def made_by(path: Path) -> str | None:
    """The version of Sightline that last wrote the library."""
    return _ask(path, "SELECT value FROM fact WHERE name = 'version'")


def upgrade(path: Path, revision: str = "head") -> None:
    """Bring a database to `revision` through Alembic, all or nothing."""
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    path.parent.mkdir(parents=True, exist_ok=True)
    plain = sqlite3.connect(path)
    plain.execute("PRAGMA journal_mode=WAL")
    plain.close()
    # sqlite3 by itself begins no transaction for CREATE, and half a database would stay behind when the disk is full
    database = create_engine(f"sqlite:///{path}", poolclass=NullPool, connect_args={"isolation_level": None})
    event.listen(database, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with database.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.exec_driver_sql(
            "INSERT INTO fact(name, value) VALUES ('version', ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
            (engine.__version__,),
        )
    database.dispose()


def _back_up(path: Path, revision: str) -> Path:
    """Keep the database as it was, beside itself, before it is upgraded."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    kept = path.with_name(f"{path.name}.before-{revision}-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}")
    shutil.copy2(path, kept)
    return kept


def _ask(path: Path, question: str) -> str | None:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        row = connection.execute(question).fetchone()
    except sqlite3.OperationalError as fault:
        if "no such table" in str(fault):
            return None
        raise _not_a_library(path) from fault
    except sqlite3.DatabaseError as fault:
        raise _not_a_library(path) from fault
    finally:
        connection.close()
    return str(row[0]) if row else None


def _not_a_library(path: Path) -> UserFixable:
    return UserFixable(
        f"“{path}” cannot be read as a library.",
        "Nothing was changed.",
        "Restore it from a snapshot, or choose another.",
    )
