"""A library is kept in one file and comes back from it bit for bit; nothing half done is left by a kill, a bad file or a full disk."""

from __future__ import annotations

import hashlib
import os
import zipfile
from pathlib import Path

import pytest

from engine.catalogue import restoring
from engine.commands.main import main
from engine.engine import Engine
from engine.errors import LibraryLocked, UserFixable
from engine.workflows.snapshots import MakeSnapshot, look_into, restore
from tests.support.builders import library_with


@pytest.fixture
def library(tmp_path: Path) -> Path:
    with library_with(tmp_path, 40) as engine:
        engine.marks.tag((1, 2, 3), "night")
        return engine.folder


@pytest.fixture
def snapshot(tmp_path: Path, library: Path) -> Path:
    target = tmp_path / "monday.sightline"
    with Engine.open(library, device="cpu") as engine:
        finished = engine.jobs.wait(engine.jobs.submit(MakeSnapshot(str(target))))
    assert finished.outcome == "done", finished.details
    return target


def sums(folder: Path) -> dict[str, str]:
    parts = [folder / "library.sqlite", *sorted((folder / "vectors").iterdir()), *sorted((folder / "maps").iterdir())]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in parts}


def inside(snapshot: Path) -> dict[str, str]:
    with zipfile.ZipFile(snapshot) as file:
        return {
            name: hashlib.sha256(file.read(name)).hexdigest() for name in file.namelist() if name != "snapshot.json"
        }


def tags(library: Path) -> list[str]:
    with Engine.open(library, device="cpu") as engine:
        return sorted(tag.name for tag in engine.marks.tags())


def test_what_comes_back_is_the_snapshot_bit_for_bit(library: Path, snapshot: Path) -> None:
    with Engine.open(library, device="cpu") as engine:
        engine.marks.delete_tag("night")
        engine.marks.tag((5,), "later")

    aside = restore(library, snapshot)

    assert sums(library) == inside(snapshot)
    assert tags(library) == ["night"]
    assert (aside / "library.sqlite").exists()  # what was there is kept
    with Engine.open(library, device="cpu") as engine:
        assert engine.items.counts().items == 40
        assert len(engine.search.neighbours(1, 5)) == 5 if engine.models.loaded() else True


def test_a_snapshot_says_what_is_in_it(snapshot: Path) -> None:
    found = look_into(snapshot)
    assert found.items == 40
    assert found.made_at > 1_700_000_000


def test_an_open_library_is_not_restored_under_its_user(library: Path, snapshot: Path) -> None:
    with Engine.open(library, device="cpu"), pytest.raises(LibraryLocked):
        restore(library, snapshot)
    assert tags(library) == ["night"]


def test_a_damaged_or_foreign_file_changes_nothing(library: Path, snapshot: Path, tmp_path: Path) -> None:
    before = sums(library)
    data = bytearray(snapshot.read_bytes())
    data[len(data) // 2] ^= 0xFF
    damaged = tmp_path / "damaged.sightline"
    damaged.write_bytes(data)
    escaping = tmp_path / "escaping.sightline"
    with zipfile.ZipFile(escaping, "w") as file:
        for name in ("snapshot.json", "library.sqlite"):
            file.writestr(name, '{"made_at": 1, "items": 1, "version": "1"}')
        file.writestr("vectors/../../stolen", "x")
    text = tmp_path / "letter.sightline"
    text.write_text("Dear Ada")

    for path in (damaged, escaping, text):
        with pytest.raises(UserFixable):
            restore(library, path)

    assert sums(library) == before
    assert not (tmp_path / "stolen").exists()


@pytest.mark.parametrize("steps", range(7))
def test_a_kill_while_restoring_leaves_the_library_as_it_was(
    library: Path, snapshot: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    with Engine.open(library, device="cpu") as engine:
        engine.marks.tag((5,), "later")
    done, real = [0], os.replace

    def replace_until(source: object, target: object) -> None:
        if done[0] == steps:
            raise KeyboardInterrupt  # no clean-up of ours runs between two moves
        done[0] += 1
        real(source, target)  # type: ignore[arg-type]

    monkeypatch.setattr(restoring.os, "replace", replace_until)
    try:
        restore(library, snapshot)
        finished = True
    except KeyboardInterrupt:
        finished = False
    monkeypatch.undo()

    assert tags(library) == (["night"] if finished else ["later", "night"])


def test_the_command_line_makes_shows_and_restores(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = str(tmp_path / "kept.sightline")
    words = ["--library", str(library), "snapshot"]

    assert main([*words, "make", target]) == 0
    with Engine.open(library, device="cpu") as engine:
        engine.marks.delete_tag("night")
    assert main([*words, "show", target]) == 0
    assert "40 items" in capsys.readouterr().err
    assert main([*words, "restore", target]) == 0

    assert tags(library) == ["night"]
