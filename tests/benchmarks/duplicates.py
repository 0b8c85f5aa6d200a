"""How many planted copies are found among real photos, how many look-alikes are taken for copies, and how long 100,000 pictures take.

`python -m tests.benchmarks.duplicates quality ZIP [PICTURES]`: photos from a zip file (default 1500 of them); of every fifth a copy is planted,
changed in one of 14 ways; a group counts as found when the copy stands with its source, as false when two sources stand together that
differ. Hard negatives are the photos' own nearest neighbours, near-uniform pictures and, where a folder of composed pairs lies beside
the zip, pairs with one thing moved or changed. Peer in the same run: the perceptual hash of 64 bits (DCT), by brute force, at
the distance with the best F1.

`python -m tests.benchmarks.duplicates speed [ROWS]` (default 100000): a library of invented thumbnails and vectors.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps
from scipy.fft import dctn

from engine.evidence import Groups
from engine.jobs.progress import Progress
from tests.benchmarks.machine import machine

Picture = Image.Image


def _saved(image: Picture, quality: int) -> Picture:
    held = io.BytesIO()
    image.save(held, "JPEG", quality=quality)
    return Image.open(io.BytesIO(held.getvalue())).convert("RGB")


def _cut(image: Picture, share: float, place: float) -> Picture:
    w, h = image.size
    cw, ch = int(w * share), int(h * share)
    x, y = int((w - cw) * place), int((h - ch) * (1 - place))
    return image.crop((x, y, x + cw, y + ch))


def _marked(image: Picture) -> Picture:
    image = image.copy()
    ImageDraw.Draw(image).text((image.width * 0.5, image.height * 0.85), "(c) archive", fill="white")
    return image


CHANGES = (
    ("saved again", lambda image: _saved(image, 35)),
    ("smaller", lambda image: image.resize((image.width // 2, image.height // 2))),
    ("larger", lambda image: image.resize((image.width * 2, image.height * 2))),
    ("cut 5 %", lambda image: _cut(image, 0.95, 0.3)),
    ("cut 10 %", lambda image: _cut(image, 0.90, 1.0)),
    ("cut 20 %", lambda image: _cut(image, 0.80, 0.5)),
    ("turned", lambda image: image.rotate(90, expand=True)),
    ("upside down", lambda image: image.rotate(180)),
    ("mirrored", ImageOps.mirror),
    ("lighter", lambda image: ImageEnhance.Brightness(image).enhance(1.25)),
    ("paler", lambda image: ImageEnhance.Contrast(image).enhance(0.7)),
    ("grey", lambda image: image.convert("L").convert("RGB")),
    ("marked", _marked),
    ("softer", lambda image: image.filter(ImageFilter.GaussianBlur(1.2))),
)


def quality(source: Path, count: int) -> dict[str, object]:
    from engine.engine import Engine
    from engine.workflows.add_folders import AddFolders

    random = np.random.default_rng(0)
    truth: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "photos"
        folder.mkdir()
        with zipfile.ZipFile(source) as held:
            names = sorted(name for name in held.namelist() if name.lower().endswith((".webp", ".jpg", ".png")))
            chosen = [names[place] for place in np.sort(random.permutation(len(names))[:count])]
            for number, name in enumerate(chosen):
                image = Image.open(io.BytesIO(held.read(name))).convert("RGB")
                image.save(folder / f"{number:05}.png")
                if number % 5 == 0:
                    change = CHANGES[number // 5 % len(CHANGES)]
                    copy = f"{number:05} {change[0].replace(' ', '_').replace('_%', '')}.jpg"
                    change[1](image).save(folder / copy, quality=88)
                    truth[copy] = f"{number:05}.png"
        for number in range(40):  # near-uniform: smooth gradients that differ
            ramp = np.linspace(0, 1, 160)[:, None] if number % 2 else np.linspace(0, 1, 160)[None, :]
            colour = random.uniform(60, 200, 3)
            plain = np.clip(
                colour + ramp[..., None] * random.uniform(-50, 50, 3) + random.normal(0, 1, (160, 160, 3)), 0, 255
            )
            Image.fromarray(plain.astype(np.uint8)).save(folder / f"plain {number}.png")
        apart = _composed(source, folder)
        with Engine.open(Path(made) / "library") as engine:
            engine.jobs.wait(engine.jobs.submit(AddFolders((str(folder),))))
            began = time.perf_counter()
            evidence = engine.diagnostics.measure("duplicates", Progress(), parameters={"series": 0}).evidence
            took = time.perf_counter() - began
            found = next(part for part in evidence.parts if isinstance(part, Groups)).groups
            peer = _peer(engine, truth)
    together = [sorted(Path(member.path).name for member in group.members) for group in found]
    pairs = {(a, b) for names in together for a in names for b in names if a < b}
    true = {tuple(sorted(pair)) for pair in truth.items()}
    missed = sorted(copy for copy, original in truth.items() if tuple(sorted((copy, original))) not in pairs)
    wrong = sorted(pairs - true)
    return {
        "pictures": count + len(truth) + 40 + 2 * len(apart),
        "planted": len(true),
        "recall": round(len(pairs & true) / len(true), 4),
        "precision": round(len(pairs & true) / max(1, len(pairs)), 4),
        "missed": missed[:12],
        "wrong": wrong[:12],
        "composed_pairs_taken_for_one": sum(tuple(sorted(pair)) in pairs for pair in apart),
        "composed_pairs": len(apart),
        "s": round(took, 1),
        "peer": peer,
    }


def _composed(source: Path, folder: Path) -> list[tuple[str, str]]:
    """Pairs that differ plainly (not by turning or mirroring, which count as copies), beside the photos."""
    import gzip

    place = source.parent.parent / "composed_pairs"
    if not place.is_dir():
        return []
    with gzip.open(place / "pairs.jsonl.gz", "rt") as lines:
        rows = [json.loads(line) for line in lines]
    plain = ("position_above_below", "quantity", "relative_size", "which_object", "colour")
    with zipfile.ZipFile(place / "images.zip") as held:
        inside = {Path(name).name: name for name in held.namelist()}
        kept = []
        for row in rows:
            if row["pattern"] in plain:
                for key in ("image_a", "image_b"):
                    (folder / f"composed {row[key]}").write_bytes(held.read(inside[row[key]]))
                kept.append((f"composed {row['image_a']}", f"composed {row['image_b']}"))
    return kept


def _peer(engine, truth: dict[str, str]) -> dict[str, float]:  # type: ignore[no-untyped-def]
    """pHash (64 bits of the DCT of 32 x 32 greys), all pairs, at the Hamming distance with the best F1."""
    ids = engine.items.ids()
    names = [card.name for card in engine.items.cards(ids)]
    bits = []
    for number in ids:
        grey = Image.open(io.BytesIO(engine.thumbnails.get(int(number), 192))).convert("L").resize((32, 32))
        low = dctn(np.asarray(grey, float))[:8, :8].ravel()
        bits.append(low > np.median(low[1:]))
    signs = np.where(np.array(bits), 1.0, -1.0).astype(np.float32)
    distance = (64 - signs @ signs.T) / 2
    true = {tuple(sorted(pair)) for pair in truth.items()}
    best = {"f1": 0.0}
    for most in range(0, 21, 2):
        a, b = np.nonzero(np.triu(distance <= most, 1))
        pairs = {tuple(sorted((names[x], names[y]))) for x, y in zip(a, b)}
        hit = len(pairs & true)
        precision, recall = hit / max(1, len(pairs)), hit / len(true)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        if f1 > best["f1"]:
            best = {"f1": round(f1, 4), "precision": round(precision, 4), "recall": round(recall, 4), "bits": most}
    return best


def speed(rows: int) -> dict[str, object]:
    from tests.support.vector_library import vector_library

    random = np.random.default_rng(0)
    centres = random.standard_normal((2000, 384), dtype=np.float32)
    vectors = centres[random.integers(0, 2000, rows)] + 0.9 * random.standard_normal((rows, 384), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    with tempfile.TemporaryDirectory() as made, vector_library(Path(made), vectors, np.empty((0, 384))) as engine:
        del vectors
        for first in range(0, rows, 2000):
            held = {}
            for number in range(first, min(first + 2000, rows)):
                source = number - 1 if number % 50 == 1 else number  # every fiftieth picture comes again
                held[number + 1] = {96: _invented(source, 60 if source == number else 90)}
            engine.thumbnails.keep(held, {})
        began, busy, stages = time.perf_counter(), time.process_time(), []
        progress = Progress(lambda state: stages.append((state.note, time.perf_counter() - began)))
        evidence = engine.diagnostics.measure("duplicates", progress).evidence
        took, busy = time.perf_counter() - began, time.process_time() - busy
    per_stage = {
        note: round(max(at for name, at in stages if name == note), 1) for note in dict.fromkeys(n for n, _ in stages)
    }
    return {
        "rows": rows,
        "s": round(took, 1),
        "processor_s": round(busy, 1),
        "stage_ends_s": per_stage,
        "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
        "headline": evidence.headline,
        "machine": machine(),
    }


def _invented(seed: int, quality: int) -> bytes:
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(0, 256, (6, 8, 3), dtype=np.uint8)).resize(
        (96, 72), Image.Resampling.BICUBIC
    )
    held = io.BytesIO()
    coarse.save(held, "JPEG", quality=quality)
    return held.getvalue()


def main() -> None:
    if sys.argv[1] == "quality":
        found = quality(Path(sys.argv[2]), int(sys.argv[3]) if sys.argv[3:] else 1500)
        print(json.dumps({"benchmark": "duplicates quality", **found, "machine": machine()}))
    else:
        print(json.dumps({"benchmark": "duplicates speed", **speed(int(sys.argv[2]) if sys.argv[2:] else 100_000)}))


if __name__ == "__main__":
    main()
