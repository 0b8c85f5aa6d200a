"""Cards of items: what a tile, a row or a hover card shows. Fetched by id, so that lists can ask page by page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from engine.catalogue.places import text_path
from engine.catalogue.queries.many import texts_of, values_of
from engine.catalogue.tables import Collection, File, Item, Mark, Pair
from engine.values import ItemCard


def cards_of(session: Session, ids: Sequence[int]) -> list[ItemCard]:
    """One card per id, in the order asked; ids that do not exist are left out."""
    words = aliased(Item)
    caption = (
        select(words.text)
        .join(Pair, Pair.right_id == words.id)
        .where(Pair.left_id == Item.id, words.kind == "text")
        .order_by(Pair.id)
        .limit(1)
        .correlate(Item)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Item, Mark, func.coalesce(Item.text, caption))
        .join(Mark, Mark.item_id == Item.id, isouter=True)
        .where(Item.id.in_(values_of(ids)))
    ).all()
    places = _first_places(session, (item.content_hash for item, _, _ in rows))
    made = {item.id: _card(item, mark, text, places.get(item.content_hash)) for item, mark, text in rows}
    return [made[number] for number in map(int, ids) if number in made]


def _first_places(session: Session, hashes: Iterable[str]) -> dict[str, tuple[Any, ...]]:
    """For each content the place to show: a present one before a missing one, the oldest first; and how many there are."""
    present_first = case((File.status == "ok", 0), else_=1)
    rank = func.row_number().over(partition_by=File.content_hash, order_by=(present_first, File.id))
    total = func.sum(1 - present_first).over(partition_by=File.content_hash)
    ranked = (
        select(File.content_hash, File.path, File.status, File.collection_id, rank.label("rank"), total.label("total"))
        .where(File.content_hash.in_(texts_of(set(hashes))), File.status != "failed")
        .subquery()
    )
    rows = session.execute(
        select(ranked, Collection.root, Collection.kind)
        .join(Collection, Collection.id == ranked.c.collection_id)
        .where(ranked.c.rank == 1)
    )
    return {row.content_hash: tuple(row) for row in rows}


def _card(item: Item, mark: Mark | None, text: str | None, place: tuple[Any, ...] | None) -> ItemCard:
    path, collection_id, places, present = "", None, 0, False
    if place is not None:
        _, relative, status, collection_id, _, places, root, kind = place
        path, present = text_path(root, kind, relative), status == "ok"
    return ItemCard(
        id=item.id,
        kind=item.kind,  # type: ignore[arg-type]
        name=item.name,
        path=path,
        collection_id=collection_id,
        text=text,
        stars=mark.stars if mark else 0,
        flag=mark.flag if mark else 0,
        label=mark.label if mark else 0,
        hidden=mark.hidden if mark else False,
        width=item.width,
        height=item.height,
        seconds=item.seconds,
        taken_at=item.taken_at,
        line=item.line,
        page=item.page,
        mat=item.mat,
        places=places,
        present=present,
    )
