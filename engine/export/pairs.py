"""Pictures and their captions as open_clip reads them for training: tab-separated `filepath` and `title`."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from engine.export.rows import pages
from engine.export.target import whole_file

if TYPE_CHECKING:
    import numpy as np

    from engine.engine import Engine
    from engine.jobs import Progress

TITLE = "Picture and caption pairs (open_clip)"
HELP = "A tab-separated table with filepath and title, one row per caption, for training with open_clip."
SUFFIX = ".tsv"


def write(engine: Engine, ids: np.ndarray, target: Path, progress: Progress) -> int:
    """Pictures without a caption are left out; one with several gives several rows."""
    count = 0
    progress.start(len(ids))
    with (
        whole_file(engine, target) as path,
        path.open("w", encoding="utf-8", newline="", errors="surrogateescape") as out,
    ):
        writer = csv.writer(out, delimiter="\t")
        writer.writerow(("filepath", "title"))
        for page in pages(ids):
            captions = engine.items.captions(page)
            for card in engine.items.cards(page):
                if card.kind == "image" and card.path:
                    rows = [(card.path, " ".join(words.split())) for _, words in captions.get(card.id, ())]
                    writer.writerows(rows)
                    count += len(rows)
            progress.step(len(page))
    return count
