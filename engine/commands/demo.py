"""`sightline demo`: the sample archive from first look to found items. With a window, or headless with figures and pictures."""

from __future__ import annotations

import json
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import engine as product
from engine.commands.console import emit, run_job, say, table
from engine.errors import UserFixable
from engine.values import BANDS, Filter, Hits, Kind, Query, Term

if TYPE_CHECKING:
    from engine.engine import Engine

HELP = "open the sample archive; with --headless index, map and search it without a window"
SUMMARY = "summary.json"
TOP = 5
# Two questions per modality: one in words, one by an example of the archive itself.
WORDS: tuple[tuple[Kind, str], ...] = (
    ("image", "a bird"),
    ("audio", "an animal calling"),
    ("text", "something to eat"),
)
EXAMPLES: tuple[tuple[Kind, str], ...] = (("image", "violin"), ("audio", "rooster"), ("text", "flowers"))


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--headless", action="store_true", help="no window: write figures and pictures")
    parser.add_argument(
        "--out", metavar="DIR", type=Path, help="where summary.json and the pictures go (default: demo)"
    )


def run(arguments: Namespace) -> int:
    """`arguments.window` shows and photographs windows; without it (an engine alone) pictures are left out."""
    if not arguments.headless:
        if arguments.window is None:
            raise UserFixable("There is no window in this installation.", "", "Use: sightline demo --headless")
        return int(arguments.window.show(_folder(arguments) or sample_library(), sample=True))
    out: Path = arguments.out or Path("demo")
    out.mkdir(parents=True, exist_ok=True)
    named = _folder(arguments)
    with tempfile.TemporaryDirectory(prefix="sightline-demo-") as fresh:
        summary = _headless(named or Path(fresh) / "library", out, arguments.window, quiet=arguments.json)
    (out / SUMMARY).write_text(json.dumps(summary, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if arguments.json:
        emit(summary)
    else:
        _show(summary)
    say(f"Written to {out / SUMMARY}.")
    return 0


def sample_library() -> Path:
    """The sample's own library, beside the user's."""
    from engine.engine import default_folder

    return default_folder().parent / "sample"


def _folder(arguments: Namespace) -> Path | None:
    return Path(arguments.library) if arguments.library else None


def _headless(folder: Path, out: Path, window: Any, *, quiet: bool) -> dict[str, Any]:
    from engine.engine import Engine
    from engine.workflows.build_map import BuildMap
    from engine.workflows.open_sample import OpenSample
    from engine.workflows.summary import ScanSummary

    clock = Clock()
    with clock.stage("open"):
        engine = Engine.open(folder)
    try:
        with clock.stage("model"):
            encoder = engine.models.encoder()
        with clock.stage("index"):
            indexed = run_job(engine, OpenSample(), quiet=quiet).result
            assert isinstance(indexed, ScanSummary)
        with clock.stage("map"):
            run_job(engine, BuildMap(), quiet=quiet)
        with clock.stage("search"):
            searches = [_search(engine, kind, Term(words=words)) for kind, words in WORDS]
            searches += [_search(engine, kind, _example(engine, kind, name)) for kind, name in EXAMPLES]
        summary = {
            "version": product.__version__,
            "model": engine.models.in_use().key,
            "device": encoder.device,
            "counts": asdict(engine.items.counts()),
            "indexing": indexed.as_figures(),
            "gap": engine.maps.gap(),
            "searches": searches,
        }
    finally:
        engine.close()
    pictures: list[str] = []
    if window is not None:
        with clock.stage("pictures"):
            pictures = [path.name for path in window.photograph(folder, out)]
    return {**summary, "seconds": clock.seconds, "pictures": pictures}


def _search(engine: Engine, kind: Kind, term: Term) -> dict[str, Any]:
    hits = engine.search.hits(Query((term,), Filter(kinds=(kind,))), k=TOP)
    asked = term.words or engine.items.cards([term.item_id or 0])[0].name
    return {
        "modality": kind,
        "by": "words" if term.words else "example",
        "asked": asked,
        "milliseconds": round(hits.milliseconds, 2),
        "searched": hits.searched,
        "hits": _hits(engine, hits),
    }


def _hits(engine: Engine, hits: Hits) -> list[dict[str, Any]]:
    cards = {card.id: card for card in engine.items.cards(hits.item_ids[:TOP])}
    return [
        {
            "rank": rank,
            "name": cards[number].name,
            "text": cards[number].text,
            "score": round(float(score), 4),
            "band": BANDS[int(band)],
        }
        for rank, (number, score, band) in enumerate(
            zip(hits.item_ids[:TOP].tolist(), hits.scores.tolist(), hits.bands.tolist()), 1
        )
        if number in cards
    ]


def _example(engine: Engine, kind: Kind, name: str) -> Term:
    ids = engine.items.ids(Filter(kinds=(kind,), text=name))
    if not len(ids):
        raise UserFixable(f"The sample archive holds no “{name}”.", "", "Install Sightline again.")
    return Term(item_id=int(ids[0]))


def _show(summary: dict[str, Any]) -> None:
    counts, seconds = summary["counts"], summary["seconds"]
    say(
        f"{counts['items']:,} items: {counts['images']:,} images, {counts['sounds']:,} sounds, {counts['texts']:,} texts"
        f" · {summary['device']}"
    )
    say(" · ".join(f"{stage} {value:.1f} s" for stage, value in seconds.items()))
    rows = [
        (search["asked"], search["modality"], hit["rank"], hit["name"], f"{hit['score']:.2f}", hit["band"])
        for search in summary["searches"]
        for hit in search["hits"][:3]
    ]
    table(("Asked", "Kind", "", "Found", "Score", "Band"), rows, right=(2, 4))


class Clock:
    """Seconds per stage, in the order they came."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - began, 3)
