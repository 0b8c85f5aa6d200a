"""The facade's area for diagnostics: which there are, measuring, the reports that are kept, and reports as files."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import engine as product
from engine.diagnostics import diagnostics
from engine.diagnostics.kept import KeptReports
from engine.errors import UserFixable
from engine.evidence import DiagnosticCard, Provenance, Report, ReportCard
from engine.registry import Entry, Parameter
from engine.values import Filter

if TYPE_CHECKING:
    from engine.diagnostics.copy_review import CopyReview
    from engine.diagnostics.pair_review import PairReview
    from engine.engine import Engine
    from engine.jobs.progress import Progress


class Diagnostics:
    """Methods may be called from any thread. `measure` is what the job `RunDiagnostic` does."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept = KeptReports(engine.folder / "runs" / "diagnostics")

    def cards(self) -> list[DiagnosticCard]:
        """Every diagnostic, by name."""
        return [_card(entry) for entry in diagnostics]

    def card(self, name: str) -> DiagnosticCard:
        """Raises UserFixable for a name nobody declared."""
        return _card(self._entry(name))

    def measure(
        self,
        name: str,
        progress: Progress,
        *,
        model_key: str | None = None,
        wanted: Filter | None = None,
        parameters: Mapping[str, Any] | None = None,
        seed: int = 0,
    ) -> Report:
        """Run one diagnostic now and keep its report. Raises UserFixable when the items at hand cannot answer."""
        from engine.diagnostics.subject import Subject

        entry = self._entry(name)
        given = checked(entry.parameters, parameters or {})
        began = time.perf_counter()
        subject = Subject(self._engine, model_key, wanted, seed)
        if model_key is not None:
            self._engine.models.card(model_key)
        evidence = entry.made(**given).measure(subject, progress)
        chosen = {parameter.name: parameter.default for parameter in entry.parameters} | given
        provenance = Provenance(
            diagnostic=name,
            version=product.__version__,
            models=subject.used,
            items=len(subject.ids),
            snapshot=subject.snapshot(),
            seed=seed,
            parameters=tuple(sorted(chosen.items())),
            chosen=subject.chosen(),
        )
        report = Report(None, entry.title, evidence, provenance, time.time(), round(time.perf_counter() - began, 3))
        return report if self._engine.read_only else self._kept.keep(report)

    def reports(self, name: str | None = None) -> list[ReportCard]:
        """Kept reports, newest first."""
        return self._kept.cards(name)

    def report(self, report_id: str) -> Report:
        """Raises KeyError when it is not kept (any more)."""
        return self._kept.load(report_id)

    def latest(self, name: str, model_key: str | None = None) -> Report | None:
        """The newest report of a diagnostic, of one model or of any."""
        for card in self._kept.cards(name):
            if model_key is None or card.model_key == model_key:
                return self._kept.load(card.id)
        return None

    def pair_review(self, report: Report) -> PairReview:
        """The blind pairs of a report, for looking through them."""
        from engine.diagnostics.pair_review import PairReview

        return PairReview(report, lambda: self._engine.judgements.of("blind_pair"))

    def copy_review(self, report: Report) -> CopyReview:
        """The duplicates of a report, for deciding about them."""
        from engine.diagnostics.copy_review import CopyReview

        return CopyReview(report, self._engine.judgements)

    def second_opinion(self, wanted: str = "") -> str:
        """The key of the model that gives a second opinion on pictures. Raises UserFixable when there is none."""
        from engine.diagnostics.opinions import best_opinion

        return best_opinion(self._engine, wanted)

    def forget(self, report_id: str) -> None:
        """Delete a kept report."""
        self._kept.forget(report_id)

    def export(self, report: Report, target: Path) -> Path:
        """Write a report as one HTML file that needs nothing else. Raises UserFixable when it cannot be written."""
        from engine.diagnostics.report import write_report

        return write_report(report, target, self._engine.items.cards, self._engine.thumbnails.get)

    @staticmethod
    def _entry(name: str) -> Entry[Any]:
        if name not in diagnostics:
            known = ", ".join(entry.name for entry in diagnostics)
            raise UserFixable(f"There is no diagnostic called “{name}”.", "", f"Choose one of {known}.")
        return diagnostics[name]


def checked(declared: tuple[Parameter, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """`given` as the types that were declared. Raises UserFixable for unknown names and values out of range."""
    by_name = {parameter.name: parameter for parameter in declared}
    made: dict[str, Any] = {}
    for name, value in given.items():
        parameter = by_name.get(name)
        if parameter is None:
            known = ", ".join(by_name) or "none"
            raise UserFixable(
                f"“{name}” is not a setting of this diagnostic.", "Nothing was measured.", f"It has: {known}."
            )
        made[name] = _fitting(parameter, value)
    return made


def _fitting(parameter: Parameter, value: Any) -> Any:
    low, high = parameter.minimum, parameter.maximum
    fault = UserFixable(
        f"“{value}” does not fit {parameter.label.lower()}.",
        "Nothing was measured.",
        f"Choose one of {', '.join(map(str, parameter.choices))}."
        if parameter.choices
        else f"Give a number from {low:g} to {high:g}."
        if low is not None and high is not None
        else f"Give a value like {parameter.default}.",
    )
    kind = type(parameter.default)
    try:
        if kind is bool and isinstance(value, str):
            value = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}[value.lower()]
        fitted = kind(value)
    except (KeyError, TypeError, ValueError):
        raise fault from None
    outside = isinstance(fitted, (int, float)) and (
        fitted != fitted or (low is not None and fitted < low) or (high is not None and fitted > high)
    )
    if outside or (parameter.choices and fitted not in parameter.choices):
        raise fault
    return fitted


def _card(entry: Entry[Any]) -> DiagnosticCard:
    return DiagnosticCard(
        entry.name,
        entry.title,
        entry.paper,
        entry.parameters,
        tuple(entry.extra.get("needs", ())),
        bool(entry.extra.get("model", True)),
    )
