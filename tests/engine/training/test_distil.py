"""A better model teaches a weaker one; one that is no better, or cannot see and read, is refused before any time is spent."""

from __future__ import annotations

import pytest

from engine.values import LearnFrom
from tests.support.coloured_pairs import taught
from tests.support.tiny_model import make_tiny_model


@pytest.fixture(scope="module")
def teacher(tmp_path_factory):
    """A model of another width that knows the dark grounds well."""
    return taught(make_tiny_model(tmp_path_factory.mktemp("teacher") / "wide", seed=1, dimension=48), steps=200)


def test_a_better_model_teaches_the_one_it_is_given(engine, train, teacher):
    engine.models.add(teacher, "wide")
    finished, run = train("distil", teacher="wide", passes=6.0, batch=32, weak_teacher=True)
    assert finished.outcome == "done", finished.details or finished.reason
    assert run.after["held_out_loss"] < run.before["held_out_loss"]
    assert any("“wide” finds" in note for note in run.notes)
    assert "mined_distillation" in engine.training.history(run.number)[0]
    assert engine.models.card(run.result).dimension == 32


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({}, "A teacher is needed"),
        ({"teacher": "tiny"}, "A teacher is needed"),
        ({"teacher": "gone"}, "No model called “gone” is installed."),
        ({"teacher": "classical"}, "does not read both pictures and words"),
        ({"teacher": "untaught"}, "Distillation would not help."),
    ],
)
def test_a_teacher_that_cannot_help_is_refused(engine, train, tmp_path, settings, sentence):
    if settings.get("teacher") == "untaught":
        engine.models.add(make_tiny_model(tmp_path / "untaught", seed=5), "untaught")
    finished, run = train("distil", **settings)
    assert finished.outcome == "failed"
    assert sentence in finished.reason
    assert run is None, "a run that never began leaves no trace"


def test_an_estimate_counts_the_teacher_in(engine, table, teacher):
    engine.models.add(teacher, "wide")
    settings = {"teacher": "wide", "batch": 16, "weak_teacher": True, "precision": "float32"}
    finished = engine.jobs.wait(engine.training.estimate("distil", LearnFrom(table=str(table)), settings=settings), 100)
    assert finished.outcome == "done", finished.reason
    assert finished.result.steps == 50
