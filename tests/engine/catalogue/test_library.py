"""Opening and closing libraries: one writer, safe upgrades, plain sentences."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from engine.catalogue import schema
from engine.catalogue.library import DATABASE, Library
from engine.engine import Engine
from engine.errors import LibraryLocked, UserFixable
from tests.support.builders import empty_library, library_with, open_empty

HOLD = "import sys; from engine.engine import Engine; from pathlib import Path; e = Engine.open(Path(sys.argv[1])); print('open', flush=True); sys.stdin.read(); e.close()"


def test_the_database_the_migrations_make_is_the_one_the_tables_describe(tmp_path):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import create_engine

    from engine.catalogue.tables import Base

    schema.upgrade(tmp_path / DATABASE)
    with create_engine(f"sqlite:///{tmp_path / DATABASE}").connect() as connection:
        ours = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, kind, _: (
                    not (kind == "table" and name.startswith(("item_fts", "item_trigram")))
                )
            },
        )
        assert compare_metadata(ours, Base.metadata) == []


def test_every_revision_is_known_by_name_and_in_order():
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(revisions)) == schema.REVISIONS


def test_a_second_window_is_told_that_the_library_is_open_and_may_look(tmp_path):
    empty_library(tmp_path)
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout.readline().strip() == "open"
        with pytest.raises(LibraryLocked, match="open in another window"):
            Engine.open(tmp_path)
        with Engine.open(tmp_path, read_only=True) as looking:
            assert looking.items.counts().items == 0
            with pytest.raises(LibraryLocked):
                looking.marks.tag([1], "night")
    finally:
        other.communicate("")
    with Engine.open(tmp_path) as free_again:
        assert not free_again.closed_unexpectedly


def test_a_window_that_was_killed_leaves_no_lock_and_the_next_one_knows(tmp_path):
    empty_library(tmp_path)
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    other.stdout.readline()
    other.kill()
    other.communicate()
    with Engine.open(tmp_path) as again:
        assert again.closed_unexpectedly
    with Engine.open(tmp_path) as once_more:
        assert not once_more.closed_unexpectedly


def test_a_library_of_a_newer_version_is_refused_untouched_with_the_version_named(tmp_path):
    empty_library(tmp_path)
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.execute("UPDATE fact SET value = '2.1' WHERE name = 'version'")
    connection.close()
    before = (tmp_path / DATABASE).read_bytes()
    with pytest.raises(UserFixable) as refused:
        Engine.open(tmp_path)
    assert str(refused.value) == (
        "This library was made by a newer Sightline (2.1). Nothing was changed. Update to open it."
    )
    assert (tmp_path / DATABASE).read_bytes() == before


def test_a_file_that_is_no_library_is_refused_in_plain_words(tmp_path):
    (tmp_path / DATABASE).write_bytes(b"these are holiday notes, not a database" * 40)
    with pytest.raises(UserFixable, match="cannot be read as a library"):
        Engine.open(tmp_path)


def test_an_older_library_is_kept_as_it_was_before_it_is_upgraded(tmp_path, monkeypatch):
    empty_library(tmp_path)
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        connection.execute("DELETE FROM alembic_version")
    connection.close()
    before = (tmp_path / DATABASE).read_bytes()
    upgraded: list[Path] = []
    monkeypatch.setattr(schema, "upgrade", upgraded.append)
    Library(tmp_path).close()
    (kept,) = tmp_path.glob(f"{DATABASE}.before-*")
    assert upgraded == [tmp_path / DATABASE]
    assert kept.read_bytes() == before


def test_nothing_is_written_when_a_write_stops_halfway(tmp_path):
    with open_empty(tmp_path) as engine:
        with pytest.raises(RuntimeError), engine.library.write():  # noqa: PT012 - what comes before the fault matters
            engine.library.remember("colour", "blue")
            raise RuntimeError("the power went")
        assert engine.library.fact("colour") is None


def test_opening_a_library_imports_neither_torch_nor_a_database_layer(tmp_path):
    empty_library(tmp_path)
    program = (
        "import sys; from pathlib import Path; from engine.engine import Engine; Engine.open(Path(sys.argv[1])).close();"
        "print([m for m in ('torch','faiss','umap','numba','sqlalchemy','alembic','PySide6') if m in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_a_snapshot_holds_what_the_library_held(tmp_path):
    with library_with(tmp_path, 200) as engine:
        engine.marks.tag([1, 2, 3], "night")
        engine.library.backup(tmp_path / "snapshot.sqlite")
        engine.marks.delete_tag("night")
    (tmp_path / "again").mkdir()
    (tmp_path / "snapshot.sqlite").rename(tmp_path / "again" / DATABASE)
    with Engine.open(tmp_path / "again") as restored:
        assert [(tag.name, tag.items) for tag in restored.marks.tags()] == [("night", 3)]
        assert restored.items.counts().items == 200


def test_a_library_of_the_first_revision_is_upgraded_with_all_it_holds(tmp_path):
    schema.upgrade(tmp_path / DATABASE, "0001")
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        connection.execute(
            "INSERT INTO item(id, content_hash, passage, kind, name, mat, added_at) VALUES (1,'a',0,'image','a.jpg',0,0)"
        )
        connection.execute("INSERT INTO tag(id, name) VALUES (1, 'night')")
        connection.execute("INSERT INTO item_tag(tag_id, item_id) VALUES (1, 1)")
    connection.close()
    with Engine.open(tmp_path) as engine:
        assert [(tag.name, tag.items) for tag in engine.marks.tags()] == [("night", 1)]
        assert engine.judgements.of("duplicate") == {}
    assert schema.revision_of(tmp_path / DATABASE) == schema.REVISIONS[-1]
    assert len(list(tmp_path.glob(f"{DATABASE}.before-0001-*"))) == 1
