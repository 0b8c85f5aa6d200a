"""Keeps the map of the sample archive for the welcome page: `python packaging/make_welcome_map.py LIBRARY`.

LIBRARY is a library in which the sample was opened (`sightline demo --headless` makes one). Only places, colours and names of
files of the sample are written; the pictures are the sample's own.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from engine.engine import Engine

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "resources" / "welcome" / "map.json"
SAMPLE = ROOT / "resources" / "sample"
PICTURES, APART = 16, 0.105
SLOTS = 12


def main(library: Path) -> int:
    with Engine.open(library, read_only=True) as engine:
        frame = engine.maps.current()
        if frame is None:
            sys.stderr.write("This library has no map yet.\n")
            return 1
        low, high = frame.coordinates.min(0), frame.coordinates.max(0)
        places = (frame.coordinates - low) / (high - low)
        places[:, 1] = 1 - places[:, 1]
        codes, names = engine.items.field("folder", frame.item_ids)
        order = np.argsort(-np.bincount(codes[codes >= 0], minlength=len(names)), kind="stable")
        slot = np.full(len(names) + 1, SLOTS)
        slot[order[:SLOTS]] = np.arange(min(SLOTS, len(order)))
        cards = engine.items.cards(frame.item_ids)
        points = [
            [round(float(x), 4), round(float(y), 4), int(slot[code]), card.kind]
            for (x, y), code, card in zip(places, codes, cards, strict=True)
        ]
        TARGET.parent.mkdir(exist_ok=True)
        TARGET.write_text(json.dumps({"points": points, "pictures": chosen(places, cards)}, indent=None) + "\n")
    return 0


def chosen(places: np.ndarray, cards: list) -> list[list[object]]:
    """Pictures of the sample in dense places, far enough apart from each other."""
    distance = np.linalg.norm(places[:, None] - places[None], axis=2)
    crowd = (distance < 0.05).sum(1)
    taken: list[int] = []
    for row in np.argsort(-crowd, kind="stable"):
        card = cards[row]
        inside = Path(card.path).is_relative_to(SAMPLE) and card.kind == "image"
        if inside and all(distance[row, other] > APART for other in taken):
            taken.append(int(row))
        if len(taken) == PICTURES:
            break
    return [
        [round(float(places[row, 0]), 4), round(float(places[row, 1]), 4), f"../sample/{Path(cards[row].path).relative_to(SAMPLE)}"]
        for row in taken
    ]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
