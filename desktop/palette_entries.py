"""What the command palette offers for a text: actions, tags, collections, or a search. No widgets here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from desktop import wording
from desktop.actions import Action, ActionRegistry
from desktop.sources.rows import Row

AT_MOST = 8  # of one section, once something is typed


@dataclass(frozen=True)
class Entry:
    """One line of the palette. `hits` are the places of the text in `text`, to be drawn in semibold."""

    section: str
    text: str
    place: str
    icon: str
    do: Callable[[], object]
    keys: str = ""
    hits: tuple[int, int] | None = None
    enabled: bool = True


def entries_for(
    typed: str,
    actions: ActionRegistry,
    rows: Iterable[Row],
    show_row: Callable[[Row], object],
    search: Callable[[str], object],
) -> list[Entry]:
    """Recent actions first; `#` tags only, `@` collections only, `>` actions only; a search for the text comes last."""
    text = typed.strip()
    only, wanted = (text[0], text[1:].strip()) if text[:1] in ("#", "@", ">") else ("", text)
    found: list[Entry] = []
    if only in ("", ">"):
        found += _actions(wanted, actions)
    if only in ("", "#") and (wanted or only):
        found += _rows(wanted, rows, ("tag",), show_row)
    if only in ("", "@") and (wanted or only):
        found += _rows(wanted, rows, ("collection", "search"), show_row)
    if wanted and not only:
        words = f"Search the library for “{wanted}”"
        found.append(Entry("", words, "", "ph.magnifying-glass", lambda: search(wanted), "Ctrl+Enter"))
    return found


def _actions(wanted: str, actions: ActionRegistry) -> list[Entry]:
    recent = [action for action in actions.recent() if action.id != "help.palette"]
    used = {action.id for action in recent}
    rest = [action for action in actions if action.id not in used and action.id not in ("help.palette", "edit.back")]
    ranked = sorted(rest, key=lambda action: _rank(wanted, action)) if wanted else rest
    found = [_action_entry("Recent", action, wanted, actions) for action in recent if _matches(wanted, action.text)]
    others = [_action_entry("Actions", action, wanted, actions) for action in ranked if _matches(wanted, action.text)]
    return found[:3] + (others[:AT_MOST] if wanted else others)


def _action_entry(section: str, action: Action, wanted: str, actions: ActionRegistry) -> Entry:
    state = ""
    if action.checked is not None:
        state = " · on" if action.checked() else " · off"
    return Entry(
        section,
        action.text,
        (action.menu or action.group) + state,
        action.icon or "ph.circle",
        lambda: actions.trigger(action.id),
        actions.key_text(action.id),
        _hits(wanted, action.text),
        action.is_enabled,
    )


def _rows(wanted: str, rows: Iterable[Row], kinds: tuple[str, ...], show_row: Callable[[Row], object]) -> list[Entry]:
    names = {"tag": "Tag", "collection": "Collection", "search": "Smart collection"}
    return [
        Entry(
            "In your library",
            row.text,
            f"{names[row.kind]} · {wording.count(row.count or 0, 'item')}",
            row.icon,
            partial(show_row, row),
            "",
            _hits(wanted, row.text),
        )
        for row in rows
        if row.kind in kinds and _matches(wanted, row.text)
    ][:AT_MOST]


def _matches(wanted: str, text: str) -> bool:
    """Every word typed begins somewhere in the text."""
    low = text.casefold()
    return all(word in low for word in wanted.casefold().split())


def _rank(wanted: str, action: Action) -> tuple[int, int, str]:
    low, first = action.text.casefold(), (wanted.casefold().split() or [""])[0]
    at = low.find(first)
    begins_word = at == 0 or (at > 0 and not low[at - 1].isalnum())
    return (0 if begins_word else 1, at, low)


def _hits(wanted: str, text: str) -> tuple[int, int] | None:
    first = (wanted.casefold().split() or [""])[0]
    at = text.casefold().find(first)
    return (at, len(first)) if first and at >= 0 else None
