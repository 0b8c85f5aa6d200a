"""Which named place of the map each item lies on: “subject” as something to colour a map by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.maps.clusters import clusters
from engine.maps.regions import names_of

if TYPE_CHECKING:
    from engine.maps.regions import Named


def subjects_of(coordinates: np.ndarray, named: Named) -> tuple[np.ndarray, list[str]]:
    """(codes (n,) int32 into names, names) for points (n, 2): the place of the coarsest level that each lies on, -1 for none.

    `named` are the places of the same points.
    """
    names = names_of(named.regions, 0)
    if not names:
        return np.full(len(coordinates), -1, np.int32), []
    label = clusters(coordinates, named.first).label
    places = {region.number: names.index(region.name) for region in named.regions if region.level == 0}
    code_of = np.full(max(int(label.max(initial=-1)), *places) + 2, -1, np.int32)  # the last one is for label -1
    for number, code in places.items():
        code_of[number] = code
    return code_of[label], names
