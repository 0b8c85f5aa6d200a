"""Questions about installed models and the spaces they make."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine.catalogue.tables import Model, Space


def model_with_key(session: Session, key: str) -> Model | None:
    """The installed model of that key."""
    return session.scalar(select(Model).where(Model.key == key))


def model_marked_in_use(session: Session) -> Model | None:
    """The model the user chose, if any was chosen."""
    return session.scalar(select(Model).where(Model.in_use))


def all_models(session: Session) -> Sequence[Model]:
    """Installed models, oldest first."""
    return session.scalars(select(Model).order_by(Model.added_at, Model.id)).all()


def spaces_per_model(session: Session) -> dict[int, int]:
    """Model id to how many spaces its checkpoints have made here."""
    rows = session.execute(
        select(Space.model_id, func.count()).where(Space.model_id.is_not(None)).group_by(Space.model_id)
    )
    return {model_id: count for model_id, count in rows if model_id is not None}


def mark_in_use(session: Session, key: str) -> None:
    """Make one model the one in use."""
    session.execute(update(Model).values(in_use=Model.key == key))


def forget_model(session: Session, model: Model) -> None:
    """Remove the model's row; its spaces and their vectors stay, without a model."""
    session.execute(update(Space).where(Space.model_id == model.id).values(model_id=None))
    session.execute(update(Model).where(Model.parent_id == model.id).values(parent_id=None))
    session.delete(model)


def space_with_key(session: Session, key: str) -> Space | None:
    """The space of that identity."""
    return session.scalar(select(Space).where(Space.key == key))


def all_spaces(session: Session) -> Sequence[tuple[Space, str | None]]:
    """Every space with its model's key, oldest first."""
    rows = session.execute(select(Space, Model.key).outerjoin(Model, Model.id == Space.model_id).order_by(Space.id))
    return [(space, key) for space, key in rows]


def measured_of(model: Model) -> dict[str, object]:
    """What was measured for a model on each device: {device: {tower: {...}}}."""
    return dict(json.loads(model.measured)) if model.measured else {}
