"""User acts as a line with one place in it: what was done lies behind, what was undone before it. Survives restarts.

A new act forgets what was undone. The oldest acts beyond `KEPT` are forgotten; nothing they did changes.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engine.catalogue.changes import Change, carry_out
from engine.catalogue.id_ranges import unpack
from engine.catalogue.tables import Act
from engine.values import Done

KEPT = 2_000


def do(session: Session, verb: str, sentence: str, forward: list[Change], backward: list[Change]) -> Done:
    """Carry out `forward` and remember both ways."""
    session.execute(delete(Act).where(Act.undone))
    carry_out(session, forward)
    act = Act(
        verb=verb,
        sentence=sentence,
        forward=_packed(forward),
        backward=_packed(backward),
        undone=False,
        at=time.time(),
    )
    session.add(act)
    session.flush()
    session.execute(delete(Act).where(Act.id <= act.id - KEPT))
    return Done(sentence, act.id, tuple(_touched(forward)))


def undo(session: Session) -> Done | None:
    """Take the last act back. None when there is none."""
    act = session.scalar(select(Act).where(~Act.undone).order_by(Act.id.desc()).limit(1))
    if act is None:
        return None
    changes = json.loads(act.backward)
    carry_out(session, changes)
    act.undone = True
    return Done(f"Undone: {act.sentence}", act.id, tuple(_touched(changes)))


def redo(session: Session) -> Done | None:
    """Do the act again that was undone last. None when there is none."""
    act = session.scalar(select(Act).where(Act.undone).order_by(Act.id).limit(1))
    if act is None:
        return None
    changes = json.loads(act.forward)
    carry_out(session, changes)
    act.undone = False
    return Done(act.sentence, act.id, tuple(_touched(changes)))


def next_to_undo(session: Session) -> str | None:
    """The sentence of the act that `undo` would take back."""
    return session.scalar(select(Act.sentence).where(~Act.undone).order_by(Act.id.desc()).limit(1))


def next_to_redo(session: Session) -> str | None:
    """The sentence of the act that `redo` would do again."""
    return session.scalar(select(Act.sentence).where(Act.undone).order_by(Act.id).limit(1))


def steps(session: Session) -> int:
    """How many acts can be undone."""
    return session.scalar(select(func.count()).select_from(Act).where(~Act.undone)) or 0


def _packed(changes: list[Change]) -> str:
    return json.dumps(changes, separators=(",", ":"), ensure_ascii=False)


def _touched(changes: list[Change]) -> Iterable[int]:
    found: set[int] = set()
    for verb, *arguments in changes:
        if verb in ("tag", "untag"):
            found.update(unpack(arguments[1]))
        elif verb == "mark":
            for _, ids in arguments[1]:
                found.update(unpack(ids))
        elif verb == "judge":
            found.update(number for low, high, *_ in arguments[1] for number in (low, high))
    return sorted(found)
