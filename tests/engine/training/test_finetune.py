"""Fine-tuning on one's own pairs gives a new model that finds them better, and leaves the old one as it was."""

from __future__ import annotations

import json

import pytest
from PIL import Image

from engine.errors import UserFixable
from engine.events import TrainingReport
from engine.values import Filter, LearnFrom
from engine.workflows.add_folders import AddFolders
from tests.support.coloured_pairs import write_pairs


def test_pairs_of_a_table_make_a_new_model_that_finds_them_better(engine, train):
    before = engine.models.card("tiny")
    reports = []
    engine.jobs.subscribe(lambda event: reports.append(event) if isinstance(event, TrainingReport) else None)
    finished, run = train()
    assert finished.outcome == "done", finished.reason
    assert run.state == "done"
    assert run.after["held_out_loss"] < 0.8 * run.before["held_out_loss"]
    made = engine.models.card(run.result)
    assert made.parent == "tiny"
    assert made.checkpoint_hash != before.checkpoint_hash
    assert engine.models.card("tiny").checkpoint_hash == before.checkpoint_hash
    assert "Made on this computer by run 1" in made.about
    assert engine.models.space("tiny").id != engine.models.space(run.result).id
    assert [report.step for report in reports] == sorted(report.step for report in reports)
    assert reports[-1].losses["info_nce"] < reports[0].losses["info_nce"]
    assert engine.training.history(1)[-1]["step"] == run.steps


def test_a_run_notes_down_what_it_learnt_from(engine, train):
    _, run = train(passes=1.0)
    rows = [json.loads(line) for line in (engine.folder / "runs" / "1" / "pairs.jsonl").read_text().splitlines()]
    assert len(rows) == 96
    assert {row["side"] for row in rows} == {"learnt", "held out"}
    assert all(row["content_hash"] and row["sentences"] for row in rows)
    assert (run.pairs, run.held_out) == (86, 10)


def test_the_tag_of_items_is_enough_and_hidden_items_stay_out(engine, tmp_path, train):
    write_pairs(tmp_path / "archive", 40)
    (tmp_path / "archive" / "pictures" / "alone.png").write_bytes(b"")
    assert engine.jobs.wait(engine.jobs.submit(AddFolders((str(tmp_path / "archive"),))), 100).outcome == "done"
    pictures = [card.id for card in engine.items.cards(engine.items.ids()) if card.kind == "image"]
    engine.marks.tag(pictures[:30], "squares")
    engine.marks.hide(pictures[:4])
    wanted = LearnFrom(filter=Filter(tags=("squares",)))
    survey = engine.training.survey(wanted)
    assert (survey.files, survey.captions, survey.hidden, survey.source) == (26, 26, 4, "tag:squares")
    finished, run = train(wanted=wanted, passes=1.0, batch=8, best=False)
    assert finished.outcome == "done", finished.reason
    assert run.pairs + run.held_out == 26


@pytest.mark.parametrize("change", ["head", "locked", "lora"])
def test_what_is_not_to_change_does_not(engine, train, change):
    from engine.models.checkpoints import read_weights
    from engine.models.folder import ModelFolder

    finished, run = train(change=change, passes=2.0, best=False)
    assert finished.outcome == "done", finished.details or finished.reason
    old, new = (read_weights(ModelFolder.read(engine.models.path(key)).checkpoint) for key in ("tiny", run.result))
    assert old.keys() == new.keys()
    changed = {name for name in old if not old[name].equal(new[name])} - {"logit_scale"}
    assert changed
    if change == "head":
        assert changed == {"visual.proj", "text.text_projection"}
    elif change == "locked":
        assert all(name.startswith("text.") for name in changed)
    else:
        assert "visual.transformer.resblocks.0.attn.in_proj_weight" in changed
        assert not any("embedding" in name or "ln_" in name for name in changed)


def test_objectives_are_mixed_by_weights_and_each_is_reported_by_name(engine, train):
    finished, run = train(objectives="info_nce 1, siglip 0.5", passes=1.0, best=False)
    assert finished.outcome == "done", finished.reason
    row = engine.training.history(run.number)[0]
    assert {"info_nce", "siglip"} <= row.keys()


def test_a_run_that_helps_nobody_makes_no_model(engine, train):
    finished, run = train(learning_rate=1e-12, passes=1.0)
    assert finished.outcome == "done"
    assert run.result is None or run.after["held_out_loss"] < run.before["held_out_loss"]


