"""The folders of training runs, `runs/N` in the library: settings, data snapshot, checkpoints, history, outcome. Plain files.

`run.json` says everything about a run that people ask; `pairs.jsonl` which content it learnt from; `checkpoint/` where it can
go on; `best.safetensors` the best healthy step. Imports no torch.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.datasets.captioned import Captioned
from engine.errors import UserFixable
from engine.values import Filter, LearnFrom, RunCard

PREPARED = "prepared"  # decoded pictures, shared by runs over the same data


class RunFolder:
    """One run's folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.number = int(path.name)
        self.checkpoint = path / "checkpoint"
        self.best = path / "best.safetensors"
        self.staging = path / "model"

    def told(self) -> dict[str, Any]:
        """What run.json says. Raises UserFixable when it cannot be read."""
        try:
            return dict(json.loads((self.path / "run.json").read_text("utf-8")))
        except (OSError, ValueError) as fault:
            raise UserFixable(
                f"Run {self.number} cannot be read.", "Other runs and all models are as they were.", "Delete this run."
            ) from fault

    def tell(self, **news: Any) -> dict[str, Any]:
        """Add to run.json, whole or not at all."""
        told = (self.told() if (self.path / "run.json").is_file() else {}) | news
        unfinished = self.path / "run.json.part"
        unfinished.write_text(json.dumps(told, indent=1, ensure_ascii=False), "utf-8")
        os.replace(unfinished, self.path / "run.json")
        return told

    def keep_pairs(self, learnt: Iterable[Captioned], held_out: Iterable[Captioned]) -> None:
        """The data snapshot: one line for each file, with its content hash."""
        with (self.path / "pairs.jsonl").open("w", encoding="utf-8", errors="surrogateescape") as out:
            for side, files in (("learnt", learnt), ("held out", held_out)):
                for one in files:
                    told = {
                        "side": side,
                        "path": str(one.path),
                        "content_hash": one.content_hash,
                        "item_id": one.item_id,
                        "sentences": one.sentences,
                        "languages": one.languages,
                        "label": one.label,
                    }
                    out.write(json.dumps(told) + "\n")

    def pairs(self) -> tuple[list[Captioned], list[Captioned]] | None:
        """(learnt, held out) of the snapshot, None before there is one."""
        file = self.path / "pairs.jsonl"
        if not file.is_file():
            return None
        sides: dict[str, list[Captioned]] = {"learnt": [], "held out": []}
        for line in file.read_text("utf-8").splitlines():
            row = json.loads(line)
            sides[row["side"]].append(
                Captioned(
                    Path(row["path"]),
                    tuple(row["sentences"]),
                    tuple(row["languages"]),
                    row["label"],
                    row["item_id"],
                    row["content_hash"],
                )
            )
        return sides["learnt"], sides["held out"]

    def saved_step(self) -> int | None:
        """The step of the newest checkpoint."""
        try:
            return int(json.loads((self.checkpoint / "state.json").read_text("utf-8"))["step"])
        except (OSError, ValueError, KeyError):
            return None

    def history(self) -> list[dict[str, float]]:
        """Reports up to the newest checkpoint: losses and looks by step."""
        try:
            return list(json.loads((self.checkpoint / "state.json").read_text("utf-8"))["history"])
        except (OSError, ValueError, KeyError):
            return []

    def card(self, *, alive: bool) -> RunCard:
        """For people. `alive`: a job of this program works on it now."""
        told, saved = self.told(), self.saved_step()
        state, sentence = str(told["state"]), str(told.get("sentence", ""))
        if state in ("running", "waiting") and not alive:
            state = "interrupted"
            went = f" at step {told.get('step', 0):,}" if told.get("step") else ""
            sentence = f"Run {self.number} was interrupted{went}."
            sentence += f" It can go on from step {saved:,}." if saved else " It can start again."
        return RunCard(
            number=self.number,
            recipe=told["recipe"],
            model=told["model"],
            state=state,
            sentence=sentence,
            remedy=str(told.get("remedy", "")),
            created_at=float(told["created_at"]),
            seconds=float(told.get("seconds", 0.0)),
            step=int(told.get("step", 0)),
            steps=int(told.get("steps", 0)),
            settings=dict(told["settings"]),
            source=str(told.get("source", "")),
            pairs=int(told.get("pairs", 0)),
            held_out=int(told.get("held_out", 0)),
            before=dict(told.get("before", {})),
            after=dict(told.get("after", {})),
            result=told.get("result"),
            best_step=told.get("best_step"),
            saved_step=saved,
            resumable=state in ("cancelled", "interrupted", "failed"),
            notes=tuple(told.get("notes", ())),
            bytes=sum(file.stat().st_size for file in self.path.rglob("*") if file.is_file()),
        )


class Runs:
    """All runs of a library, in `folder` (its `runs`)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def new(self, **told: Any) -> RunFolder:
        """The next number, which is never given twice while its folder is there."""
        number = max((run.number for run in self.all()), default=0) + 1
        path = self.folder / str(number)
        path.mkdir(parents=True)
        run = RunFolder(path)
        run.tell(number=number, state="waiting", created_at=time.time(), **told)
        return run

    def all(self) -> list[RunFolder]:
        """Newest first."""
        found = [RunFolder(path) for path in self.folder.glob("[0-9]*") if path.name.isdigit()]
        return sorted(found, key=lambda run: -run.number)

    def of(self, number: int) -> RunFolder:
        """One run. Raises UserFixable when there is none of that number."""
        path = self.folder / str(number)
        if not path.is_dir():
            raise UserFixable(f"There is no run {number}.", "", "See `sightline train --list`.")
        return RunFolder(path)

    def delete(self, number: int) -> None:
        """Remove a run's folder. A model it made stays."""
        shutil.rmtree(self.of(number).path)


def learn_from_json(wanted: LearnFrom) -> dict[str, Any]:
    """For run.json."""
    return asdict(wanted)


def learn_from_of(told: dict[str, Any]) -> LearnFrom:
    """Back from run.json."""
    plain: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in told["filter"].items()
    }
    return LearnFrom(told["table"], Filter(**plain), tuple(told["classes"]), tuple(told["languages"]))
