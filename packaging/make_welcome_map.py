"""Makes `resources/welcome/`, the map the first start shows: the sample archive as the built-in model lays it out.

`python packaging/make_welcome_map.py` again whenever the sample or the built-in model changes, and look at it: the
layout differs from run to run, since the fastest way of encoding is measured anew each time.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from engine.engine import Engine
from engine.values import Filter
from engine.workflows.build_map import BuildMap
from engine.workflows.open_sample import ARCHIVE, OpenSample

TARGET = Path(__file__).resolve().parents[1] / "resources" / "welcome"
PICTURES = 9
UNFIT = ("chuvanna-plastic-poo", "no-uturn")  # nor any face: an angry one, large, is no welcome
# The order gives the colours: what the map holds most of comes first.
SUBJECTS = (
    "animals",
    "food",
    "vehicles",
    "town",
    "plants",
    "household",
    "space",
    "hobbies",
    "clothes",
    "seasonal",
    "sports",
    "faces",
)
SAME = {
    "mammals": "animals",
    "birds": "animals",
    "insects": "animals",
    "fruit": "food",
    "vegetables": "food",
    "flowers": "plants",
    "buildings": "town",
    "music": "hobbies",
    "music and play": "hobbies",
    "tools": "household",
    "travel": "vehicles",
    "weather": "seasonal",
}


def main() -> None:
    """Index and map the sample in a library of its own, and keep what the welcome page paints."""
    with tempfile.TemporaryDirectory() as folder, Engine.open(Path(folder) / "library", device="cpu") as engine:
        for job in (OpenSample(), BuildMap(from_nothing=True)):
            finished = engine.jobs.wait(engine.jobs.submit(job))
            if finished.outcome != "done":
                raise SystemExit(f"{job.title}: {finished.reason} {finished.remedy}")
        frame = engine.maps.current()
        assert frame is not None
        ids = [int(number) for number in frame.item_ids]
        places = _fitted(frame.coordinates)
        subjects = _subjects(engine, ids)
        kinds = [card.kind for card in engine.items.cards(ids)]
        slots = [SUBJECTS.index(subject) if subject in SUBJECTS else len(SUBJECTS) for subject in subjects]
        points = [[round(x, 4), round(y, 4), slot, kind] for (x, y), slot, kind in zip(places.tolist(), slots, kinds)]
        TARGET.mkdir(exist_ok=True)
        for old in TARGET.glob("*.webp"):
            old.unlink()
        names = [Path(card.path).stem for card in engine.items.cards(ids)]
        fit = np.array([subject != "faces" and name not in UNFIT for subject, name in zip(subjects, names)])
        pictures = _pictures(engine, ids, places, fit)
    content = {"points": points, "pictures": pictures}
    (TARGET / "map.json").write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{len(points)} points, {len(pictures)} pictures")


def _fitted(coordinates: np.ndarray) -> np.ndarray:
    """Into 0 to 1, without letting a few far points make all others small; y downwards, as it is painted."""
    low, high = np.percentile(coordinates, [1, 99], axis=0)
    fitted = np.clip((coordinates - low) / np.maximum(high - low, 1e-9), -0.03, 1.03)
    return np.column_stack([fitted[:, 0], 1 - fitted[:, 1]])


def _subjects(engine: Engine, ids: list[int]) -> list[str]:
    """Subject of each item: its folder's, its note's, or that of the picture it belongs to."""
    by_stem = {path.stem: path.parent.name for path in sorted((ARCHIVE / "pictures").rglob("*.webp"))}
    found = []
    for card in engine.items.cards(ids):
        place = Path(card.path)
        if place.name == "captions.csv":
            partners = engine.items.details(card.id).partners
            place = Path(partners[0].path) if partners else place
        subject = (
            by_stem.get(place.stem, place.parent.name) if place.parent.parent.name == "spoken" else place.parent.name
        )
        if place.parent.parent.name == "notes":
            subject = place.stem
        found.append(SAME.get(subject, subject))
    return found


def _pictures(engine: Engine, ids: list[int], places: np.ndarray, fit: np.ndarray) -> list[list[Any]]:
    """Pictures of the `fit` rows far from one another, beginning with the one nearest the middle of all."""
    images = set(engine.items.ids(Filter(kinds=("image",))).tolist())
    inside = fit & (places.min(1) >= 0) & (places.max(1) <= 1)
    at = [row for row, number in enumerate(ids) if number in images and inside[row]]
    chosen = [at[int(np.argmin(((places[at] - 0.5) ** 2).sum(1)))]]
    while len(chosen) < PICTURES:
        distances = ((places[at][:, None] - places[chosen][None]) ** 2).sum(-1).min(1)
        chosen.append(at[int(np.argmax(distances))])
    kept = []
    for row in chosen:
        name = f"{Path(engine.items.cards([ids[row]])[0].path).stem}.webp"
        data = engine.thumbnails.get(ids[row], 96)
        assert data is not None
        (TARGET / name).write_bytes(data)
        kept.append([round(float(places[row][0]), 4), round(float(places[row][1]), 4), name])
    return kept


if __name__ == "__main__":
    main()
