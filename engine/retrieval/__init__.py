"""EXTENSION 4, retrieval: ways to ask. One file per way; each turns the terms of a query into a direction in the space.

Comes in: a `Query` (words, items, files from outside, with signed weights, and a filter). Goes out: `Hits`, `Neighbour`s: evidence
(ids, true cosines, bands, what found them), never a look. A way to ask is `(ask: Asking, terms) -> Direction`, declared with
`@retrieval(name, answers=predicate, order=number)`; the first by order whose predicate takes the terms answers.
`archive` holds the item side of a space's rows; `background` and `bands` measure what stands out; `fusion` joins meaning and words.
May import models, indexes, vectors, catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from engine.registry import Registry

if TYPE_CHECKING:
    from engine.retrieval.direction import Asking, Direction
    from engine.values import Term

retrievals: Registry[Callable[[Asking, Sequence[Term]], Direction]] = Registry("engine.retrieval")
retrieval = retrievals.register
