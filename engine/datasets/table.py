"""Pairs from a caption table: CSV, TSV or JSON lines with a column that names files, and captions, labels or both."""

from __future__ import annotations

from pathlib import Path

from engine.datasets.captioned import Gathered, Gathering, in_languages
from engine.errors import UserFixable
from engine.files.reasons import Unreadable
from engine.modalities.words.encodings import decoded
from engine.modalities.words.tables import file_in, label_in, rows_of_table, sentences_in


def pairs_of_table(table: Path, languages: tuple[str, ...] = ()) -> Gathered:
    """Files named in `table`, relative to its folder; those that are not there are listed as missing.

    Raises UserFixable when the table cannot be read or names no file.
    """
    rows = rows_of_table(_text_of(table), table.suffix.lower().lstrip("."))
    if rows is None:
        raise UserFixable(
            f"“{table.name}” has no column that names pictures.",
            "Nothing was trained or changed.",
            "Call a column “image”, and another “caption” or “label”.",
        )
    gathering, missing = Gathering(), {}
    present: dict[str, Path | None] = {}
    for _, row in rows:
        named = file_in(row)
        if not named:
            continue
        if named not in present:
            path = table.parent / named
            present[named] = path if path.is_file() else None
        place = present[named]
        if place is None:
            missing[named] = True
            continue
        label, sentences = label_in(row), list(sentences_in(row))
        for sentence, language in sentences:
            gathering.add(place, sentence, language, label)
        if not sentences:
            gathering.add(place, None, None, label)
    files = tuple(in_languages(one, languages) for one in gathering.files())
    return Gathered(files, table.name, tuple(missing), gathering.doubles)


def _text_of(table: Path) -> str:
    try:
        return decoded(table.read_bytes())
    except OSError as fault:
        raise UserFixable(
            f"“{table}” cannot be read: {fault.strerror or fault}.",
            "Nothing was trained or changed.",
            "Choose a CSV, TSV or JSON lines file with the columns image and caption.",
        ) from fault
    except Unreadable as fault:
        raise UserFixable(
            f"“{table.name}” is not a table: {fault.reason[0].lower() + fault.reason[1:]}.",
            "Nothing was trained or changed.",
            "Choose a CSV, TSV or JSON lines file with the columns image and caption.",
        ) from fault
