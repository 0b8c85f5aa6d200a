"""The columns of the table: title, what a cell says, what sorting by it is called, how wide it begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePath

from engine.values import ItemCard

_KINDS = {"image": "image", "audio": "sound", "text": "text"}


@dataclass(frozen=True)
class Column:
    key: str
    title: str
    width: int
    words: Callable[[ItemCard], str] = lambda card: ""
    sort: str | None = None  # None: cannot be sorted by
    figures: bool = False


def _stars(card: ItemCard) -> str:
    return "★" * card.stars


def _flag(card: ItemCard) -> str:
    return {1: "pick", -1: "reject"}.get(card.flag, "")


def _size(card: ItemCard) -> str:
    return f"{card.width:,} × {card.height:,}" if card.width and card.height else ""


def _length(card: ItemCard) -> str:
    if card.seconds is None:
        return ""
    minutes, seconds = divmod(round(card.seconds), 60)
    return f"{minutes}:{seconds:02}"


def _taken(card: ItemCard) -> str:
    if card.taken_at is None:
        return ""
    moment = datetime.fromtimestamp(card.taken_at, UTC)  # the camera's wall clock, stored as if it were UTC
    return f"{moment.day} {moment.strftime('%B %Y, %H:%M')}"


COLUMNS: tuple[Column, ...] = (
    Column("picture", "", 64),
    Column("name", "Name", 220, lambda card: card.name, "name"),
    Column("kind", "Kind", 70, lambda card: _KINDS[card.kind], "kind"),
    Column("score", "Score", 64, figures=True),
    Column("band", "Band", 84),
    Column("found", "Found by", 80),
    Column("stars", "Stars", 84, _stars, "stars"),
    Column("flag", "Flag", 64, _flag),
    Column("label", "Label", 56, lambda card: str(card.label or ""), figures=True),
    Column("taken", "Taken", 196, _taken, "date"),
    Column("size", "Size", 110, _size, figures=True),
    Column("length", "Length", 70, _length, "length", figures=True),
    Column("text", "Words", 260, lambda card: " ".join((card.text or "").split())),
    Column("folder", "Folder", 320, lambda card: str(PurePath(card.path).parent) if card.path else "", "folder"),
)
