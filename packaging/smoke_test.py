"""Starts Sightline as a user would and has it do its main job once, on a source checkout or on a packaged application.

`python packaging/smoke_test.py` takes the checkout it lies in; `--program PATH` takes a built one (`dist/sightline/sightline`, or
`sightline` once it is installed). `--window` also opens the window without a screen on the whole sample and photographs it.
Needs nothing but the standard library. Prints one line per check with its seconds, then one JSON object; ends in 1 at the first
check that fails.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ARCHIVE = Path("resources/sample/archive")
PICTURES, SOUNDS, NOTES = 30, 2, 3


class Smoke:
    """One run: a program, a small archive, a library of its own, and a home where nothing was before."""

    def __init__(self, program: list[str], place: Path, sample: Path, old: Path | None) -> None:
        self.program, self.place, self.sample, self.old = program, place, sample, old
        self.archive, self.library = place / "archive", place / "library"
        self.facts: dict[str, Any] = {}
        kept = (
            "PATH",
            "LANG",
            "DISPLAY",
            "NUMBA_CACHE_DIR",
            "PYTHONPATH",
            "QT_QPA_PLATFORM",
            "OMP_NUM_THREADS",
            "LD_LIBRARY_PATH",
        )
        self.environment = {name: os.environ[name] for name in kept if name in os.environ} | {
            "HOME": str(place / "home")
        }
        (place / "home").mkdir()

    def checks(self, window: bool) -> list[Callable[[], str]]:
        found = [
            self.version,
            self.techniques,
            self.index,
            self.damage,
            self.thumbnails,
            self.search,
            self.map,
            self.export,
            self.older_library,
        ]
        return [*found, self.window] if window else found

    def version(self) -> str:
        """It starts, and says which version it is."""
        told = self._run("--version").stdout.strip()
        _expect(told.startswith("Sightline "), told)
        self.facts["version"] = told.removeprefix("Sightline ")
        return told

    def techniques(self) -> str:
        """Every technique that the source beside this file declares is found, and none is switched off."""
        told = json.loads(self._run("about", "--json").stdout)
        _expect(not told["faults"], told["faults"])
        for point, names in told["techniques"].items():
            _expect(
                names == sorted(set(names) | declared(point)),
                f"{point}: found {names}, the source declares {sorted(declared(point))}",
            )
        self.facts |= {name: told[name] for name in ("techniques", "packaged")}
        return ", ".join(f"{len(names)} {point}" for point, names in told["techniques"].items())

    def index(self) -> str:
        """Pictures, sounds and texts are read by media workers and encoded by the built-in model."""
        _fill(self.archive, self.sample)
        rows = self._rows("index", str(self.archive))
        states = [row["status"] for row in rows if "path" in row]
        summary = rows[-1]["summary"]
        _expect(states.count("added") == PICTURES + SOUNDS + NOTES + 1, states)
        return f"{states.count('added')} files, {summary.get('items_per_s', '?')} items/s"

    def damage(self) -> str:
        """A broken file costs itself and has a reason."""
        (self.archive / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 and nothing more")
        rows = [row for row in self._rows("index", str(self.archive)) if row.get("status") == "failed"]
        _expect(len(rows) == 1 and rows[0]["reason"], rows)
        return rows[0]["reason"]

    def thumbnails(self) -> str:
        """Small pictures are kept in the library."""
        kept = sum(path.stat().st_size for path in (self.library / "thumbnails").rglob("*") if path.is_file())
        _expect(kept > 10_000, f"{kept} bytes of thumbnails")
        return f"{kept / 1000:.0f} kB"

    def search(self) -> str:
        """Words and an example find pictures; the example finds itself."""
        words = self._rows("search", "an animal", "-k", "5", "--modality", "image")
        _expect(len(words) == 5, words)
        picture = next(self.archive.glob("*.webp"))
        first = self._rows("search", "--like", str(picture), "-k", "3", "--modality", "image")[0]
        _expect(Path(first["path"]).name == picture.name and first["score"] > 0.98, first)
        return f"{Path(words[0]['path']).stem} first, like itself {first['score']:.3f}"

    def map(self) -> str:
        """The map worker starts, arranges, and a picture of the map is written."""
        out = self.place / "map.png"
        rows = self._rows("map", "--out", str(out))
        _expect(len(rows) >= PICTURES and all(abs(row["x"]) < 1e6 for row in rows), rows[:3])
        _expect(out.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n", "no picture")
        return f"{len(rows)} places"

    def export(self) -> str:
        """A Parquet table and the vectors come out; the vectors' digest tells whether two builds encode alike."""
        table, vectors = self.place / "items.parquet", self.place / "vectors.npy"
        self._run("export", "table", "--out", str(table), "--library", str(self.library))
        _expect(table.read_bytes()[:4] == b"PAR1" == table.read_bytes()[-4:], "not a Parquet file")
        self._run("export", "vectors", "--out", str(vectors), "--library", str(self.library))
        rows = _rows_of(vectors.read_bytes())
        self.facts["vectors"] = hashlib.sha256(b"".join(sorted(rows))).hexdigest()[:16]
        return f"{len(rows)} vectors, digest {self.facts['vectors']}"

    def older_library(self) -> str:
        """Database steps run: the new library stands at the newest one, and an older library is backed up and upgraded."""
        stands_at = _revision(self.library / "library.sqlite")
        _expect(stands_at is not None, "the library has no revision")
        if self.old is None:
            return f"new library at {stands_at}; no older one at hand"
        copy = self.place / "older"
        shutil.copytree(self.old, copy)
        before = _revision(copy / "library.sqlite")
        self._run("export", "paths", "--out", str(self.place / "paths.txt"), "--library", str(copy))
        _expect(_revision(copy / "library.sqlite") == stands_at, "it was not upgraded")
        _expect(before == stands_at or list(copy.glob("library.sqlite.before-*")), "it was not backed up")
        return f"{before} to {stands_at}"

    def window(self) -> str:
        """The real window opens on the whole sample, light and dark, and is photographed."""
        self._run("demo", "--headless", "--out", str(self.place / "demo"), timeout=600)
        told = json.loads((self.place / "demo" / "summary.json").read_text("utf-8"))
        sizes = {path.name: path.stat().st_size for path in (self.place / "demo").glob("*.png")}
        _expect(len(sizes) == 4 and min(sizes.values()) > 20_000, sizes)
        _expect(told["counts"]["failed"] == 0, told["counts"])
        self.facts["demo_seconds"] = told["seconds"]
        return f"{told['counts']['items']} items, " + ", ".join(
            f"{name} {took:.1f} s" for name, took in told["seconds"].items()
        )

    def _rows(self, *words: str) -> list[dict[str, Any]]:
        done = self._run(*words, "--json", "--library", str(self.library))
        return [json.loads(line) for line in done.stdout.splitlines()]

    def _run(self, *words: str, timeout: float = 300) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*self.program, *words],
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            env=self.environment,
            cwd=self._from(),
        )
        _expect(
            done.returncode == 0,
            f"{' '.join(words)} ended with {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}",
        )
        return done

    def _from(self) -> Path:
        return ROOT if "-m" in self.program else self.place


