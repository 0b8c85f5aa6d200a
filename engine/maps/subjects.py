"""Which named place of the map each item lies on: “subject” as something to colour a map by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.maps.clusters import clusters

if TYPE_CHECKING:
    from engine.values import Region

MOST = 12  # names that colours can tell apart
LEVELS_TRIED = (1, 0)


def subjects_of(coordinates: np.ndarray, regions: Sequence[Region]) -> tuple[np.ndarray, list[str]]:
    """(codes (n,) int32 into names, names) for points (n, 2): -1 where a point lies on no named place.

    `regions` are those of the same points. Taken from the finest level with at most twelve different names, else from the coarsest.
    """
    for level in LEVELS_TRIED:
        named = {region.number: region.name for region in regions if region.level == level}
        names = list(dict.fromkeys(named.values()))
        if named and (len(names) <= MOST or level == LEVELS_TRIED[-1]):
            label = clusters(coordinates, level).label
            code_of = np.full(max(int(label.max(initial=-1)), *named) + 2, -1, np.int32)  # the last one is for label -1
            for number, name in named.items():
                code_of[number] = names.index(name)
            return code_of[label], names
    return np.full(len(coordinates), -1, np.int32), []
