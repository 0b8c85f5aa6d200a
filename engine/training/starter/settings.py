"""Every number that matters for the starter's training, read from and written to its training.json."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from engine.training.plan import Plan


@dataclass(frozen=True)
class Settings:
    """What the shipped starter was trained with; written beside its weights as training.json."""

    text: Plan
    image: Plan
    naming: Plan
    sound: Plan
    text_batch: int = 384
    image_shares: tuple[int, int, int] = (52, 8, 4)  # photos, captions, drawings of each replica's part
    image_sizes: tuple[tuple[float, int], ...] = ((0.0, 64), (0.6, 96))
    naming_photos: int = 80  # of each class, whose places the words learn
    naming_counts: tuple[int, int, int] = (384, 128, 64)  # photos, captioned photos, drawings of each replica's part
    sound_shares: tuple[int, ...] = (20, 5, 6, 8, 3)
    notes: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def read(cls, path: Path) -> Settings:
        """The settings in a training.json."""
        held = json.loads(path.read_text("utf-8"))
        return cls(
            Plan(**held["text"]),
            Plan(**held["image"]),
            Plan(**held["naming"]),
            Plan(**held["sound"]),
            held["text_batch"],
            tuple(held["image_shares"]),
            tuple((start, size) for start, size in held["image_sizes"]),
            held["naming_photos"],
            tuple(held["naming_counts"]),
            tuple(held["sound_shares"]),
            tuple(held.get("notes", ())),
        )
