"""`sightline demo --headless` on a fresh machine: figures that add up and pictures of the real window."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.workflows.open_sample import ARCHIVE

ROOT = Path(__file__).resolve().parents[2]
STARTER = ROOT / "resources" / "starter" / "open_clip_model.safetensors"


@pytest.mark.timeout(400)
@pytest.mark.skipif(not STARTER.exists(), reason="the built-in model is not in this checkout")
def test_the_demo_indexes_maps_searches_and_photographs_the_sample(tmp_path):
    before = sorted((path, path.stat().st_mtime_ns, path.stat().st_size) for path in ARCHIVE.rglob("*"))
    answer = subprocess.run(
        [sys.executable, "-m", "desktop", "demo", "--headless", "--out", str(tmp_path / "demo"), "--json"],
        cwd=ROOT,
        env={**os.environ, "XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CONFIG_HOME": str(tmp_path / "config")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    told = json.loads(answer.stdout)
    summary = json.loads((tmp_path / "demo" / "summary.json").read_text("utf-8"))
    assert told == summary
    counts = summary["counts"]
    assert counts["images"] >= 290
    assert counts["sounds"] == 60
    assert counts["texts"] >= 400
    assert counts["failed"] == 0
    assert counts["indexed"] == counts["items"] == counts["images"] + counts["sounds"] + counts["texts"]
    assert list(summary["seconds"]) == ["open", "model", "index", "map", "search", "pictures"]
    asked = [(search["modality"], search["by"]) for search in summary["searches"]]
    assert asked == [(kind, by) for by in ("words", "example") for kind in ("image", "audio", "text")]
    for search in summary["searches"]:
        assert search["hits"], search["asked"]
        assert all(-1 <= hit["score"] <= 1.001 for hit in search["hits"])
    from PIL import Image

    for name in ("window-light", "window-dark", "search-light", "search-dark"):
        with Image.open(tmp_path / "demo" / f"{name}.png") as picture:
            assert picture.size == (1280, 800)
            assert len(picture.convert("RGB").getcolors(1 << 20) or range(99_999)) > 500  # not an empty window
    after = sorted((path, path.stat().st_mtime_ns, path.stat().st_size) for path in ARCHIVE.rglob("*"))
    assert before == after
    assert not (tmp_path / "data").exists()  # the user's own library was not touched
