"""`sightline search TEXT | --like FILE ... [--minus TEXT] [--modality M] [-k N] [--filter "tag:x date>=2020"]`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.commands.console import emit, library, say, table
from engine.values import BANDS, FOUND_BY

if TYPE_CHECKING:
    from engine.values import Hits, ItemCard, Query

HELP = "find items by words, by example files, or by both"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "text", nargs="?", metavar="TEXT", help="words, or the text form of a query: 2:bird + ./a.jpg - drawing"
    )
    parser.add_argument(
        "--like", nargs="+", action="extend", default=[], metavar="FILE", help="pictures, sounds or texts to search by"
    )
    parser.add_argument("--minus", action="append", default=[], metavar="TEXT", help="less of this; may be repeated")
    parser.add_argument(
        "--modality", choices=("image", "audio", "text"), action="append", default=[], help="only items of this kind"
    )
    parser.add_argument("-k", type=_count, default=20, metavar="N", help="how many hits (default 20)")
    parser.add_argument(
        "--filter", default="", metavar="FILTER", help='such as "tag:book date>=2020 in:plants stars>=3"'
    )


def run(arguments: Namespace) -> int:
    """Search once. Exit code 2 when nothing is asked, 1 when an example cannot be read."""
    query = _query(arguments)
    if not query.terms:
        say("Say what to look for: some words, or --like FILE.")
        return 2
    with library(arguments, read_only=True) as engine:
        hits = engine.search.hits(query, arguments.k)
        for sentence in hits.left_out:
            say(sentence)
        if hits.left_out and not len(hits.item_ids):
            return 1
        cards = {card.id: card for card in engine.items.cards(hits.item_ids)}
    _show(hits, cards, as_json=arguments.json)
    return 0


def _query(arguments: Namespace) -> Query:
    from engine.retrieval.parser import parse
    from engine.values import Query, Term

    asked = parse(" ".join((arguments.text or "", arguments.filter)).strip())
    terms = [*asked.terms]
    terms += [Term(path=path) for path in arguments.like]
    terms += [Term(words=words, weight=-1.0) for words in arguments.minus if words.strip()]
    kinds = tuple(dict.fromkeys((*asked.filter.kinds, *arguments.modality)))
    return Query(tuple(terms), replace(asked.filter, kinds=kinds))


def _show(hits: Hits, cards: dict[int, ItemCard], *, as_json: bool) -> None:
    rows: list[tuple[int, ItemCard, float | None, str, str]] = []
    for place, item_id in enumerate(hits.item_ids.tolist()):
        card = cards.get(item_id)
        if card is None:
            continue
        score = float(hits.scores[place])
        shown = None if score != score else round(score, 4)  # not a number where only the words matched
        by = FOUND_BY[int(hits.found_by[place]) - 1]
        rows.append((len(rows) + 1, card, shown, BANDS[int(hits.bands[place])], by))
    if as_json:
        for rank, card, shown, band, _ in rows:
            emit({"rank": rank, "path": card.path, "modality": card.kind, "score": shown, "band": band})
        return
    if not rows:
        say("No item matches.")
        return
    table(
        ("", "score", "band", "found by", "kind", "path"),
        [
            (rank, "" if score is None else f"{score:.3f}", band, by, card.kind, card.path)
            for rank, card, score, band, by in rows
        ],
        right=(0, 1),
    )
    say(f"{len(rows)} of {hits.searched:,} items in {hits.milliseconds:.0f} ms")
    if hits.unindexed > 0:
        say(f"{hits.unindexed:,} items are not indexed with this model yet and cannot be found by meaning.")


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError("at least 1")
    return number
