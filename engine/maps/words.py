"""Words that a library knows of its items: tags, captions, passages, names of files and folders. For naming places of the map."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engine.engine import Engine

READ = 400  # characters of a caption or passage
LONGEST, SHORTEST = 24, 3
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Of file names and folders, not of what is in them.
_OF_FILES = (
    "img dsc dscn pict photo photos image images picture pictures jpg jpeg png gif webp tiff heic raw wav mp3 flac ogg opus txt "
    "file files copy untitled scan screenshot the and with von der die das und les des une del los las "
    "for from that this are was has have its his her two one some there very into over out not but you all can who their they "
    "red green blue yellow brown black white grey gray pink purple small big large little old new young "
    "ein eine einer einem einen auf mit ist sind sich den dem ein una por para con est dans sur pour avec qui"
)
NOT_SAID = frozenset(_OF_FILES.split())


@dataclass(frozen=True, eq=False)
class Words:
    """`vocabulary` and pairs (`item`, `word`): word number `word[i]` belongs to the item at place `item[i]`, with a weight."""

    vocabulary: list[str]
    item: np.ndarray
    word: np.ndarray
    weight: np.ndarray


def words_of(engine: Engine, item_ids: np.ndarray) -> Words:
    """Words of `item_ids` (n,), each counted once an item, at the weight of its best source (tag 3, text 1, folder 1, name 0.7)."""
    from sqlalchemy import text

    from engine.catalogue.queries.many import values_of

    place = {int(number): at for at, number in enumerate(item_ids.tolist())}
    found: list[dict[str, float]] = [{} for _ in place]
    listed = values_of(item_ids).compile(compile_kwargs={"literal_binds": True})
    with engine.library.read() as session:
        rows = session.execute(
            text(
                f"SELECT rowid, name, substr(caption, 1, {READ}), substr(text, 1, {READ}) FROM item_fts"
                f" WHERE rowid IN ({listed})"
            )
        ).all()
    for number, name, caption, passage in rows:
        own = found[place[number]]
        _note(own, name.rsplit(".", 1)[0] if name else "", 0.7)
        _note(own, caption or "", 1.0)
        _note(own, passage or "", 1.0)
    for field, weight in (("folder", 1.0), ("tag", 3.0)):
        codes, names = engine.items.field(field, item_ids)
        for at, code in enumerate(codes.tolist()):
            label = names[code]
            if not label.startswith("No ") and label != "Top folder":
                _note(found[at], label.rsplit("/", 1)[-1], weight)
    numbers: dict[str, int] = {}
    item, word, weights = [], [], []
    for at, own in enumerate(found):
        for said, weight in own.items():
            item.append(at)
            word.append(numbers.setdefault(said, len(numbers)))
            weights.append(weight)
    return Words(list(numbers), np.array(item, np.int64), np.array(word, np.int64), np.array(weights, np.float32))


def _note(own: dict[str, float], said: str, weight: float) -> None:
    for word in WORD.findall(said.casefold()):
        if SHORTEST <= len(word) <= LONGEST and word not in NOT_SAID and own.get(word, 0) < weight:
            own[word] = weight
