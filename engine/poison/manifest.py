"""`poison.json` beside a poisoned copy: what was planted and where, so that the mark can be set again and the poisons counted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import UserFixable
from engine.poison.planting import Poisoning

NAME = "poison.json"
FORM = 1


@dataclass(frozen=True)
class Manifest:
    """`poisoned` names pictures as `captions.csv` does; `pairs` is how many there are altogether."""

    poisoning: Poisoning
    poisoned: tuple[str, ...]
    pairs: int
    source: str

    def write(self, folder: Path) -> None:
        """Into `folder`, whole."""
        told = {
            "form": FORM,
            "attack": self.poisoning.attack,
            "parameters": dict(self.poisoning.parameters),
            "target": self.poisoning.target,
            "rate": self.poisoning.rate,
            "seed": self.poisoning.seed,
            "pairs": self.pairs,
            "source": self.source,
            "poisoned": list(self.poisoned),
        }
        (folder / NAME).write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest in `folder`. Raises UserFixable when there is none, or it is not one of ours."""
        try:
            told: dict[str, Any] = json.loads((folder / NAME).read_text("utf-8"))
            poisoning = Poisoning(told["attack"], told["target"], told["rate"], told["seed"], told["parameters"])
            manifest = cls(poisoning, tuple(told["poisoned"]), int(told["pairs"]), str(told["source"]))
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise UserFixable(
                f"“{folder}” holds no readable {NAME}, so what was planted there is not known.",
                "Nothing was changed.",
                "Choose a folder that `sightline poison` has written.",
            ) from fault
        poisoning.made()
        return manifest