class Failed(Exception):
    """A check did not hold."""


def main() -> int:
    words = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    words.add_argument("--program", help="a packaged sightline; without it the source is run")
    words.add_argument("--sample", type=Path, help="the sample archive to take files from")
    words.add_argument("--old", type=Path, help="an older library to upgrade a copy of")
    words.add_argument("--window", action="store_true", help="also open the window without a screen")
    chosen = words.parse_args()
    program = [chosen.program] if chosen.program else [sys.executable, "-m", "desktop"]
    with tempfile.TemporaryDirectory(prefix="sightline-smoke-") as place:
        smoke = Smoke(program, Path(place), chosen.sample or ROOT / ARCHIVE, chosen.old)
        seconds = {}
        for check in smoke.checks(chosen.window):
            began = time.perf_counter()
            try:
                said = check()
            except Failed as fault:
                print(f"{check.__name__}: {fault}", file=sys.stderr)
                return 1
            seconds[check.__name__] = round(time.perf_counter() - began, 2)
            print(f"{check.__name__:>14} {seconds[check.__name__]:6.1f} s  {said}", file=sys.stderr)
    print(json.dumps({**smoke.facts, "seconds": seconds}))
    return 0


def declared(point: str) -> set[str]:
    """Names that the files of an extension point declare, read from the source; none where there is no source."""
    folder = {"modality": "modalities", "retrieval": "retrieval"}.get(point, f"{point}s")
    pattern = re.compile(rf'^@{point}\(\s*"([^"]+)"', re.MULTILINE)
    return {
        name for file in (ROOT / "engine" / folder).glob("*.py") for name in pattern.findall(file.read_text("utf-8"))
    }


def _fill(archive: Path, sample: Path) -> None:
    archive.mkdir()
    for pattern, count in (
        ("pictures/animals/*.webp", PICTURES),
        ("pictures/*/*.opus", SOUNDS),
        ("notes/en/*.md", NOTES),
    ):
        for file in sorted(sample.glob(pattern))[:count]:
            shutil.copy(file, archive / file.name)
    with wave.open(str(archive / "tone.wav"), "wb") as sound:  # one sound that needs no decoder, too
        sound.setparams((1, 2, 16_000, 0, "NONE", ""))
        sound.writeframes(b"".join(struct.pack("<h", (number * 640) % 20_000 - 10_000) for number in range(16_000)))


def _rows_of(array: bytes) -> list[bytes]:
    """The rows of a .npy file, whatever their order; items get their numbers as the readers finish."""
    length = struct.unpack("<H", array[8:10])[0]
    count, body = int(re.findall(rb"'shape': \((\d+),", array[:length])[0]), array[10 + length :]
    size = len(body) // count
    return [body[at : at + size] for at in range(0, len(body), size)]


def _revision(database: Path) -> str | None:
    connection = sqlite3.connect(database)
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    finally:
        connection.close()
    return row[0] if row else None


def _expect(holds: object, otherwise: object) -> None:
    if not holds:
        raise Failed(str(otherwise))


if __name__ == "__main__":
    sys.exit(main())
