"""How long the search for CLIP-blind pairs takes, in how much memory, whether it equals brute force, and whether planted pairs are found.

`python -m tests.benchmarks.blind_pairs [ROWS]` (default 100000): vectors of 384 and 540 dimensions in 2,000 clusters of unequal size with a
decaying spectrum, 200 planted pairs, 200 planted copies. Peers in the same run, on PEER_ROWS rows: numpy (the whole product in
blocks, then both limits) and faiss.IndexFlatIP.range_search; both give the first limit only or need every product.

`python -m tests.benchmarks.blind_pairs composed FOLDER` hides the pairs of FOLDER/composed_pairs among the photos of FOLDER/coco6k and reports
recall and pair accuracy of each pattern with the starter model and the built-in second opinion.
"""

from __future__ import annotations

import gzip
import io
import json
import resource
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np

from engine.diagnostics import close_pairs
from engine.jobs.progress import Progress
from engine.values import VectorEntry
from tests.benchmarks.machine import machine
from tests.support.vector_library import vector_library

PEER_ROWS = 20_000
CLUSTERS = 2_000
PLANTED = 200
ABOVE, BELOW = 0.95, 0.60


def make(rows: int) -> tuple[np.ndarray, np.ndarray, set[tuple[int, int]]]:
    """(first space (rows, 384), second space (rows, 540), planted pairs as row numbers)."""
    random = np.random.default_rng(0)
    weight = 1 / np.arange(1, CLUSTERS + 1) ** 0.8
    member = random.choice(CLUSTERS, rows, p=weight / weight.sum())
    spaces = []
    for width, spread in ((384, 0.8), (540, 1.2)):
        spectrum = (1 / np.sqrt(1 + np.arange(width) / 12)).astype(np.float32)
        centres = random.standard_normal((CLUSTERS, width), dtype=np.float32) * spectrum
        rows_of = centres[member] + spread * spectrum * random.standard_normal((rows, width), dtype=np.float32)
        spaces.append(rows_of / np.linalg.norm(rows_of, axis=1, keepdims=True))
    first, second = spaces
    chosen = random.permutation(rows)[: 4 * PLANTED].reshape(4, PLANTED)
    for target, source in ((chosen[0], chosen[1]), (chosen[2], chosen[3])):
        near = first[source] + 0.005 * random.standard_normal((PLANTED, 384), dtype=np.float32)
        first[target] = near / np.linalg.norm(near, axis=1, keepdims=True)
    apart = random.standard_normal((PLANTED, 540), dtype=np.float32)
    second[chosen[0]] = apart / np.linalg.norm(apart, axis=1, keepdims=True)  # planted: alike in one space only
    second[chosen[2]] = second[chosen[3]]  # copies: alike in both
    return first, second, {(int(min(p)), int(max(p))) for p in zip(chosen[0], chosen[1])}


def ours(rows: int, folder: Path) -> dict[str, object]:
    first, second, planted = make(rows)
    with vector_library(folder, first, np.empty((0, 384))) as engine:
        entries = [VectorEntry(n + 1) for n in range(rows)]
        engine.vectors.add(engine.models.space("classical").id, entries, second)
        del first, second, entries
        began = time.perf_counter()
        report = engine.diagnostics.measure("blind_pairs", Progress(), parameters={"per_item": 0, "shown": 5000})
        took = time.perf_counter() - began
        found = {(pair.a - 1, pair.b - 1) for pair in report.evidence.parts[0].pairs}  # type: ignore[union-attr]
    return {
        "s": round(took, 1),
        "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
        "pairs": len(found),
        "planted_found": len(found & planted) / len(planted),
    }


def equal_to_brute_force(rows: int = 10_000) -> bool:
    first, second, _ = make(rows)
    found = close_pairs.close_pairs(first, ABOVE)
    vision = close_pairs.cosines(second, found.a, found.b)
    blind = {(int(a), int(b)) for a, b in zip(found.a[vision <= BELOW], found.b[vision <= BELOW])}
    true: set[tuple[int, int]] = set()
    for top in range(0, rows, 1000):
        a, b = np.nonzero(
            (first[top : top + 1000].astype(np.float64) @ first.T.astype(np.float64) >= ABOVE)
            & (second[top : top + 1000].astype(np.float64) @ second.T.astype(np.float64) <= BELOW)
        )
        true |= {(int(x) + top, int(y)) for x, y in zip(a, b) if x + top < y}
    return blind == true


def peers(rows: int) -> dict[str, float]:
    import faiss

    first, second, _ = make(rows)
    began = time.perf_counter()
    found = close_pairs.close_pairs(first, ABOVE - 0.1)
    close_pairs.cosines(second, found.a, found.b)
    mine = time.perf_counter() - began
    began = time.perf_counter()
    for top in range(0, rows, 1024):
        close = first[top : top + 1024] @ first[top:].T
        far = second[top : top + 1024] @ second[top:].T
        np.nonzero((close >= ABOVE) & (far <= BELOW))
    brute = time.perf_counter() - began
    index = faiss.IndexFlatIP(first.shape[1])
    index.add(first)
    began = time.perf_counter()
    index.range_search(first, ABOVE - 0.1)
    flat = time.perf_counter() - began
    return {"rows": rows, "ours_s": round(mine, 2), "numpy_s": round(brute, 2), "faiss_range_search_s": round(flat, 2)}


