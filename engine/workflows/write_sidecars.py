"""Writes what the library knows of pictures and sounds into XMP sidecars beside them. Only ever started by the user; originals are not touched."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engine.catalogue.marks import items
from engine.catalogue.places import real_path
from engine.modalities.pictures import xmp
from engine.modalities.reading import Caption

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs.progress import Progress

PAGE = 500


@dataclass(frozen=True)
class WriteSidecars:
    """One `name.ext.xmp` per picture or sound that anything was said of. What other programs keep in it stays."""

    item_ids: tuple[int, ...] = field(repr=False)
    lane: str = "engine"

    @property
    def title(self) -> str:
        return f"Writing sidecars of {items(len(self.item_ids))}"

    def run(self, engine: Engine, progress: Progress) -> str:
        """A place that cannot be written to keeps its files as they are, and is named."""
        from engine.catalogue.queries.sidecars import media_places

        outcome: Counter[str] = Counter()
        closed: set[int] = set()
        progress.start(len(self.item_ids), "items")
        for first in range(0, len(self.item_ids), PAGE):
            page = self.item_ids[first : first + PAGE]
            with engine.library.read() as session:
                places = media_places(session, page)
            said = _said(engine, [place[0] for place in places])
            for number, collection_id, root, kind, path, raw in places:
                if number in said:
                    outcome[_write(real_path(root, kind, path, raw), said[number], collection_id, closed)] += 1
            progress.step(len(page))
            progress.check()
        names = {card.id: card.name for card in engine.collections.all()} if closed else {}
        told = [f"{outcome['written']:,} sidecar{'' if outcome['written'] == 1 else 's'} written."]
        told += [
            f"Sidecars cannot be written to “{names.get(number, '')}”. Your tags are kept in the library instead."
            for number in sorted(closed)
        ]
        if outcome["foreign"]:
            told.append(f"{outcome['foreign']:,} could not be read as XMP and stayed as they were.")
        return " ".join(told)


def _said(engine: Engine, ids: list[int]) -> dict[int, xmp.Said]:
    """What is known of each item, for those that anything is known of."""
    tags, captions = engine.marks.tags_by_item(ids), engine.items.captions(ids)
    known = {}
    for card in engine.items.cards(ids):
        words = tuple(Caption(sentence, language) for language, sentence in captions.get(card.id, []))
        said = xmp.Said(words, tuple(tags.get(card.id, ())), card.stars, card.flag, card.label)
        if said != xmp.Said():
            known[card.id] = said
    return known


def _write(original: Path, said: xmp.Said, collection_id: int, closed: set[int]) -> str:
    if collection_id in closed:
        return "closed"
    target = original.with_name(original.name + ".xmp")
    fresh = target.with_name(target.name + ".part")
    try:
        before = next((place for place in (target, original.with_suffix(".xmp")) if place.is_file()), None)
        packet = xmp.write(said, before.read_text("utf-8") if before else None)
        fresh.write_text(packet, "utf-8")
        os.replace(fresh, target)
    except ValueError:  # not XMP, or not in UTF-8: it is another program's, and stays
        return "foreign"
    except OSError:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        closed.add(collection_id)
        return "closed"
    return "written"
