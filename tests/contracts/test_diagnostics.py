"""Every diagnostic keeps the same promises."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from engine.diagnostics import diagnostics
from engine.diagnostics.kept import from_json, to_json
from engine.errors import UserFixable
from engine.evidence import Groups, Measures, Pairs, Part, Plot, Table
from engine.jobs.progress import Progress
from engine.values import Filter
from engine.workflows.run_diagnostic import RunDiagnostic
from tests.support.builders import open_empty
from tests.support.measured_library import measured_library

ENTRIES = list(diagnostics)
# What these need to be told; the others answer about a whole library with their defaults.
TOLD = {
    "concepts": {"wanted": Filter(folder="2016"), "parameters": {"most": 5}},
    "duplicates": {"parameters": {"square": 0.995, "neighbour": 1.0}},  # the invented pictures are all alike
    "why_hit": {"parameters": {"words": "a heron at night", "item": 1, "patches": 3}},
}
HELP = Path(__file__).resolve().parents[2] / "resources" / "help" / "diagnostics"


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with measured_library(tmp_path_factory.mktemp("measured")) as engine:
        yield engine


def measured(engine, entry, seed=0):
    return engine.diagnostics.measure(entry.name, Progress(), seed=seed, **TOLD.get(entry.name, {}))


def test_no_diagnostic_is_switched_off_by_a_fault():
    assert diagnostics.faults == {}
    assert "space_health" in diagnostics


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
class TestDiagnostic:
    def test_says_what_it_does_and_labels_every_setting(self, entry):
        assert entry.title.endswith(".")
        assert set(entry.extra.get("needs", ())) <= {"image", "audio", "text"}
        assert all(parameter.help for parameter in entry.parameters)
        entry.made()

    def test_has_a_help_page(self, entry):
        page = (HELP / f"{entry.name}.md").read_text("utf-8")
        assert page.startswith("# ")
        assert len(page.split()) > 40

    def test_gives_finite_evidence_about_items_that_exist(self, entry, engine):
        report = measured(engine, entry)
        assert report.evidence.headline
        assert report.evidence.parts
        known = set(engine.items.ids().tolist())
        for part in report.evidence.parts:
            assert all(math.isfinite(number) for number in numbers_in(part))
            assert ids_in(part) <= known
        for advice in report.evidence.advice:
            assert advice.text.endswith(".")
            assert set(advice.item_ids) <= known

    def test_the_same_seed_gives_the_same_bytes(self, entry, engine):
        one, other = (measured(engine, entry, 3) for _ in range(2))
        assert json.dumps(to_json(one.evidence)) == json.dumps(to_json(other.evidence))
        assert to_json(one.provenance) == to_json(other.provenance)
        for name, array in one.evidence.arrays.items():
            np.testing.assert_array_equal(array, other.evidence.arrays[name])

    def test_a_kept_report_is_read_back_as_it_was(self, entry, engine):
        report = measured(engine, entry)
        again = engine.diagnostics.report(report.id)
        assert to_json(again) == to_json(report)
        assert from_json(json.loads(json.dumps(to_json(report.evidence)))).parts == report.evidence.parts
        assert engine.diagnostics.latest(entry.name).id == report.id

    def test_becomes_one_page_that_needs_nothing_else(self, entry, engine, tmp_path):
        page = engine.diagnostics.export(measured(engine, entry), tmp_path / "r.html")
        words = page.read_text("utf-8")
        assert "<script" not in words
        assert "http://" not in words.replace("http://www.w3.org", "")
        assert "https://" not in words

    def test_an_empty_library_gets_a_sentence(self, entry, tmp_path):
        with open_empty(tmp_path) as engine, pytest.raises(UserFixable) as told:
            engine.diagnostics.measure(entry.name, Progress())
        assert told.value.what.endswith(".")
        assert told.value.remedy.endswith(".")

    def test_can_be_stopped(self, entry, engine):
        told = TOLD.get(entry.name, {})
        settings = tuple(told.get("parameters", {}).items())
        job = engine.jobs.submit(RunDiagnostic(entry.name, None, told.get("wanted", Filter()), settings))
        engine.jobs.cancel(job)
        assert engine.jobs.wait(job, 60).outcome in ("cancelled", "done")  # done: it was faster


def test_a_setting_that_does_not_fit_gets_a_sentence(engine):
    for given, said in (
        ({"neighbours": 0}, "from 1 to 100"),
        ({"neighbours": "few"}, "number"),
        ({"colour": 1}, "has"),
    ):
        with pytest.raises(UserFixable, match=said):
            engine.diagnostics.measure("space_health", Progress(), parameters=given)
    with pytest.raises(UserFixable, match="Choose one of"):
        engine.diagnostics.measure("aura", Progress())


def numbers_in(part: Part) -> list[float]:
    if isinstance(part, Measures):
        return [
            float(v) for one in part.measures for v in (one.value, *(one.interval or ()), *one.scale) if v is not None
        ]
    if isinstance(part, Table):
        return [float(cell) for row in part.rows for cell in row if isinstance(cell, (int, float))]
    if isinstance(part, Plot):
        return [v for one in part.series for v in (*one.x, *one.y, *one.low, *one.high)]
    if isinstance(part, Pairs):
        return [score for pair in part.pairs for score in pair.scores]
    return [member.score for group in part.groups for member in group.members]


def ids_in(part: Part) -> set[int]:
    if isinstance(part, Table):
        return {number for number in part.item_ids if number is not None}
    if isinstance(part, Pairs):
        return {number for pair in part.pairs for number in (pair.a, pair.b)}
    if isinstance(part, Groups):
        return {member.item_id for group in part.groups for member in group.members}
    return set()
