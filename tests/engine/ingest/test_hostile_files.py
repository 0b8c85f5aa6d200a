"""Files from anywhere: broken, lying, hanging, exploding. Each costs itself, with a reason; the rest goes on."""

from __future__ import annotations

import hashlib
import os
import queue
import sys
import time
import zipfile
from pathlib import Path

import pytest

from engine.files import reasons
from engine.media import pool as pools
from engine.media.messages import Task
from engine.media.pool import MediaPool
from engine.modalities.reading import Wish
from engine.models.specs import AudioSpec, ImageSpec
from engine.workflows.add_folders import AddFolders
from engine.workflows.retry_failed import RetryFailed
from tests.engine.ingest.conftest import photo

TORTURE = Path(__file__).resolve().parents[4] / "shared" / "data" / "torture" / "files.zip"


def _read(paths, **limits):
    """Answers by path from a pool of one worker."""
    answers: queue.SimpleQueue = queue.SimpleQueue()
    with MediaPool(lambda token, answer: answers.put((token, answer)), workers=1, **limits) as pool:
        for path in paths:
            pool.submit(path, Task(os.fsencode(path), Path(path).name, Wish(ImageSpec(32), AudioSpec())))
        return dict(answers.get(timeout=60) for _ in paths)


def _tree(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        str(path.relative_to(folder)): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.skipif(not TORTURE.exists(), reason="the set of broken files is not here")
@pytest.mark.timeout(300)
def test_every_broken_file_ends_as_an_item_or_with_a_reason_and_stays_as_it_was(engine, archive, run):
    with zipfile.ZipFile(TORTURE) as packed:
        packed.extractall(archive)
    before = _tree(archive)
    finish, outcomes = run(AddFolders((str(archive),)))
    assert len(outcomes) == len(before) == 836
    for outcome in outcomes.values():
        assert outcome.status in ("added", "failed", "left alone")
        assert (outcome.reason in reasons.REASONS + reasons.SKIPPED) == (outcome.status != "added")
    assert finish.result.added > 520
    assert reasons.READER_STOPPED not in {outcome.reason for outcome in outcomes.values()}
    named = {path.rpartition("/")[2]: outcome.reason for path, outcome in outcomes.items()}
    assert named["truncated_70.jpg"] == reasons.CUT_SHORT
    assert named["text_named.jpg"] == reasons.MISNAMED
    assert named["claims_65500x65500.jpg"] == reasons.TOO_LARGE
    assert named["empty.jpg"] == reasons.EMPTY
    assert named["png_named.jpg"] == named["jpeg_no_extension"] == named["photo.heic"] == named["sixteen_bit.png"] == ""
    assert _tree(archive) == before


def test_a_reader_that_crashes_costs_one_file(tmp_path, monkeypatch):
    good = [photo(tmp_path / f"{number}.png", number) for number in range(4)]
    bad = tmp_path / "crash.png"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n")
    monkeypatch.setattr(pools, "command", lambda memory: [sys.executable, "-c", _worker_that("os.abort()")])
    answers = _read([good[0], good[1], bad, good[2], good[3]])
    assert answers[bad].reason == reasons.READER_STOPPED
    assert answers[bad].detail == "SIGABRT"
    assert all(answers[path].reading is not None for path in good)


def test_a_reader_that_hangs_is_ended_and_costs_one_file(tmp_path, monkeypatch):
    good, bad = photo(tmp_path / "a.png"), tmp_path / "crash.png"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n")
    monkeypatch.setattr(pools, "command", lambda memory: [sys.executable, "-c", _worker_that("time.sleep(99)")])
    began = time.monotonic()
    answers = _read([bad, good], seconds=0.5)
    assert time.monotonic() - began < 30
    assert answers[bad].reason == reasons.TOO_SLOW
    assert answers[good].reading is not None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits addresses reliably")
def test_a_file_that_swells_past_the_memory_limit_is_too_large(tmp_path):
    from PIL import Image

    swelling = tmp_path / "swelling.png"
    Image.new("L", (20_000, 20_000)).save(swelling, compress_level=9)
    good = photo(tmp_path / "a.png")
    answers = _read([swelling, good], memory=600 << 20)
    assert answers[swelling].reason == reasons.TOO_LARGE
    assert answers[good].reading is not None
    assert answers[good].reason is None


def test_names_that_are_not_valid_utf8_are_kept_by_their_bytes(engine, archive, run):
    raw = os.fsencode(archive) + b"/caf\xe9 \xff.png"
    try:
        os.rename(photo(archive / "a.png", 1), raw)
    except OSError:
        pytest.skip("this file system takes only valid UTF-8")
    run(AddFolders((str(archive),)))
    number = int(engine.items.ids()[0])
    assert engine.items.cards([number])[0].name == "caf\\xe9 \\xff.png"
    assert engine.items.path_of(number).read_bytes()[:4] == b"\x89PNG"
    finish, _ = run(AddFolders((str(archive),)))
    assert finish.result.unchanged == 1


def test_links_in_a_circle_are_walked_once(engine, archive, run):
    photo(archive / "deep" / "a.png", 1)
    (archive / "deep" / "back").symlink_to(archive, target_is_directory=True)
    (archive / "nowhere.png").symlink_to(archive / "gone.png")
    finish, _ = run(AddFolders((str(archive),)))
    assert finish.result.added == 1
    assert finish.result.files == 1


def test_junk_is_passed_by(engine, archive, run):
    for folder in (".git", "@eaDir", "System Volume Information", "real"):
        photo(archive / folder / "a.png", len(folder))
    (archive / "Thumbs.db").write_bytes(b"x")
    photo(archive / "real" / "._a.png", 5)
    finish, outcomes = run(AddFolders((str(archive),)))
    assert engine.items.counts().items == 1
    assert outcomes[str(archive / "real" / "._a.png")].reason == reasons.ON_JUNK_LIST
    assert finish.result.files == 2


def test_a_file_that_was_mended_can_be_tried_again(engine, archive, run):
    whole = photo(archive / "a.png", 1, size=(200, 200)).read_bytes()
    path = archive / "a.png"
    path.write_bytes(whole[: len(whole) // 2])
    run(AddFolders((str(archive),)))
    [failure] = engine.collections.failures()
    assert failure.reason == reasons.CUT_SHORT
    finish, _ = run(RetryFailed((failure.file_id,)))
    assert finish.result.failed == 1
    path.write_bytes(whole)
    finish, _ = run(RetryFailed((failure.file_id,)))
    assert engine.collections.failures() == []
    assert engine.items.counts().indexed == 1


def _worker_that(fate: str) -> str:
    """A real worker whose decoder meets `fate` on files called crash.png."""
    return (
        "import os, sys, time\n"
        "sys.argv = ['worker', str(1 << 31)]\n"
        "import engine.media.reading as reading\n"
        "real = reading.reader_of\n"
        "class Fated:\n"
        "    def decode(self, source, wish):\n"
        f"        if source.name == 'crash.png': {fate}\n"
        "        return real('image').decode(source, wish)\n"
        "reading.reader_of = lambda kind: Fated()\n"
        "from engine.media.worker import main\n"
        "main()\n"
    )
