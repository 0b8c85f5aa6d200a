"""The declared parameters of a technique: what a form shows, and what forms, commands and mixtures check values with."""

from __future__ import annotations

import inspect
import math
import re
from dataclasses import dataclass
from typing import Any, Literal

from engine.errors import UserFixable

Kind = Literal["switch", "choice", "whole", "number", "text"]
YES, NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0")


@dataclass(frozen=True)
class Describe:
    """Label, range and help of a parameter, beside its declaration: `Annotated[float, Describe("Temperature", "...", 0.001, 1)]`."""

    label: str
    help: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Parameter:
    """One declared parameter: name, type and default come from the signature, the rest from `Describe`."""

    name: str
    type: Any
    default: Any
    label: str
    help: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Any, ...] = ()

    @property
    def kind(self) -> Kind:
        """Which control and which check fit; told by the choices and the default."""
        if self.choices:
            return "choice"
        if isinstance(self.default, bool):
            return "switch"
        if isinstance(self.default, int):
            return "whole"
        return "number" if isinstance(self.default, float) else "text"

    @property
    def range(self) -> str:
        """The numbers that are taken, in words: “0.005 to 1”; empty where there is no limit."""
        low, high = self.minimum, self.maximum
        if low is not None and high is not None:
            return f"{number_words(low)} to {number_words(high)}"
        if low is not None:
            return f"{number_words(low)} or more"
        return f"{number_words(high)} or less" if high is not None else ""

    def written(self, value: Any) -> str:
        """`value` as a person would write it; `read` takes it back."""
        if self.kind == "switch":
            return "on" if value else "off"
        return number_words(value) if self.kind in ("whole", "number") else str(value)

    def read(self, text: str) -> Any:
        """The value that a person wrote. Raises UserFixable with a sentence when it is none."""
        words = text.strip()
        if self.kind == "switch" and words.casefold() in (*YES, *NO):
            return words.casefold() in YES
        if self.kind == "choice":
            return self.checked(next((choice for choice in self.choices if str(choice) == words), words))
        if self.kind in ("whole", "number"):
            try:
                number = float(_as_number(words, self.kind))
            except ValueError:
                raise self._refusal(f"“{words}”" if words else "nothing") from None
            whole = self.kind == "whole" and number.is_integer()
            return self.checked(int(number) if whole else number)
        return self.checked(words)

    def checked(self, value: Any) -> Any:
        """`value` in this parameter's type. Raises UserFixable with a sentence when it does not fit."""
        if self.kind == "number" and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not self._fits(value):
            raise self._refusal(number_words(value) if type(value) in (int, float) else f"“{value}”")
        return value

    def _fits(self, value: Any) -> bool:
        if self.kind == "choice":
            return value in self.choices
        if self.kind == "text":
            return self.default is None or isinstance(value, type(self.default))
        if type(value) is not type(self.default):
            return False
        if self.kind == "switch":
            return True
        above = self.minimum is None or value >= self.minimum
        below = self.maximum is None or value <= self.maximum
        return math.isfinite(value) and above and below

    def _refusal(self, given: str) -> UserFixable:
        takes = {
            "switch": "yes or no",
            "choice": "one of " + ", ".join(str(choice) for choice in self.choices),
            "whole": f"a whole number{f', {self.range}' if self.range else ''}",
            "number": f"a number{f', {self.range}' if self.range else ''}",
            "text": "words",
        }[self.kind]
        return UserFixable(f"{self.label} takes {takes}; {given} does not fit.")


def parameters_of(made: Any) -> tuple[Parameter, ...]:
    """The settings of a callable (or of a class's constructor): its parameters with defaults.

    One whose default is None and that nobody described is an optional input of the technique, not a setting.
    """
    try:
        signature = inspect.signature(made, eval_str=True)
    except (TypeError, ValueError, NameError):
        return ()
    found = []
    for parameter in signature.parameters.values():
        if parameter.default is inspect.Parameter.empty:
            continue
        annotation = parameter.annotation
        notes = [note for note in getattr(annotation, "__metadata__", ()) if isinstance(note, Describe)]
        if parameter.default is None and not notes:
            continue
        note = notes[0] if notes else Describe(parameter.name.replace("_", " ").capitalize())
        plain = annotation.__origin__ if hasattr(annotation, "__metadata__") else annotation
        found.append(
            Parameter(
                parameter.name,
                plain,
                parameter.default,
                note.label,
                note.help,
                note.minimum,
                note.maximum,
                note.choices,
            )
        )
    return tuple(found)


def checked_settings(name: str, parameters: tuple[Parameter, ...], values: dict[str, Any]) -> dict[str, Any]:
    """`values` by parameter name, each in its own type. Raises UserFixable for one that `name` does not have or take."""
    known = {parameter.name: parameter for parameter in parameters}
    for key in values:
        if key not in known:
            takes = f"It has {', '.join(known)}." if known else "It has none."
            raise UserFixable(f"“{name}” has no setting called “{key}”.", "Nothing was changed.", takes)
    return {key: known[key].checked(value) for key, value in values.items()}


def number_words(number: float) -> str:
    """`3,000`, `0.07`, `1e-5`."""
    if math.isfinite(number) and number == int(number) and 1 <= abs(number) < 1e15:
        return f"{int(number):,}"
    return re.sub(r"e([+-])0*", r"e\1", f"{number:g}").replace("e+", "e")


def _as_number(words: str, kind: Kind) -> str:
    """Thousands as people part them taken out, and a decimal comma made a point."""
    if kind == "whole":
        return re.sub(r"(?<=\d)[ ,\u2009\u00a0\u202f](?=\d{3}(\D|$))", "", words)
    return words.replace(",", ".", 1) if "." not in words else words
