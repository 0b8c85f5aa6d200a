"""Reports on disk: one JSON file each in `runs/diagnostics/`, with its long arrays beside it in one `.npz`.

Every value says its class (`"is"`), so that what is read back equals what was written. A file that cannot be read is passed by.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine import evidence as classes
from engine.evidence import Report, ReportCard

log = logging.getLogger("sightline.diagnostics")
KEPT = 6  # reports per diagnostic and model; older ones go


class KeptReports:
    """`folder` is the library's `runs/diagnostics/`, made with the first report."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, report: Report) -> Report:
        """Write a report and give it its id; the oldest of its kind go."""
        self._folder.mkdir(parents=True, exist_ok=True)
        stem = f"{report.provenance.diagnostic}-{int(report.made_at * 1000):d}"
        named = Report(stem, report.title, report.evidence, report.provenance, report.made_at, report.seconds)
        if report.evidence.arrays:
            fresh = self._folder / f"{stem}.new.npz"
            np.savez(fresh, **report.evidence.arrays)  # type: ignore[arg-type]
            os.replace(fresh, self._folder / f"{stem}.npz")
        fresh = self._folder / f"{stem}.new"
        fresh.write_text(json.dumps(to_json(named), ensure_ascii=False), "utf-8")
        os.replace(fresh, self._folder / f"{stem}.json")
        self._forget_old(report)
        return named

    def cards(self, name: str | None = None) -> list[ReportCard]:
        """Kept reports, newest first, of one diagnostic or of all."""
        found = []
        for path in self._folder.glob("*.json"):
            report = self._read(path)
            if report is not None and (name is None or report.provenance.diagnostic == name):
                models = report.provenance.models
                found.append(
                    ReportCard(
                        path.stem,
                        report.provenance.diagnostic,
                        report.title,
                        report.evidence.headline,
                        models[0][0] if models else "",
                        report.provenance.items,
                        report.made_at,
                    )
                )
        return sorted(found, key=lambda card: -card.made_at)

    def load(self, report_id: str) -> Report:
        """Raises KeyError when there is no such report (any more)."""
        path = self._folder / f"{report_id}.json"
        report = self._read(path) if path.parent == self._folder else None
        if report is None:
            raise KeyError(report_id)
        arrays = self._folder / f"{report_id}.npz"
        if arrays.is_file():
            with np.load(arrays, allow_pickle=False) as held:
                report.evidence.arrays.update({name: held[name] for name in held.files})
        return report

    def forget(self, report_id: str) -> None:
        for suffix in (".json", ".npz"):
            (self._folder / f"{report_id}{suffix}").unlink(missing_ok=True)

    def _read(self, path: Path) -> Report | None:
        try:
            made = from_json(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, TypeError, KeyError):
            log.warning("the report %s cannot be read", path.name)
            return None
        return made if isinstance(made, Report) else None

    def _forget_old(self, latest: Report) -> None:
        model = latest.provenance.models[0][0] if latest.provenance.models else ""
        alike = [card for card in self.cards(latest.provenance.diagnostic) if card.model_key == model]
        for card in alike[KEPT:]:
            self.forget(card.id)


def to_json(thing: Any) -> Any:
    """A value of `engine.evidence` as JSON; long arrays are left out."""
    if is_dataclass(thing) and not isinstance(thing, type):
        told = {field.name: to_json(getattr(thing, field.name)) for field in fields(thing) if field.name != "arrays"}
        return {"is": type(thing).__name__, **told}
    if isinstance(thing, (list, tuple)):
        return [to_json(part) for part in thing]
    if isinstance(thing, np.generic):
        return thing.item()
    return thing


def from_json(told: Any) -> Any:
    """What `to_json` was given, with every list as a tuple. Raises TypeError or KeyError for what it never wrote."""
    if isinstance(told, dict):
        made = getattr(classes, told["is"])
        return made(**{name: from_json(value) for name, value in told.items() if name != "is"})
    if isinstance(told, list):
        return tuple(from_json(part) for part in told)
    return told
