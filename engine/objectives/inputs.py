"""The names by which objectives ask for what they compare, and which of them one asks for."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# n: items of the batch, d: length of a vector, k: prototypes, q: length of a queue
INPUTS = {
    "anchors": "(n, d): one vector for each item, usually of its picture",
    "partners": "(n, d): what belongs to each anchor, row by row, usually its words; with `owners` (m, d)",
    "anchor_views": "(n, d): the anchors' items seen a second time, changed by chance",
    "partner_views": "(n, d): the partners' items seen a second time, changed by chance",
    "views": "two or more of (n, d): the same items in several random views, those of the largest crops first",
    "parts": "two or more of (n, d): the kinds of the same records, such as picture, sound and words",
    "labels": "(n,) whole numbers: the class of each anchor",
    "targets": "(n, n), none negative: how much partner j is meant by anchor i",
    "owners": "(m,) whole numbers: the row of `anchors` to which each row of `partners` belongs",
    "negatives": "(m, d): wrong partners made on purpose, such as captions with two words swapped",
    "prototypes": "(k, d): directions to choose from, such as the names of classes or the centres of groups",
    "teacher_anchors": "(n, d): the anchors' items as a frozen network or a slow copy sees them; not trained",
    "teacher_partners": "(n, d): the partners' items as a frozen network or a slow copy sees them; not trained",
    "anchor_queue": "(q, d): a slow copy's vectors of earlier anchors; not trained",
    "partner_queue": "(q, d): a slow copy's vectors of earlier partners; not trained",
    "view_queues": "one (q, d) for each of the largest crops: earlier vectors of it; not trained",
    "mixed_anchors": "(n, d): anchors of which each is `shares` of its own item and the rest of the item in `order`",
    "mixed_partners": "(n, d): partners mixed in the same way",
    "order": "(n,) whole numbers: the row that each row was mixed with",
    "shares": "(n,) in [0, 1]: how much of its own item a mixed row holds",
    "generator": "where chance comes from; torch's own when there is none",
}


@dataclass(frozen=True)
class Inputs:
    """What an objective `needs`, and what it `takes` besides when it is there."""

    needs: tuple[str, ...]
    takes: tuple[str, ...]

    def chosen_from(self, given: dict[str, Any]) -> dict[str, Any]:
        """The part of `given` that the objective asks for. Raises KeyError when something needed is missing."""
        missing = [name for name in self.needs if given.get(name) is None]
        if missing:
            raise KeyError(", ".join(missing))
        return {name: given[name] for name in (*self.needs, *self.takes) if given.get(name) is not None}


def inputs_of(made: Callable[..., Any]) -> Inputs:
    """Read off the signature: no default is needed, None is optional, anything else is a setting."""
    parameters = inspect.signature(made).parameters.values()
    return Inputs(
        tuple(one.name for one in parameters if one.default is inspect.Parameter.empty),
        tuple(one.name for one in parameters if one.default is None),
    )
