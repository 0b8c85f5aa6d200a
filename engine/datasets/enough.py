"""Whether pairs can teach anything: what is missing is said in a sentence before any time is spent."""

from __future__ import annotations

from typing import Literal

from engine.datasets.captioned import Gathered
from engine.errors import UserFixable

UNCHANGED = "Nothing was trained or changed."


def usable(gathered: Gathered, learns: Literal["captions", "labels", "pictures", "sounds"]) -> Gathered:
    """The files that a training of this kind can use. Raises UserFixable when none is left, or when they cannot teach anything."""
    if not gathered.files:
        if gathered.missing:
            count = len(gathered.missing)
            raise UserFixable(
                f"None of the {count:,} files that “{gathered.source}” names is there, such as “{gathered.missing[0]}”.",
                UNCHANGED,
                "Paths count from the table's own folder; move the table there, or mend the paths.",
            )
        hidden = f" {gathered.hidden:,} are hidden." if gathered.hidden else ""
        raise UserFixable(
            f"There is nothing to learn from in “{gathered.source}”.{hidden}", UNCHANGED, "Choose other pairs."
        )
    if learns in ("captions", "sounds"):
        return _with_captions(gathered)
    if learns == "labels":
        return _with_labels(gathered)
    return gathered


def check_count(count: int, least: int, easier: str = "") -> None:
    """Raises UserFixable when `count` pairs are fewer than the `least` that make sense. `easier` begins the remedy."""
    if count < least:
        add = f"add {least - count:,} pairs, or train anyway."
        raise UserFixable(
            f"{count:,} pairs will be learnt by heart; this needs at least {least:,}.",
            UNCHANGED,
            f"{easier}, {add}" if easier else add.capitalize(),
        )


def _with_captions(gathered: Gathered) -> Gathered:
    files = [one for one in gathered.files if one.sentences]
    if not files:
        raise UserFixable(
            f"None of the {len(gathered.files):,} files of “{gathered.source}” has a caption.",
            UNCHANGED,
            "Put a text file of the same name beside each, add a caption table, or train on pictures alone.",
        )
    sentences = {sentence for one in files for sentence in one.sentences}
    if len(sentences) == 1 and len(files) > 1:
        raise UserFixable(
            f"All {len(files):,} files have the same caption, “{next(iter(sentences))[:80]}”: there is nothing to tell apart.",
            UNCHANGED,
            "Choose pairs with captions of their own.",
        )
    return gathered.only(files)


def _with_labels(gathered: Gathered) -> Gathered:
    files = [one for one in gathered.files if one.label]
    if not files:
        raise UserFixable(
            f"None of the {len(gathered.files):,} pictures of “{gathered.source}” has a label.",
            UNCHANGED,
            "Add a column “label” to the table, or name the tags that are classes.",
        )
    labels = {one.label for one in files}
    if len(labels) == 1:
        raise UserFixable(
            f"All {len(files):,} pictures have the same label, “{files[0].label}”: there is nothing to tell apart.",
            UNCHANGED,
            "Choose pictures of at least two classes.",
        )
    return gathered.only(files)


def check_languages(gathered: Gathered) -> None:
    """Raises UserFixable when captions that are to be learnt across languages are all in one."""
    told = {code.split("-")[0] for one in gathered.files for code in one.languages if code}
    if len(told) < 2:
        which = f"in one language, “{next(iter(told))}”" if told else "without a language"
        raise UserFixable(
            f"All captions are {which}: nothing can be learnt across languages.",
            UNCHANGED,
            "Add captions in another language, with a column “language”, or learn without “across languages”.",
        )
