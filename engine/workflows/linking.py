"""Finds the pairs of a collection after its files changed: same stems, caption tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.files.names import absolute
from engine.media.messages import Answer, Task
from engine.modalities.reading import Wish

if TYPE_CHECKING:
    from engine.engine import Engine


def link_pairs(engine: Engine, collection_id: int, root: str, answer_of: Callable[[Task], Answer]) -> int:
    """Bring pairs from sidecars and caption tables in step with what is there. Returns how many are new.

    Tables are read again, by a worker: only they know which file each sentence belongs to, and that file may have come later.
    """
    from engine.catalogue.queries import files, pairs

    with engine.library.read() as session:
        tables = files.tables_in(session, collection_id)
    wanted: pairs.Wanted = {}
    for _, path, raw_path, content in tables:
        answer = answer_of(Task(absolute(root, path, raw_path), path.rpartition("/")[2], Wish()))
        if answer.reading is None or answer.content_hash != content:
            continue  # it changed under our hands; the next scan sees it
        rows = [
            (number, caption.image or "", caption.language) for number, caption in enumerate(answer.reading.captions)
        ]
        with engine.library.read() as session:
            wanted |= pairs.link_table(session, collection_id, content, path.rpartition("/")[0], rows)
    with engine.library.write() as session:
        new = pairs.replace_table_pairs(session, collection_id, wanted)
        return new + pairs.link_sidecars(session, collection_id)
