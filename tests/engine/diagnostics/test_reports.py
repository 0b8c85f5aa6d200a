"""Reports: as commands, as JSON lines, as one page, and kept."""

from __future__ import annotations

import json

import pytest

from engine.commands.main import main
from engine.diagnostics.kept import KeptReports
from engine.diagnostics.report import Page
from engine.evidence import Evidence, Measure, Measures, Plot, Provenance, Report, Series, Table
from engine.values import ItemCard
from tests.support.measured_library import measured_library

NASTY = '<img src=x onerror="alert(1)"> & “quotes”'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("reports")
    with measured_library(made, 120):
        pass
    return made / "library"


def test_the_command_speaks_json_lines_and_names_where_they_come_from(folder, capsys):
    assert main(["diagnose", "space-health", "--set", "neighbours=5", "--library", str(folder), "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["diagnostic"] == "space_health"
    measures = {line["measure"]: line for line in lines if "measure" in line}
    assert {"uniformity", "hubness", "effective_rank", "duplicate_mass"} <= set(measures)
    told = lines[-1]["provenance"]
    assert told["parameters"] == {"most": 10000, "neighbours": 5}
    assert (told["items"], told["models"][0]["model"]) == (120, "tiny")
    assert main(["diagnose", "space-health", "--set", "neighbours=5", "--library", str(folder), "--json"]) == 0
    again = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert again[:-1] == lines[:-1]
    assert again[-1]["provenance"]["snapshot"] == told["snapshot"]


def test_the_command_lists_what_can_be_measured_and_refuses_what_cannot(folder, capsys):
    assert main(["diagnose", "--library", str(folder)]) == 0
    assert "space_health" in capsys.readouterr().out
    assert main(["diagnose", "aura", "--library", str(folder)]) == 1
    assert "There is no diagnostic called “aura”" in capsys.readouterr().err
    assert main(["diagnose", "space_health", "--set", "five", "--library", str(folder)]) == 1
    assert "name=value" in capsys.readouterr().err


def test_a_report_is_one_page_with_pictures_inside(folder, tmp_path, capsys):
    assert main(["diagnose", "space_health", "--out", str(tmp_path / "health.html"), "--library", str(folder)]) == 0
    page = (tmp_path / "health.html").read_text("utf-8")
    assert "Modality gap" in page
    assert "prefers-color-scheme: dark" in page
    assert "snapshot" in page


def test_words_from_files_never_become_markup():
    evidence = Evidence(
        NASTY,
        (
            Measures(NASTY, (Measure("a", NASTY, 1.0, NASTY, word=NASTY),)),
            Table(NASTY, (NASTY,), ((NASTY,), (1.5,)), (1, 2)),
            Plot(NASTY, "bars", NASTY, NASTY, (Series(NASTY, (1.0, 2.0), (3.0, 4.0)),), marks=((1.0, NASTY),)),
        ),
        left_out=(NASTY,),
    )
    report = Report(None, NASTY, evidence, Provenance("x", "1", (), 2, "", 0, (("a", NASTY),)), 0.0, 1.0)
    cards = [ItemCard(1, "image", NASTY, NASTY, None), ItemCard(2, "text", NASTY, NASTY, None, text=NASTY)]
    page = Page(report, lambda ids: cards, lambda item, edge: b"\xff\xd8picture").html()
    assert "<img src=x" not in page
    assert page.count("&lt;img src=x") >= 12
    assert "data:image/jpeg;base64," in page


def test_only_the_newest_reports_stay_and_a_damaged_one_is_passed_by(tmp_path):
    kept = KeptReports(tmp_path)
    for second in range(9):
        told = Provenance("x", "1", (("m", "", ""),), 1, "", 0, ())
        kept.keep(Report(None, "X.", Evidence(f"run {second}", ()), told, float(second), 1.0))
    assert [card.headline for card in kept.cards("x")] == [f"run {n}" for n in (8, 7, 6, 5, 4, 3)]
    (tmp_path / "x-8000.json").write_text('{"is": "Report"')
    assert len(kept.cards()) == 5
    with pytest.raises(KeyError):
        kept.load("../../secrets")
