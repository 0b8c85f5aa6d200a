"""Caption tables: CSV, TSV or JSON lines that name a file and say what it shows; several rows or languages for one file are welcome."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.modalities.reading import Caption

FILE_COLUMNS = (
    "image",
    "filepath",
    "file",
    "filename",
    "file_name",
    "image_path",
    "img",
    "path",
    "audio",
    "sound",
    "clip",
    "picture",
    "photo",
)
WORD_COLUMNS = ("caption", "captions", "text", "sentence", "sentences", "description", "title", "comment", "raw")
LANGUAGE_COLUMNS = ("language", "lang", "locale")
LABEL_COLUMNS = ("label", "class", "category", "tag")
LANGUAGE = re.compile(r"[a-z]{2,3}([-_][a-z0-9]{2,8})*", re.IGNORECASE)
MOST_ROWS = 1_000_000
LONGEST_FIELD = 1_000_000


def captions_of_table(text: str, form: str) -> list[Caption] | None:
    """Captions in the order of the table, or None when it is not a caption table (no column that names files, or none with words)."""
    rows = rows_of_table(text, form)
    if rows is None:
        return None
    found: list[Caption] = []
    understood = False
    for line, row in rows:
        named = file_in(row)
        sentences = list(sentences_in(row))
        understood = understood or bool(named and sentences)
        if named:
            found += [Caption(words, language, named, line) for words, language in sentences]
        if len(found) >= MOST_ROWS:
            break
    return found if understood else None


def rows_of_table(text: str, form: str) -> Iterator[tuple[int, dict[str, Any]]] | None:
    """(line, {column in lower case: value}) of every row, or None when no column names files."""
    return _json_rows(text) if form in ("jsonl", "ndjson") else _separated_rows(text, form)


def file_in(row: Mapping[str, Any]) -> str:
    """The file that a row is about, as the table names it; empty when it names none."""
    return next((str(row[column]).strip() for column in FILE_COLUMNS if isinstance(row.get(column), (str, int))), "")


def label_in(row: Mapping[str, Any]) -> str | None:
    """The class that a row gives its file, if any."""
    told = next((row[column] for column in LABEL_COLUMNS if isinstance(row.get(column), (str, int))), "")
    return str(told).strip() or None


def sentences_in(row: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """(sentence, language) of every caption in a row."""
    own = next(
        (
            str(row[column]).strip().lower()
            for column in LANGUAGE_COLUMNS
            if isinstance(row.get(column), str) and row[column].strip()
        ),
        None,
    )
    for column, value in row.items():
        stem, _, ending = column.partition("_")
        if column in WORD_COLUMNS:
            yield from _flat(value, own)
        elif stem in WORD_COLUMNS and LANGUAGE.fullmatch(ending):
            yield from _flat(value, ending.replace("_", "-"))


def _flat(value: Any, language: str | None) -> Iterator[tuple[str, str | None]]:
    if isinstance(value, str):
        if words := " ".join(value.split()):
            yield words, language
    elif isinstance(value, list):
        for part in value:
            if isinstance(part, (str, dict)):
                yield from _flat(part, language)
    elif isinstance(value, dict):
        if isinstance(value.get("raw"), str):
            yield from _flat(value["raw"], language)
            return
        for code, part in value.items():
            if LANGUAGE.fullmatch(code) and isinstance(part, (str, list)):
                yield from _flat(part, code)


def _separated_rows(text: str, form: str) -> Iterator[tuple[int, dict[str, Any]]] | None:
    first = text.split("\n", 1)[0]
    separator = (
        "\t"
        if form == "tsv" or first.count("\t") > first.count(",")
        else ";"
        if first.count(";") > first.count(",")
        else ","
    )
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
    except csv.Error:
        return None
    if not set(header) & set(FILE_COLUMNS):
        return None
    return _named_rows(reader, header)


def _named_rows(reader: Any, header: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            continue
        yield line, dict(zip(header, row))


def _json_rows(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(row, dict):
            yield number, {str(name).lower(): value for name, value in row.items()}