def test_the_user_may_end_a_run_and_keep_its_best_step(engine, table):
    from tests.engine.training.conftest import FAST

    wanted = LearnFrom(table=str(table), languages=("en",))
    card = engine.training.create("finetune", wanted, settings=FAST | {"passes": 400.0}, anyway=True)

    def listen(event):
        if isinstance(event, TrainingReport) and event.best_step:
            engine.training.finish(card.number)

    engine.jobs.subscribe(listen)
    finished = engine.jobs.wait(engine.training.start(card.number), 100)
    assert finished.outcome == "done", finished.reason
    run = engine.training.run(card.number)
    assert run.step < run.steps
    assert run.result


def test_a_stopped_run_goes_on_or_is_kept(engine, table):
    from tests.engine.training.conftest import FAST

    wanted = LearnFrom(table=str(table), languages=("en",))
    card = engine.training.create("finetune", wanted, settings=FAST | {"passes": 8.0}, anyway=True)
    jobs = []

    def listen(event):
        if isinstance(event, TrainingReport) and event.step >= 12 and len(jobs) == 1:
            engine.jobs.cancel(jobs[0])

    leave = engine.jobs.subscribe(listen)
    jobs.append(engine.training.start(card.number))
    assert engine.jobs.wait(jobs[0], 100).outcome == "cancelled"
    leave()
    run = engine.training.run(card.number)
    assert (run.state, run.resumable) == ("cancelled", True)
    assert 12 <= run.saved_step < run.steps
    kept = engine.jobs.wait(engine.training.keep(card.number), 100)
    assert kept.outcome == "done", kept.reason
    engine.models.remove(engine.training.run(card.number).result)
    assert engine.jobs.wait(engine.training.start(card.number), 100).outcome == "done"


def test_runs_are_listed_compared_and_deleted(engine, train):
    train(passes=1.0, best=False)
    train(passes=1.0, best=False, seed=3)
    assert [run.number for run in engine.training.runs()] == [2, 1]
    (one, history), _ = engine.training.compare([1, 2])
    assert one.settings["passes"] == 1.0
    assert history
    result = engine.training.run(1).result
    engine.training.delete(1)
    assert [run.number for run in engine.training.runs()] == [2]
    assert engine.models.card(result).parent == "tiny"


def test_a_run_of_changed_pictures_does_not_go_on_as_if_nothing_had_happened(engine, tmp_path):
    from tests.engine.training.conftest import FAST

    table = write_pairs(tmp_path / "own", 30)
    card = engine.training.create(
        "finetune", LearnFrom(table=str(table)), settings=FAST | {"passes": 50.0}, anyway=True
    )
    job = engine.training.start(card.number)
    engine.jobs.subscribe(lambda event: engine.jobs.cancel(job) if isinstance(event, TrainingReport) else None)
    assert engine.jobs.wait(job, 100).outcome == "cancelled"
    for place in (tmp_path / "own" / "pictures").glob("*.png"):
        Image.new("RGB", (40, 40), "orange").save(place)
    finished = engine.jobs.wait(engine.training.start(card.number), 100)
    assert finished.outcome == "failed"
    assert "changed or are gone" in finished.reason


def test_an_estimate_comes_from_a_few_steps_and_leaves_nothing_behind(engine, table):
    job = engine.training.estimate(
        "finetune", LearnFrom(table=str(table)), settings={"batch": 16, "precision": "float32"}
    )
    finished = engine.jobs.wait(job, 100)
    assert finished.outcome == "done", finished.reason
    found = finished.result
    assert found.steps == 25
    assert found.seconds == pytest.approx(found.seconds_per_step * 25 * 1.1)
    assert found.memory_bytes > 10e6
    assert found.warnings == ("96 pairs will be learnt by heart; 200 are a fair start.",)
    assert engine.training.runs() == []


def test_a_model_without_words_is_refused_by_name(engine, monkeypatch):
    from dataclasses import replace

    card = replace(engine.models.card("tiny"), kinds=("image",))
    monkeypatch.setattr(engine.models, "card", lambda key: card)
    with pytest.raises(UserFixable, match="has no encoder for words"):
        engine.training.create("finetune", LearnFrom(table="pairs.csv"))
