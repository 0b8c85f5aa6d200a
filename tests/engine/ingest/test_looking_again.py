"""Looking at a folder again: contents decide, so that moved files keep what was said of them and nothing is encoded twice."""

from __future__ import annotations

import os
import shutil

import numpy as np

from engine.catalogue.tables import Item
from engine.workflows.add_folders import AddFolders
from engine.workflows.rescan import Rescan
from tests.engine.ingest.conftest import photo


def _vector_rows(engine):
    return engine.vectors.store(engine.models.space().id).rows


def _ids(engine):
    return {card.name: card.id for card in engine.items.cards(engine.items.ids())}


def test_renamed_and_moved_files_keep_their_tags_and_are_not_encoded_again(engine, archive, run):
    for number in range(12):
        photo(archive / f"photo {number}.png", number)
    run(AddFolders((str(archive),)))
    before, rows = _ids(engine), _vector_rows(engine)
    engine.marks.tag([before["photo 3.png"]], "heron")
    (archive / "deeper").mkdir()
    for number in range(12):
        (archive / f"photo {number}.png").rename(archive / "deeper" / f"renamed {number}.png")
    finish, outcomes = run(Rescan(1))
    assert {outcome.status for outcome in outcomes.values()} == {"moved"}
    assert finish.result.moved == 12
    assert finish.result.added == finish.result.removed == 0
    assert _vector_rows(engine) == rows
    assert _ids(engine)["renamed 3.png"] == before["photo 3.png"]
    assert engine.items.details(before["photo 3.png"]).tags == ("heron",)
    assert engine.items.path_of(before["photo 3.png"]) == archive / "deeper" / "renamed 3.png"


def test_an_edited_file_keeps_its_tags_and_gets_a_new_vector(engine, archive, run):
    for number in range(6):
        photo(archive / f"{number}.png", number)
    run(AddFolders((str(archive),)))
    number = _ids(engine)["2.png"]
    engine.marks.stars([number], 5)
    space = engine.models.space().id
    old = engine.vectors.of(space, [number])[1]
    rows = _vector_rows(engine)
    photo(archive / "2.png", 99, size=(80, 40))
    finish, _ = run(Rescan(1))
    assert finish.result.added == 1
    assert finish.result.unchanged == 5
    assert _vector_rows(engine) == rows + 1
    card = engine.items.cards([number])[0]
    assert (card.stars, card.width) == (5, 80)
    assert not np.allclose(engine.vectors.of(space, [number])[1], old)
    assert len(engine.items.ids()) == 6


def test_a_touched_file_with_the_same_content_is_unchanged(engine, archive, run):
    path = photo(archive / "a.png", 1)
    run(AddFolders((str(archive),)))
    os.utime(path, (1, 1))
    _, outcomes = run(Rescan(1))
    assert outcomes[str(path)].status == "unchanged"
    rows = _vector_rows(engine)
    run(Rescan(1))
    assert _vector_rows(engine) == rows == 1


def test_a_removed_file_leaves_the_library_unless_something_was_said_of_it(engine, archive, run):
    for number in range(4):
        photo(archive / f"{number}.png", number)
    shutil.copy(archive / "3.png", archive / "copy of 3.png")
    run(AddFolders((str(archive),)))
    ids = _ids(engine)
    engine.marks.flag([ids["1.png"]], 1)
    for number in (0, 1, 3):
        (archive / f"{number}.png").unlink()
    finish, _ = run(Rescan(1))
    assert finish.result.removed == 3
    left = {card.id: card for card in engine.items.cards(engine.items.ids())}
    assert ids["0.png"] not in left
    assert left[ids["1.png"]].present is False
    assert ids["2.png"] in left
    assert len(left) == 3  # the third picture still lies in its copy
    assert engine.thumbnails.get(ids["0.png"], 96) is None


def test_a_renamed_file_whose_name_another_one_took_is_recognised(engine, archive, run):
    photo(archive / "a.png", 1)
    run(AddFolders((str(archive),)))
    number = _ids(engine)["a.png"]
    engine.marks.tag([number], "first")
    (archive / "a.png").rename(archive / "b.png")
    photo(archive / "a.png", 2)
    run(Rescan(1))
    assert engine.items.path_of(number) == archive / "b.png"
    assert len(engine.items.ids()) == 2


def test_a_drive_that_is_away_loses_nothing(engine, archive, run, tmp_path):
    for number in range(3):
        photo(archive / f"{number}.png", number)
    run(AddFolders((str(archive),)))
    archive.rename(tmp_path / "unplugged")
    finish, _ = run(Rescan(1))
    assert finish.summary == (
        "The drive “archive” is not connected. Its 3 items stay searchable; originals open when it is back."
    )
    assert engine.collections.get(1).connected is False
    assert engine.items.counts().indexed == 3
    (tmp_path / "unplugged").rename(archive)
    finish, _ = run(Rescan(1))
    assert engine.collections.get(1).connected is True
    assert finish.result.unchanged == 3


def test_a_folder_that_may_not_be_read_keeps_what_was_known_of_it(engine, archive, run, monkeypatch):
    photo(archive / "open" / "a.png", 1)
    photo(archive / "closed" / "b.png", 2)
    run(AddFolders((str(archive),)))
    real = os.scandir

    def refusing(path):
        if os.fsdecode(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr("engine.files.scan.os.scandir", refusing)
    finish, _ = run(Rescan(1))
    assert finish.result.removed == 0
    assert "“closed” cannot be opened" in finish.summary
    assert len(engine.items.ids()) == 2


def test_items_left_without_a_vector_by_a_crash_get_one_the_next_time(engine, archive, run):
    for number in range(5):
        photo(archive / f"{number}.png", number)
    (archive / "words.txt").write_text("A heron in the river.", "utf-8")
    run(AddFolders((str(archive),)))
    space = engine.models.space().id
    from sqlalchemy import delete

    from engine.catalogue.tables import Vector

    with engine.library.write() as session:
        session.execute(delete(Vector).where(Vector.item_id.in_([1, 2, 3, 6])))
    assert len(engine.vectors.items_without(space)) == 4
    run(Rescan(1))
    assert engine.vectors.items_without(space) == []
    with engine.library.read() as session:
        assert session.query(Item).count() == 6
