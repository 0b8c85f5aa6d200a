"""What is taken out can be read back with the same ids and values, and nothing is ever written over."""

import csv
import json

import numpy as np
import pytest

from engine.export import formats
from engine.workflows.export_items import ExportItems
from tests.support.builders import invented_vectors, library_with
from tests.support.tiny_model import make_tiny_model

CHOSEN = (20, 3, 4, 5, 10)


@pytest.fixture
def engine(tmp_path):
    with library_with(tmp_path, 40, vectors=False) as engine:
        engine.marks.tag([3, 4], 'night, "blue"')
        engine.marks.stars([5], 4)
        yield engine


def export(engine, form, target, ids=CHOSEN):
    return engine.jobs.wait(engine.jobs.submit(ExportItems(ids, form, str(target))), 60)


def check_rows(engine, rows):
    cards = engine.items.cards(CHOSEN)
    assert [int(row["id"]) for row in rows] == list(CHOSEN)
    assert [row["path"] for row in rows] == [card.path for card in cards]
    assert [row["kind"] for row in rows] == [card.kind for card in cards]
    assert [int(row["stars"]) for row in rows] == [0, 0, 0, 4, 0]
    for row, card in zip(rows, cards):
        assert (float(row["taken_at"]) if row["taken_at"] not in ("", None) else None) == card.taken_at
        assert (row["text"] or None) == card.text
        assert (float(row["seconds"]) if row["seconds"] not in ("", None) else None) == card.seconds


def test_a_csv_table_reads_back_the_same(engine, tmp_path):
    finished = export(engine, "csv", tmp_path / "out" / "items.csv")
    assert finished.summary == f"Exported 5 items to “{tmp_path / 'out' / 'items.csv'}”."
    with (tmp_path / "out" / "items.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    check_rows(engine, rows)
    assert json.loads(rows[1]["tags"]) == ['night, "blue"']


def test_json_lines_read_back_the_same(engine, tmp_path):
    export(engine, "jsonl", tmp_path / "items.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "items.jsonl").read_text("utf-8").splitlines()]
    check_rows(engine, rows)
    assert rows[2]["tags"] == ['night, "blue"']


def test_a_parquet_table_reads_back_the_same(engine, tmp_path):
    import pyarrow.parquet as pq

    export(engine, "parquet", tmp_path / "items.parquet")
    rows = pq.read_table(tmp_path / "items.parquet").to_pylist()
    check_rows(engine, rows)
    assert rows[2]["tags"] == ['night, "blue"']


def test_a_list_of_paths_names_each_file_once(engine, tmp_path):
    export(engine, "paths", tmp_path / "paths.txt", (*CHOSEN, 3))
    assert (tmp_path / "paths.txt").read_text("utf-8").splitlines() == [
        card.path for card in engine.items.cards(CHOSEN)
    ]


def test_picture_and_caption_pairs_are_a_table_open_clip_reads(engine, tmp_path):
    finished = export(engine, "pairs", tmp_path / "pairs.tsv")
    with (tmp_path / "pairs.tsv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    assert [row["filepath"] for row in rows] == [card.path for card in engine.items.cards([20, 10])]
    assert rows[1]["title"] == engine.items.cards([15])[0].text
    assert finished.summary.startswith("Exported 2 pairs")


def test_vectors_come_with_the_ids_of_their_rows_and_the_space_they_are_of(tmp_path):
    with library_with(tmp_path, 40, model=make_tiny_model(tmp_path / "model")) as engine:
        export(engine, "vectors", tmp_path / "v.npy")
        matrix = np.load(tmp_path / "v.npy")
        with (tmp_path / "v.items.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        assert [int(row["id"]) for row in rows] == list(CHOSEN)
        assert np.abs(matrix - invented_vectors(40, 32)[np.array(CHOSEN) - 1]).max() < 1e-3
        about = json.loads((tmp_path / "v.space.json").read_text())
        assert (about["space"], about["dimension"]) == (engine.models.space().key, 32)


def test_copies_of_files_never_replace_anything(engine, tmp_path):
    paths = [engine.items.path_of(number) for number in CHOSEN]
    for number, path in enumerate(paths[:3]):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"original %d" % number)
    folder = tmp_path / "copies"
    folder.mkdir()
    (folder / paths[0].name).write_bytes(b"was here before")
    finished = export(engine, "files", folder)
    assert finished.summary.startswith("Exported 3 files")
    assert (folder / paths[0].name).read_bytes() == b"was here before"
    assert (folder / f"{paths[0].stem} (2){paths[0].suffix}").read_bytes() == b"original 0"
    assert (folder / paths[2].name).read_bytes() == b"original 2"
    assert [path.read_bytes() for path in paths[:3]] == [b"original 0", b"original 1", b"original 2"]


def test_an_export_is_never_written_over_an_original(engine, tmp_path):
    original = engine.items.path_of(3)
    original.parent.mkdir(parents=True, exist_ok=True)
    original.write_bytes(b"a picture")
    finished = export(engine, "csv", original)
    assert finished.outcome == "failed"
    assert "Originals are never written over" in finished.reason
    assert original.read_bytes() == b"a picture"


def test_a_place_that_cannot_be_written_is_named_and_nothing_is_left(engine, tmp_path):
    (tmp_path / "file").write_text("in the way")
    finished = export(engine, "csv", tmp_path / "file" / "items.csv")
    assert finished.outcome == "failed"
    assert "could not be written" in finished.reason
    assert not list(tmp_path.glob("**/*.part"))


def test_an_unknown_format_is_answered_with_those_there_are(engine, tmp_path):
    finished = export(engine, "floppy", tmp_path / "x")
    assert finished.outcome == "failed"
    assert all(form.key in finished.remedy for form in formats())


def test_every_format_says_what_it_makes():
    assert {form.key for form in formats()} >= {"csv", "files", "jsonl", "map", "pairs", "parquet", "paths", "vectors"}
    for form in formats():
        assert form.title
        assert form.help.endswith(".")
