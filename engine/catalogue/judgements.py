"""The facade's area for what the user says of two items together. Every word is an act: it can be undone, also after a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from engine.catalogue.library import Library
from engine.events import Changed, Event
from engine.values import Done, Judgement

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Subject = Literal["blind_pair", "duplicate"]
SAID: dict[tuple[str, str | None], str] = {
    ("blind_pair", "differ"): "Said that {} differ.",
    ("blind_pair", "same"): "Said that {} show the same.",
    ("blind_pair", "unsure"): "Left {} as “cannot tell”.",
    ("duplicate", "no"): "Said that {} are no duplicates.",
    ("blind_pair", None): "Took the answer on {} back.",
    ("duplicate", None): "Took the answer on {} back.",
}
FEW = 512


class Judgements:
    """`judge` may be called from any thread."""

    def __init__(self, library: Library, announce: Callable[[Event], None]) -> None:
        self._library = library
        self._announce = announce

    def judge(
        self,
        subject: Subject,
        pairs: Sequence[tuple[int, int]],
        verdict: str | None,
        pattern: str | None = None,
    ) -> Done:
        """Say one thing of some pairs; None takes back what was said. `pattern` files blind pairs under what differs.

        Raises ValueError for a verdict the subject does not know.
        """
        if (subject, verdict) not in SAID:
            raise ValueError(f"{verdict!r} is not said of a {subject}")
        from engine.catalogue import acts

        ordered = sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})
        with self._library.write() as session:
            before = _rows(session, subject, ordered)
            forward = [[low, high, verdict, pattern] for low, high in ordered]
            backward = [[low, high, *before.get((low, high), (None, None))] for low, high in ordered]
            named = "1 pair" if len(ordered) == 1 else f"{len(ordered):,} pairs"
            sentence = SAID[subject, verdict].format(named)
            done = acts.do(session, "judge", sentence, [["judge", subject, forward]], [["judge", subject, backward]])
        touched = sorted({number for pair in ordered for number in pair})
        self._announce(Changed(marks=True, item_ids=tuple(touched) if len(touched) <= FEW else ()))
        return done

    def set_aside(self, items: Sequence[int], kept: dict[int, int]) -> Done:
        """Hide copies, and remember of `kept` items how many places they may go on lying in. One act."""
        from engine.catalogue import acts
        from engine.catalogue.id_ranges import pack
        from engine.catalogue.queries.marks import existing, values_now

        with self._library.write() as session:
            chosen = existing(session, items)
            was = [[value, pack(members)] for value, members in values_now(session, "hidden", chosen)]
            before = _rows(session, "duplicate", [(item, item) for item in kept])
            forward = [["mark", "hidden", [[1, pack(chosen)]]]] if len(chosen) else []
            backward = [["mark", "hidden", was]] if len(chosen) else []
            if kept:
                forward.append(
                    ["judge", "duplicate", [[item, item, "kept", str(count)] for item, count in kept.items()]]
                )
                backward.append(
                    ["judge", "duplicate", [[item, item, *before.get((item, item), (None, None))] for item in kept]]
                )
            copies = len(chosen)
            sentence = (
                f"Set aside {copies:,} {'copy' if copies == 1 else 'copies'}."
                if copies
                else f"Left {len(kept):,} {'file' if len(kept) == 1 else 'files'} in all places."
            )
            done = acts.do(session, "set_aside", sentence, forward, backward)
        self._announce(Changed(marks=True, item_ids=done.item_ids if len(done.item_ids) <= FEW else ()))
        return done

    def hidden(self, items: Iterable[int]) -> set[int]:
        """Those of the items that are hidden."""
        from sqlalchemy import select

        from engine.catalogue.queries.many import values_of
        from engine.catalogue.tables import Mark

        with self._library.read() as session:
            return set(session.scalars(select(Mark.item_id).where(Mark.hidden, Mark.item_id.in_(values_of(items)))))

    def of(self, subject: Subject) -> dict[tuple[int, int], Judgement]:
        """Everything said of a subject, by (smaller id, larger id)."""
        with self._library.read() as session:
            return {pair: Judgement(*said) for pair, said in _rows(session, subject, None).items()}


def _rows(
    session: Session, subject: str, pairs: Iterable[tuple[int, int]] | None
) -> dict[tuple[int, int], tuple[str, str | None]]:
    from sqlalchemy import select

    from engine.catalogue.queries.many import values_of
    from engine.catalogue.tables import Judgement as Row

    wanted = select(Row.low_id, Row.high_id, Row.verdict, Row.pattern).where(Row.subject == subject)
    if pairs is not None:
        wanted = wanted.where(Row.low_id.in_(values_of({low for low, _ in pairs})))
    return {(low, high): (verdict, pattern) for low, high, verdict, pattern in session.execute(wanted)}
