"""How long 50,000 vectors of width 512 take to become a map, and how good it is: ours against umap-learn, in the same run.

`python -m tests.benchmarks.map_layout [COUNT] [--photos]`. Invented vectors lie in 300 clusters of uneven size, each spread along eight
directions of its own, in twenty families. `--photos` takes pictures of the photos64 set through the starter model instead.
Both are told 15 neighbours and cosine; both have compiled their code before the clock starts. Quality is asked on the same 2,000 points.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np

from engine.maps.messages import Arrange, VectorFile
from engine.maps.quality import Quality, quality
from engine.maps.supervisor import MapWorker
from tests.benchmarks.machine import machine

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
STARTER = Path(__file__).resolve().parents[2] / "resources" / "starter"
ASKED = 2_000


def invented(count: int, dimension: int = 512, seed: int = 0) -> np.ndarray:
    """Unit vectors float32 (count, dimension) in families of clusters of low dimension."""
    rng = np.random.default_rng(seed)
    families = rng.standard_normal((20, dimension))
    centres = (families[:, None] + 0.7 * rng.standard_normal((20, 15, dimension))).reshape(-1, dimension)
    cluster = rng.choice(len(centres), count, p=rng.dirichlet(np.full(len(centres), 0.7)))
    directions = rng.standard_normal((len(centres), 8, dimension)).astype(np.float32)
    vectors = np.empty((count, dimension), np.float32)
    for first in range(0, count, 4_096):
        block = slice(first, min(first + 4_096, count))
        own = cluster[block]
        along = np.einsum("nk,nkd->nd", rng.standard_normal((len(own), 8)), directions[own])
        vectors[block] = centres[own] + 0.3 * along + 0.25 * rng.standard_normal((len(own), dimension))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def photos(count: int) -> np.ndarray:
    """Vectors of the first `count` pictures of photos64, by the starter model."""
    from engine.models.encoder import Encoder

    if not (DATA / "photos64").exists():
        raise SystemExit("photos64 is not here; run without --photos")
    from engine.training.starter.pictures import photos64

    encoder = Encoder.open(STARTER)
    found: list[np.ndarray] = []
    for part in ("train-0", "train-1"):
        pictures = photos64(DATA, [part]).pictures[: count - sum(map(len, found))]
        size = encoder.image.size
        found += [
            encoder.encode_images(resized(pictures[first : first + 256], size))
            for first in range(0, len(pictures), 256)
        ]
        if sum(map(len, found)) >= count:
            break
    return np.concatenate(found)


def resized(pictures: np.ndarray, size: int) -> np.ndarray:
    """uint8 (n, h, w, 3) at `size`."""
    if pictures.shape[1] == size:
        return pictures
    from PIL import Image

    return np.stack(
        [np.asarray(Image.fromarray(one).resize((size, size), Image.Resampling.BICUBIC)) for one in pictures]
    )


def ours(vectors: np.ndarray, folder: Path) -> tuple[np.ndarray, dict[str, object]]:
    """Positions and figures of the map worker, as the window uses it."""
    path = folder / "vectors"
    vectors.astype(np.float16).tofile(path)
    file = VectorFile(str(path), "<f2", 0, *vectors.shape)
    kinds = np.zeros(len(vectors), np.int8)
    worker = MapWorker()
    try:
        few = np.arange(2_000)
        worker.run(len(few), lambda task, frames: Arrange(task, file, frames, few, kinds[few]), lambda frame: None, _on)
        began, seen = time.perf_counter(), []
        rows = np.arange(len(vectors))
        positions, finished = worker.run(
            len(rows),
            lambda task, frames: Arrange(task, file, frames, rows, kinds),
            lambda frame: seen.append(time.perf_counter() - began),
            _on,
        )
        seconds = time.perf_counter() - began
    finally:
        worker.close()
    pauses = np.diff(seen)
    return positions, {
        "seconds": round(seconds, 2),
        "first_frame_s": round(seen[0], 2),
        "frames": len(seen),
        "frames_per_s": round(len(seen) / seconds, 1),
        "longest_pause_s": round(float(pauses.max()), 2),
        "stages_s": {name: round(value, 2) for name, value in finished.seconds.items()},
        "neighbour_recall": round(finished.recall, 3),
    }


def peer(vectors: np.ndarray) -> tuple[np.ndarray, dict[str, object]]:
    """Positions and seconds of umap-learn with its defaults, on all cores."""
    import umap

    umap.UMAP(n_neighbors=15, metric="cosine").fit_transform(vectors[:5_000])  # compiles
    began = time.perf_counter()
    positions = umap.UMAP(n_neighbors=15, metric="cosine").fit_transform(vectors)
    return positions.astype(np.float32), {"name": "umap-learn", "seconds": round(time.perf_counter() - began, 2)}


def _on() -> None:
    """Never stops."""


def _figures(found: Quality) -> dict[str, float]:
    return {
        "trustworthiness": round(found.trustworthiness, 4),
        "neighbours_kept": round(found.preservation, 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("count", nargs="?", type=int, default=50_000)
    parser.add_argument("--photos", action="store_true")
    parser.add_argument("--without-peer", action="store_true", help="umap-learn takes minutes")
    given = parser.parse_args()
    vectors = photos(given.count) if given.photos else invented(given.count)
    asked = np.random.default_rng(0).choice(len(vectors), min(ASKED, len(vectors)), replace=False)
    with tempfile.TemporaryDirectory() as folder:
        positions, figures = ours(vectors, Path(folder))
    line: dict[str, object] = {
        "benchmark": "map_layout",
        "data": "photos64 through the starter" if given.photos else "invented",
        "vectors": list(vectors.shape),
        "ours": {**figures, **_figures(quality(vectors, positions, 15, asked))},
    }
    if not given.without_peer:
        positions, other = peer(vectors)
        line["peer"] = {**other, **_figures(quality(vectors, positions, 15, asked))}
        line["ratio"] = round(float(other["seconds"]) / float(figures["seconds"]), 2)  # type: ignore[arg-type]
    print(json.dumps({**line, "machine": machine()}))


if __name__ == "__main__":
    main()
