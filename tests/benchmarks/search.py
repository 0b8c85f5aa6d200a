"""How long a search takes once the question is a vector, and how many of the true best 100 it finds.

`python -m tests.benchmarks.search [ROWS ...]` (default 100000 1000000), 512 dimensions. The vectors stand in 2,000 clusters of very
unequal size with a decaying spectrum; half of the questions come from the other side of a modality gap, as words do for pictures.
Ours: the exact scan up to 200,000 rows, above it the compressed index with exact refinement. Peers in the same run: numpy
brute force in float32, and faiss.IndexFlatIP. At 100,000 rows also a whole search through the facade (filter, bands, words, cards' ids).
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine.indexes import scan
from engine.indexes.compressed import CompressedIndex
from engine.retrieval.scoring import LARGE
from tests.benchmarks.machine import machine

DIMENSION = 512
CLUSTERS = 2_000
QUESTIONS = 40
BEST = 100


def make_rows(rows: int, file: Path) -> tuple[np.ndarray, np.ndarray]:
    """(memory-mapped float16 (rows, 512), questions float32 (QUESTIONS, 512))."""
    random = np.random.default_rng(0)
    spectrum = (1 / np.sqrt(1 + np.arange(DIMENSION) / 24)).astype(np.float32)
    centres = random.standard_normal((CLUSTERS, DIMENSION), dtype=np.float32) * spectrum
    weight = 1 / np.arange(1, CLUSTERS + 1) ** 0.8
    weight /= weight.sum()
    side = np.zeros(DIMENSION, np.float32)
    side[0] = 6.0

    def draw(count: int, sign: float) -> np.ndarray:
        noise = random.standard_normal((count, DIMENSION), dtype=np.float32) * spectrum
        made = centres[random.choice(CLUSTERS, count, p=weight)] + 0.9 * noise + sign * side
        return made / np.linalg.norm(made, axis=1, keepdims=True)

    kept = np.lib.format.open_memmap(file, "w+", np.float16, (rows, DIMENSION))
    for start in range(0, rows, 50_000):
        kept[start : start + 50_000] = draw(min(50_000, rows - start), 1.0)
    kept.flush()
    questions = np.concatenate([draw(QUESTIONS // 2, 1.0), draw(QUESTIONS // 2, -1.0)])
    return np.load(file, mmap_mode="r"), questions.astype(np.float32)


def timed(search: Callable[[np.ndarray], np.ndarray], questions: np.ndarray) -> tuple[float, float, list[np.ndarray]]:
    """(median ms, p95 ms, rows found per question)."""
    search(questions[0])
    took, found = [], []
    for question in questions:
        began = time.perf_counter()
        found.append(search(question))
        took.append(1000 * (time.perf_counter() - began))
    return round(float(np.median(took)), 2), round(float(np.percentile(took, 95)), 2), found


def recall(found: list[np.ndarray], truth: list[np.ndarray]) -> float:
    return round(float(np.mean([len(np.intersect1d(a, b)) / BEST for a, b in zip(found, truth)])), 4)


def measure(rows: int, folder: Path) -> dict[str, object]:
    import faiss

    matrix, questions = make_rows(rows, folder / f"{rows}.npy")
    index: CompressedIndex | None = None
    build_s = 0.0
    if rows > LARGE:
        began = time.perf_counter()
        index = CompressedIndex.build(matrix)
        build_s = time.perf_counter() - began
        ours = timed(lambda question: index.nearest(matrix, question, BEST)[0], questions)
        index.save(folder / "index")
        bytes_read = (folder / "index").stat().st_size
    else:
        ours = timed(lambda question: scan.nearest(matrix, question, BEST)[0], questions)
        bytes_read = matrix.nbytes
    exact = timed(lambda question: scan.nearest(matrix, question, BEST)[0], questions)

    full = matrix.astype(np.float32)

    def brute(question: np.ndarray) -> np.ndarray:
        cosines = full @ question
        best = np.argpartition(-cosines, BEST)[:BEST]
        return best[np.argsort(-cosines[best])]

    numpy_peer = timed(brute, questions)
    flat = faiss.IndexFlatIP(DIMENSION)
    flat.add(full)
    faiss_peer = timed(lambda question: flat.search(question[None], BEST)[1][0], questions)
    truth = numpy_peer[2]
    half = QUESTIONS // 2
    return {
        "ours": {
            "ms": ours[0],
            "p95_ms": ours[1],
            "recall@100": recall(ours[2], truth),
            "recall@100_across_the_gap": recall(ours[2][half:], truth[half:]),
            "exact_mode_ms": exact[0],
            "exact_mode_recall@100": recall(exact[2], truth),
            "bytes_scanned": bytes_read,
            "build_s": round(build_s, 1),
        },
        "peer": {"numpy_ms": numpy_peer[0], "faiss_flat_ms": faiss_peer[0], "bytes_scanned": full.nbytes},
        "ratio": round(min(numpy_peer[0], faiss_peer[0]) / ours[0], 2),
    }


def whole_search(rows: int, folder: Path) -> dict[str, object]:
    """Milliseconds of `engine.search.hits` in a library, the words' vector known and not."""
    from engine.values import Filter, Query, Term
    from tests.support.builders import library_with
    from tests.support.tiny_model import make_tiny_model

    with library_with(folder, rows, model=make_tiny_model(folder / "model", dimension=DIMENSION)) as engine:
        engine.search.warm()

        def median(queries: list[Query]) -> float:
            engine.search.hits(queries[0])
            took = []
            for query in queries:
                began = time.perf_counter()
                engine.search.hits(query)
                took.append(1000 * (time.perf_counter() - began))
            return round(float(np.median(took)), 1)

        return {
            "words_ms": median([Query((Term(words="a red boat"),))] * 20),
            "as_you_type_ms": median([Query((Term(words="a red boat at sea"[:length]),)) for length in range(3, 17)]),
            "example_ms": median([Query((Term(item_id=number),)) for number in range(100, 120)]),
            "filtered_ms": median([Query((Term(words="a red boat"),), Filter(kinds=("image",)))] * 20),
            "model": "two-layer text tower",
        }


def main() -> None:
    sizes = [int(word) for word in sys.argv[1:]] or [100_000, 1_000_000]
    with tempfile.TemporaryDirectory() as made:
        found = {str(rows): measure(rows, Path(made)) for rows in sizes}
        whole = whole_search(min(sizes), Path(made))
    print(
        json.dumps(
            {
                "benchmark": "search",
                "ours": {size: figures["ours"] for size, figures in found.items()} | {"whole_search": whole},
                "peer": {size: figures["peer"] for size, figures in found.items()},
                "ratio": {size: figures["ratio"] for size, figures in found.items()},
                "machine": machine(),
            }
        )
    )


if __name__ == "__main__":
    main()
