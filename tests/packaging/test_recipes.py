"""The recipes for every system name what is there, take all of ours along, and the packaged program starts its workers."""

import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"


def test_the_recipes_for_linux_windows_and_macos_are_in_order():
    done = subprocess.run(
        [sys.executable, PACKAGING / "check_recipes.py"],
        capture_output=True,
        text=True,
        check=False,
        cwd=PACKAGING.parent,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("in order") == 5


@pytest.mark.parametrize(
    ("place", "variant", "out"),
    [
        ("engine/catalogue/migrations/versions/0001_first.py", "cpu", False),
        ("resources/sample/archive/tests/x.npz", "cpu", False),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", "cpu", False),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", "cpu", True),
        ("PySide6/Qt/lib/libQt6WebEngineCore.so.6", "cpu", True),
        ("torch/lib/libtorch_cpu.so", "cpu", False),
        ("torch/include/ATen/ATen.h", "cpu", True),
        ("torchvision.libs/libcudart.faf08d9a.so.13", "cpu", True),
        ("torchvision.libs/libcudart.faf08d9a.so.13", "cuda", False),
        ("nvidia/cu13/lib/libcublas.so.13", "cpu", True),
        ("pyarrow/libarrow_flight.so.2600", "cpu", True),
        ("pyarrow/libarrow.so.2600", "cpu", False),
    ],
)
def test_what_stays_out_of_a_package(place, variant, out):
    told = subprocess.run(
        [sys.executable, "-c", f"import contents; print(contents.stays_out({place!r}, {variant!r}))"],
        capture_output=True,
        text=True,
        cwd=PACKAGING,
        check=True,
    )
    assert told.stdout.strip() == str(out)


def test_the_packaged_program_becomes_a_media_worker_when_it_is_started_as_one():
    place = {**os.environ, "PYTHONPATH": str(PACKAGING.parent)}
    worker = subprocess.run(
        [sys.executable, PACKAGING / "start.py", "--media-worker", str(3 << 30)],
        input=b"",
        capture_output=True,
        env=place,
        check=False,
    )
    assert worker.returncode == 0, worker.stderr
    header, body = struct.unpack("<IQ", worker.stdout[:12])
    assert body == 0
    assert json.loads(worker.stdout[12 : 12 + header])["ready"] > 0


def test_a_frozen_application_starts_itself_again_for_its_workers(monkeypatch):
    from engine.maps import supervisor
    from engine.media import pool

    monkeypatch.setattr(sys, "frozen", True, raising=False)
    started = {supervisor.command()[1], pool.command(1)[1]}
    sys.path.insert(0, str(PACKAGING))
    try:
        import start
    finally:
        sys.path.remove(str(PACKAGING))
    assert started == set(start.WORKERS)
