"""The text form of a query: `2:bird + ./heron.jpg - drawing tag:book date>=2020`.

Terms stand between `+` and `-` (with a space before and none, or one, after); a number and a colon before a term is its weight; quotes
keep anything together. A term that begins with `./`, `../`, `/`, `~/`, `file://` or a drive letter is a file; `item:12` is an item.
Filters: `tag:` `-tag:` `kind:` `in:` (folder) `date` `stars` `size` (with `:`, `=`, `>=`, `<=`, `>`, `<`) `flag:` `label:` `text:`.
What is not understood as a filter is taken as words, never refused.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import unquote, urlparse

from engine.values import Filter, Kind, Query, Term

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"'})
_TOKEN = re.compile(r'(?:[^\s"]*"[^"]*"?)+|\S+')
_FILTER = re.compile(
    r'^(-?)(tag|kind|in|date|stars|size|flag|label|text|item)(:|>=|<=|>|<|=)"?([^"]*)"?$', re.IGNORECASE
)
_WEIGHT = re.compile(r"^(\d+(?:\.\d+)?):(?!\d)(.+)$", re.DOTALL)  # not a time of day
_FILE = re.compile(r"^(\.{1,2}[/\\]|/|~[/\\]|file://|[A-Za-z]:[\\/])")
_DATE = re.compile(r"^(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?$")
_SIZE = re.compile(r"^(\d+(?:\.\d+)?)\s*(b|kb|mb|gb)?$", re.IGNORECASE)
_UNITS = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9}
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("image", "images", "picture", "pictures", "photo", "photos"), "image"),
    **dict.fromkeys(("audio", "sound", "sounds"), "audio"),
    **dict.fromkeys(("text", "texts"), "text"),
}
_FLAGS = {"pick": 1, "picked": 1, "reject": -1, "rejected": -1, "none": 0}
_FLAG_NAMES = {1: "pick", -1: "reject", 0: "none"}


def parse(text: str) -> Query:
    """Terms and filter of a query typed by a person. Every text has a meaning; an empty one asks nothing."""
    wanted = Filter()
    terms: list[Term] = []
    words: list[str] = []
    sign = 1.0

    def close() -> None:
        if words:
            terms.extend(_terms_of(words, sign))
            words.clear()

    for token in _TOKEN.findall(text.translate(_QUOTES)):
        if token in ("+", "-", "−", "–"):
            close()
            sign = 1.0 if token == "+" else -1.0
            continue
        filtered = _as_filter(token, wanted)
        if filtered is not None:
            close()
            wanted = filtered
            sign = 1.0
            continue
        item = _as_item(token)
        if item is not None:
            close()
            terms.append(replace(item, weight=sign))
            sign = 1.0
            continue
        if len(token) > 1 and token[0] in "+-−" and not token[1:].startswith(("+", "-")):
            close()
            sign = 1.0 if token[0] == "+" else -1.0
            token = token[1:]
        elif words and (_WEIGHT.match(token) or _FILE.match(_bare(token)) or token.startswith('"')):
            close()
            sign = 1.0
        words.append(token)
    close()
    return Query(tuple(terms), wanted)


def write(query: Query) -> str:
    """The text form of a query; `parse` of it gives the query again, except for lassoed items, collections and hidden ones."""
    parts: list[str] = []
    for term in query.terms:
        sign = "-" if term.weight < 0 else "+"
        if parts or sign == "-":
            parts.append(sign)
        weight = abs(term.weight)
        prefix = "" if weight == 1 else f"{weight:g}:"
        if term.item_id is not None:
            parts.append(f"item:{term.item_id}" if weight == 1 else f"{prefix}item:{term.item_id}")
        else:
            parts.append(prefix + _quoted(term.words or term.path or "", plain=term.path is not None))
    return " ".join([*parts, *_filter_words(query.filter)])


def _terms_of(words: list[str], sign: float) -> list[Term]:
    match = _WEIGHT.match(words[0])
    weight = sign * float(match[1]) if match else sign
    if match:
        words = [match[2], *words[1:]]
    item = _as_item(words[0]) if len(words) == 1 else None
    if item is not None:
        return [replace(item, weight=weight)]
    first = _bare(words[0])
    if _FILE.match(first):
        path = unquote(urlparse(first).path) if first.startswith("file://") else first
        rest = [Term(words=" ".join(map(_bare, words[1:])))] if len(words) > 1 else []
        return [Term(path=path, weight=weight), *rest]
    joined = " ".join(_bare(word) for word in words).strip()
    return [Term(words=joined, weight=weight)] if joined else []


def _bare(token: str) -> str:
    return token.replace('"', "")


def _as_item(token: str) -> Term | None:
    match = re.match(r"^item:(\d+)$", token)
    return Term(item_id=int(match[1])) if match else None


def _as_filter(token: str, wanted: Filter) -> Filter | None:
    """`wanted` with one more condition, or None when the token is no filter."""
    match = _FILTER.match(token)
    if match is None or not match[4].strip():
        return None
    minus, name, sign, value = match[1] == "-", match[2].lower(), match[3], match[4].strip()
    if minus:
        return replace(wanted, without_tags=(*wanted.without_tags, value)) if name == "tag" else None
    if name in _RANGES:
        return _RANGES[name](wanted, sign, value)
    if sign not in (":", "="):
        return None
    return _CHOICES[name](wanted, value) if name in _CHOICES else None


def _date(wanted: Filter, sign: str, value: str) -> Filter | None:
    match = _DATE.match(value)
    if match is None:
        return None
    year, month, day = int(match[1]), match[2], match[3]
    try:
        first = datetime(year, int(month or 1), int(day or 1), tzinfo=UTC)
        last_month = int(month or 12)
        last_day = int(day) if day else monthrange(year, last_month)[1]
        begin, end = first.timestamp(), datetime(year, last_month, last_day, 23, 59, 59, tzinfo=UTC).timestamp()
    except ValueError:
        return None
    if sign in (":", "="):
        return replace(wanted, date_from=begin, date_to=end)
    if sign in (">=", ">"):
        return replace(wanted, date_from=begin if sign == ">=" else end + 1)
    return replace(wanted, date_to=end if sign == "<=" else begin - 1)


def _stars(wanted: Filter, sign: str, value: str) -> Filter | None:
    if not value.isdigit() or sign in ("<", "<="):
        return None
    return replace(wanted, stars_from=int(value) + (sign == ">"))


def _size(wanted: Filter, sign: str, value: str) -> Filter | None:
    match = _SIZE.match(value)
    if match is None:
        return None
    count = int(float(match[1]) * _UNITS[(match[2] or "b").lower()])
    if sign in (">", ">="):
        return replace(wanted, size_from=count + (sign == ">"))
    if sign in ("<", "<="):
        return replace(wanted, size_to=count - (sign == "<"))
    return replace(wanted, size_from=count, size_to=count)


def _kind(wanted: Filter, value: str) -> Filter | None:
    names = [name.strip().lower() for name in value.split(",")]
    if any(name not in _KINDS for name in names):
        return None
    return replace(wanted, kinds=tuple(dict.fromkeys((*wanted.kinds, *(_KINDS[name] for name in names)))))


def _flag(wanted: Filter, value: str) -> Filter | None:
    return replace(wanted, flag=_FLAGS[value.lower()]) if value.lower() in _FLAGS else None


def _label(wanted: Filter, value: str) -> Filter | None:
    return replace(wanted, label=int(value)) if value.isdigit() else None


_RANGES: dict[str, Callable[[Filter, str, str], Filter | None]] = {"date": _date, "stars": _stars, "size": _size}
_CHOICES: dict[str, Callable[[Filter, str], Filter | None]] = {
    "tag": lambda wanted, value: replace(wanted, tags=(*wanted.tags, value)),
    "in": lambda wanted, value: replace(wanted, folder=value),
    "text": lambda wanted, value: replace(wanted, text=value),
    "kind": _kind,
    "flag": _flag,
    "label": _label,
}


def _filter_words(wanted: Filter) -> list[str]:
    words = [f"tag:{_quoted(tag)}" for tag in wanted.tags]
    words += [f"-tag:{_quoted(tag)}" for tag in wanted.without_tags]
    words += [f"kind:{kind}" for kind in wanted.kinds]
    for name, value in (("in", wanted.folder), ("text", wanted.text)):
        if value:
            words.append(f"{name}:{_quoted(value)}")
    for sign, when in ((">=", wanted.date_from), ("<=", wanted.date_to)):
        if when is not None:
            words.append(f"date{sign}{datetime.fromtimestamp(when, UTC):%Y-%m-%d}")
    for name, number in (
        ("stars>=", wanted.stars_from),
        ("size>=", wanted.size_from),
        ("size<=", wanted.size_to),
        ("label:", wanted.label),
    ):
        if number is not None:
            words.append(f"{name}{number}")
    if wanted.flag is not None:
        words.append(f"flag:{_FLAG_NAMES[wanted.flag]}")
    return words


def _quoted(text: str, *, plain: bool = False) -> str:
    needs = re.search(r"\s", text) if plain else re.search(r'[\s+\-:"<>=]|^\d', text)
    return '"' + text.replace('"', "") + '"' if needs or not text else text
