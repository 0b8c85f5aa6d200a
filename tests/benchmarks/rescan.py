"""Looking again at 100,000 unchanged files: ours against hashing photos, which is what telling by content alone would cost.

`python -m tests.benchmarks.rescan [files]` prints one JSON line. The files are real and small; their rows are written as an earlier
scan would have left them.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from engine.engine import Engine
from engine.jobs.progress import Progress
from engine.workflows.rescan import Rescan
from tests.benchmarks.machine import machine
from tests.support.builders import open_empty

PHOTOS, PHOTO_BYTES = 60, 3_500_000


def main(count: int = 100_000) -> None:
    """Make the files, look again, print."""
    with tempfile.TemporaryDirectory(prefix="sightline-rescan-") as place:
        folder = Path(place) / "archive"
        _make_files(folder, count)
        with open_empty(Path(place) / "library") as engine:
            _remember(engine, folder)
            Rescan(1).run(engine, Progress())  # the page cache of both contestants is warm
            began = time.perf_counter()
            summary = Rescan(1).run(engine, Progress())
            ours = time.perf_counter() - began
            assert summary.unchanged == count, summary
        peer = _hash_photos(Path(place) / "photos") * count
    print(
        json.dumps(
            {
                "benchmark": "rescan",
                "ours": {"files": count, "seconds": round(ours, 2), "limit_seconds": 10 * count / 100_000},
                "peer": {
                    "what": f"hash as many photos of {PHOTO_BYTES / 1e6:g} MB with BLAKE3, scaled from {PHOTOS} in the page cache",
                    "seconds": round(peer, 1),
                },
                "ratio": round(peer / ours, 2),
                "machine": machine(),
            }
        )
    )


def _make_files(folder: Path, count: int) -> None:
    for number in range(count):
        if number % 500 == 0:
            inside = folder / f"{number // 5000:03}" / f"{number // 500:04}"
            inside.mkdir(parents=True)
        (inside / f"picture {number:06}.jpg").write_bytes(b"\xff\xd8\xff" + number.to_bytes(4, "big") * 64)


def _remember(engine: Engine, folder: Path) -> None:
    from sqlalchemy import insert

    from engine.catalogue.tables import File
    from engine.files.scan import Walk

    engine.collections.add(folder)
    rows = [
        {
            "collection_id": 1,
            "path": found.path,
            "size": found.size,
            "mtime_ns": found.mtime_ns,
            "content_hash": f"{number:064x}",
            "kind": "image",
            "status": "ok",
        }
        for number, found in enumerate(Walk(str(folder)))
    ]
    with engine.library.write() as session:
        session.execute(insert(File), rows)


def _hash_photos(folder: Path) -> float:
    """Seconds to read and hash one file of a photo's size."""
    from blake3 import blake3

    folder.mkdir()
    for number in range(PHOTOS):
        (folder / f"{number}").write_bytes(os.urandom(PHOTO_BYTES))
    began = time.perf_counter()
    for number in range(PHOTOS):
        with open(folder / f"{number}", "rb") as file:
            blake3(file.read()).hexdigest()
    return (time.perf_counter() - began) / PHOTOS


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
