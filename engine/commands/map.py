"""`sightline map`: arrange the items on a map and write where they lie."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.console import emit, library, run_job, say
from engine.errors import UserFixable
from engine.workflows.build_map import BuildMap

if TYPE_CHECKING:
    import numpy as np

    from engine.engine import Engine
    from engine.events import MapFrame

HELP = "arrange the items on a map; write it as .parquet, .npy or .png"
SUFFIXES = (".parquet", ".npy", ".png")
CARDS_AT_ONCE = 5_000


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--out", metavar="FILE", type=Path, help="FILE.parquet (path, x, y), .npy (x, y) or .png")
    parser.add_argument("--fresh", action="store_true", help="arrange all items again, not only place new ones")
    gap = parser.add_mutually_exclusive_group()
    gap.add_argument("--corrected", dest="corrected", action="store_true", default=None, help="close the modality gap")
    gap.add_argument("--uncorrected", dest="corrected", action="store_false", help="leave the modality gap as it is")


def run(arguments: Namespace) -> int:
    out: Path | None = arguments.out
    if out is not None and out.suffix.lower() not in SUFFIXES:
        raise UserFixable(
            f"“{out.name}” is not a kind of file a map can be written to.", "", f"Use one of {', '.join(SUFFIXES)}."
        )
    with library(arguments, read_only=True) as engine:
        job = BuildMap(corrected=arguments.corrected, from_nothing=arguments.fresh)
        finished = run_job(engine, job, quiet=arguments.json)
        frame = engine.maps.current(corrected=arguments.corrected)
        assert frame is not None  # the job has just made it
        if out is not None:
            _write(engine, frame, out)
        if arguments.json:
            for path, (x, y) in zip(_paths(engine, frame.item_ids), frame.coordinates.tolist()):
                emit({"path": path, "x": x, "y": y})
        say(finished.summary + (f" Written to {out}." if out is not None else ""))
    return 0


def _paths(engine: Engine, item_ids: np.ndarray) -> Iterator[str]:
    for first in range(0, len(item_ids), CARDS_AT_ONCE):
        for card in engine.items.cards(item_ids[first : first + CARDS_AT_ONCE]):
            yield card.path


def _write(engine: Engine, frame: MapFrame, out: Path) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if out.suffix.lower() == ".png":
            from engine.maps.picture import draw

            codes, names = engine.items.field("kind", frame.item_ids)
            draw(frame.coordinates, codes, names).save(out)
        elif out.suffix.lower() == ".npy":
            import numpy as np

            np.save(out, frame.coordinates)
        else:
            import pyarrow
            import pyarrow.parquet

            columns = {
                "path": list(_paths(engine, frame.item_ids)),
                "x": frame.coordinates[:, 0],
                "y": frame.coordinates[:, 1],
            }
            pyarrow.parquet.write_table(pyarrow.table(columns), out)
    except OSError as fault:
        raise UserFixable(f"“{out}” cannot be written.", "The map itself is kept.", "Choose another place.") from fault