def composed(shared: Path) -> dict[str, object]:
    """Recall and pair accuracy per pattern: 200 composed pairs hidden among the photos."""
    from engine.modalities.pictures.previews import model_pixels
    from engine.models.encoder import Encoder
    from engine.models.library import RESOURCES
    from engine.models.specs import ImageSpec
    from engine.models.vision import VisionEncoder

    with gzip.open(shared / "composed_pairs" / "pairs.jsonl.gz", "rt") as lines:
        rows = [json.loads(line) for line in lines]
    starter = Encoder.open(RESOURCES / "starter", device="cpu")
    classical = VisionEncoder.open(RESOURCES / "vision" / "classical")
    names, clip, vision = [], [], []
    for part in ("composed_pairs", "coco6k"):
        with zipfile.ZipFile(shared / part / "images.zip") as held:
            inside = sorted(name for name in held.namelist() if name.endswith(".webp"))
            for start in range(0, len(inside), 128):
                pictures = [_open(held.read(name)) for name in inside[start : start + 128]]
                clip.append(starter.encode_images(np.stack([model_pixels(p, starter.image) for p in pictures])))
                vision.append(classical.encode_images(np.stack([model_pixels(p, ImageSpec(96)) for p in pictures])))
            names += [Path(name).name if part == "composed_pairs" else name for name in inside]
    place = {name: number for number, name in enumerate(names)}
    words = [row[key] for row in rows for key in ("caption_a", "caption_b") if row[key]]
    spoken = dict(zip(words, starter.encode_texts(words)))
    first, second = np.concatenate(clip), np.concatenate(vision)
    pairs = np.array([(place[row["image_a"]], place[row["image_b"]]) for row in rows])
    cosine, far = (
        np.sum(first[pairs[:, 0]] * first[pairs[:, 1]], 1),
        np.sum(second[pairs[:, 0]] * second[pairs[:, 1]], 1),
    )
    with (
        tempfile.TemporaryDirectory() as made,
        vector_library(Path(made), first, np.empty((0, first.shape[1]))) as engine,
    ):
        engine.vectors.add(
            engine.models.space("classical").id, [VectorEntry(n + 1) for n in range(len(second))], second
        )
        told = {}
        for name, settings in (
            ("0.95 / 0.60", {}),
            ("measured", {"fit": True}),
            ("0.90 / 0.94", {"above": 0.9, "below": 0.94}),
        ):
            report = engine.diagnostics.measure(
                "blind_pairs", Progress(), parameters={"per_item": 0, "shown": 5000, **settings}
            )
            found = {(p.a - 1, p.b - 1) for p in report.evidence.parts[0].pairs}  # type: ignore[union-attr]
            hit = np.array([(min(p), max(p)) in found for p in pairs.tolist()])
            told[name] = {
                "limits": report.evidence.parts[0].note,  # type: ignore[union-attr]
                "reported": len(found),
                "planted": int(hit.sum()),
                "recall": _by_pattern(rows, hit),
                "recall_of_those_the_model_is_blind_to": {
                    str(at): [int((hit & (cosine >= at)).sum()), int((cosine >= at).sum())] for at in (0.90, 0.95)
                },
            }
    solved = np.array([_solved(row, first, place, spoken) for row in rows])
    return {
        "pictures": len(names),
        "runs": told,
        "pair_accuracy": _by_pattern(rows, solved, [row["caption_a"] is not None for row in rows]),
        "median_cosine": {
            p: [round(float(np.median(side[_of(rows, p)])), 3) for side in (cosine, far)] for p in _patterns(rows)
        },
    }


def _solved(row: dict[str, str], vectors: np.ndarray, place: dict[str, int], spoken: dict[str, np.ndarray]) -> bool:
    """Each caption scores higher with its own picture than with the other."""
    if not row["caption_a"]:
        return False
    a, b = vectors[place[row["image_a"]]], vectors[place[row["image_b"]]]
    one, other = spoken[row["caption_a"]], spoken[row["caption_b"]]
    return bool(one @ a > one @ b and other @ b > other @ a)


def _patterns(rows: list[dict[str, str]]) -> list[str]:
    return list(dict.fromkeys(row["pattern"] for row in rows))


def _of(rows: list[dict[str, str]], pattern: str) -> np.ndarray:
    return np.array([row["pattern"] == pattern for row in rows])


def _by_pattern(rows: list[dict[str, str]], hit: np.ndarray, able: list[bool] | None = None) -> dict[str, float | None]:
    usable = np.array(able) if able else np.ones(len(rows), bool)
    made: dict[str, float | None] = {}
    for pattern in _patterns(rows):
        chosen = _of(rows, pattern) & usable
        made[pattern] = round(float(hit[chosen].mean()), 3) if chosen.any() else None
    return made | {"all": round(float(hit[usable].mean()), 3)}


def _open(data: bytes):  # type: ignore[no-untyped-def]
    from PIL import Image

    return Image.open(io.BytesIO(data)).convert("RGB")


def main() -> None:
    if sys.argv[1:2] == ["composed"]:
        print(json.dumps({"benchmark": "blind_pairs composed", **composed(Path(sys.argv[2])), "machine": machine()}))
        return
    rows = int(sys.argv[1]) if sys.argv[1:] else 100_000
    with tempfile.TemporaryDirectory() as folder:
        figures = ours(rows, Path(folder))
    compared = peers(PEER_ROWS)
    print(
        json.dumps(
            {
                "benchmark": "blind_pairs",
                "ours": {"rows": rows, **figures, "equal_to_brute_force_at_10000": equal_to_brute_force()},
                "peer": compared,
                "ratio": round(min(compared["numpy_s"], compared["faiss_range_search_s"]) / compared["ours_s"], 2),
                "machine": machine(),
            }
        )
    )


if __name__ == "__main__":
    main()
