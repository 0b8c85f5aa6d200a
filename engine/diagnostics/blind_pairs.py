"""CLIP-blind pairs: pictures that a word-taught model takes for the same though a second opinion, taught without words, does not.

Tong et al. 2024 (MMVP, arXiv:2401.06209) list pairs with a cosine above 0.95 in CLIP and below 0.6 in DINOv2 among nearest neighbours.
Ours looks at every pair, exactly. Their limits are for their models: `fit` measures limits for the two models and the archive at hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from engine.diagnostics import close_pairs, diagnostic
from engine.errors import UserFixable
from engine.evidence import Evidence, Measure, Measures, Pair, Pairs, Part, Plot, Series
from engine.registry import Describe

if TYPE_CHECKING:
    from engine.diagnostics.subject import Subject
    from engine.jobs.progress import Progress

FEWEST = 3
ROOM = 0.10  # pairs so far below `above` are kept too, for looking further without a new search
RANDOM_PAIRS = 200_000
ONE_IN = 50_000  # pairs: where `fit` begins to call two pictures the same
DRAWN = 1_500  # points of the picture of all close pairs
MOST = 1_000_000  # close pairs kept


@diagnostic("blind_pairs", paper="arXiv:2401.06209", needs=("image",))
@dataclass(frozen=True)
class BlindPairs:
    """Find pictures that the model takes for the same though a second opinion does not."""

    above: Annotated[
        float, Describe("CLIP above", "The model takes two pictures for the same from here on.", -1, 1)
    ] = 0.95
    below: Annotated[float, Describe("Vision below", "The second opinion says that they differ up to here.", -1, 1)] = (
        0.60
    )
    fit: Annotated[bool, Describe("Measure the limits", "Limits for these models and this archive instead.")] = False
    second: Annotated[str, Describe("Second opinion", "A model that knows no words; empty for the best there is.")] = ""
    per_item: Annotated[int, Describe("Pairs of one picture", "Bursts make many alike; 0 lists them all.", 0, 1000)] = (
        10
    )
    shown: Annotated[
        int, Describe("Pairs in the report", "The strangest first; all others stay countable.", 1, 5000)
    ] = 200

    def measure(self, subject: Subject, progress: Progress) -> Evidence:
        """Raises `UserFixable` without a second opinion, with fewer than three pictures, or when all are the same."""
        from engine.diagnostics.opinions import opinion_for

        progress.start(None, "pairs", "Reading vectors")
        ids, first = subject.enough("image", FEWEST)
        second_key = opinion_for(subject, ids, self.second)
        ids, second = subject.vectors(ids, second_key)
        if len(ids) < FEWEST:
            raise UserFixable(
                f"At least {FEWEST} pictures with vectors of both models are needed, and there are {len(ids)}.",
                "Nothing was measured and nothing was changed.",
                f"Index with the second opinion first: sightline index FOLDER --model {second_key}",
            )
        ids, first = subject.vectors(ids)
        _refuse_identical(first)
        usual_clip, usual_vision = _usual(subject, first, second)
        above, below = self._limits(subject, second_key, usual_clip, first)
        found = self._close(first, min(above, self.above) - ROOM, progress)
        vision = close_pairs.cosines(second, found.a, found.b)
        blind = np.flatnonzero((found.cosine >= above) & (vision <= below))
        order = strangest_first(found.cosine[blind], vision[blind])
        listed = capped(found.a[blind][order], found.b[blind][order], self.per_item)
        chosen = blind[order][listed]
        pairs = tuple(
            Pair(int(ids[found.a[n]]), int(ids[found.b[n]]), (float(found.cosine[n]), float(vision[n])))
            for n in chosen[: self.shown]
        )
        arrays = {
            "a": ids[found.a],
            "b": ids[found.b],
            "clip": found.cosine.astype(np.float32),
            "vision": vision.astype(np.float32),
            "usual_clip": usual_clip,
            "usual_vision": usual_vision,
        }
        count = len(chosen)
        headline = (
            f"{count:,} pair{'' if count == 1 else 's'} of {len(ids):,} pictures that “{subject.model_key}” takes for the same"
            if count
            else f"No pair is closer than {above:.2f} for one model and below {below:.2f} for the other"
        )
        parts: tuple[Part, ...] = (
            Pairs(
                "Blind pairs",
                ("clip", "vision"),
                pairs,
                count,
                f"Strangest first. “{subject.model_key}” at {above:.3f} or more, “{second_key}” at {below:.3f} or less.",
            ),
            self._numbers(above, below, found, vision, len(ids), len(blind)),
            _cloud(subject, found, vision, usual_clip, usual_vision, above, below),
        )
        return Evidence(headline, parts, left_out=_left_out(found.floor, above), arrays=arrays)

    def _close(self, vectors: np.ndarray, floor: float, progress: Progress) -> close_pairs.ClosePairs:
        blocks = -(-len(vectors) // close_pairs.ROWS)
        progress.start(blocks, "blocks", "Comparing pictures")

        def step(done: int, found: int) -> None:
            progress.step(note=f"Compared {progress.done + 1} of {blocks} blocks; {found:,} close pairs so far")

        return close_pairs.close_pairs(vectors, floor, most=MOST, step=step)

    def _limits(self, subject: Subject, second_key: str, usual: np.ndarray, first: np.ndarray) -> tuple[float, float]:
        if not self.fit:
            return self.above, self.below
        from engine.diagnostics.opinions import tail

        return tail(usual, len(first), ONE_IN), subject.engine.models.copies_from(second_key)

    def _numbers(
        self, above: float, below: float, found: close_pairs.ClosePairs, vision: np.ndarray, pictures: int, blind: int
    ) -> Measures:
        close = int((found.cosine >= above).sum())
        return Measures(
            "How many",
            (
                Measure(
                    "pictures", "Pictures compared", float(pictures), "each with each", scale=(0, max(1, pictures))
                ),
                Measure(
                    "close",
                    "Taken for the same",
                    float(close),
                    f"pairs at {above:.3f} or more",
                    scale=(0, max(1, close)),
                ),
                Measure(
                    "blind",
                    "Blind pairs",
                    float(blind),
                    "of them, pairs the second opinion calls different",
                    scale=(0, max(1, close)),
                ),
            ),
        )


def strangest_first(clip: np.ndarray, vision: np.ndarray) -> np.ndarray:
    """Order of pairs by how far the two models disagree; ties keep their order."""
    return np.argsort(vision - clip, kind="stable")


def capped(a: np.ndarray, b: np.ndarray, most: int) -> np.ndarray:
    """Places of the pairs that remain when each picture may stand in `most` of them, first come first served; 0: all."""
    if not most:
        return np.arange(len(a))
    used: dict[int, int] = {}
    kept = []
    for place, (one, other) in enumerate(zip(a.tolist(), b.tolist())):
        if used.get(one, 0) < most and used.get(other, 0) < most:
            used[one], used[other] = used.get(one, 0) + 1, used.get(other, 0) + 1
            kept.append(place)
    return np.array(kept, np.int64)


def _usual(subject: Subject, first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sorted cosines of random pairs in both spaces, float32: what is usual here."""
    random = subject.random()
    pairs = random.integers(0, len(first), (2, RANDOM_PAIRS))
    pairs = pairs[:, pairs[0] != pairs[1]]
    return tuple(  # type: ignore[return-value]
        np.sort(close_pairs.cosines(side, pairs[0], pairs[1])).astype(np.float32) for side in (first, second)
    )


def _refuse_identical(vectors: np.ndarray) -> None:
    if float(np.ptp(vectors, axis=0).max()) < 1e-6:
        raise UserFixable(
            "All these pictures have the same vector, so none is closer than another.",
            "Nothing was measured and nothing was changed.",
            "Choose other pictures, or index again with another model.",
        )


def _left_out(floor: float, above: float) -> tuple[str, ...]:
    if floor <= above:
        return ()
    return (
        f"So many pairs are alike here that only those from {floor:.3f} on were kept. Set duplicates aside first to see the others.",
    )


def _cloud(
    subject: Subject,
    found: close_pairs.ClosePairs,
    vision: np.ndarray,
    usual_clip: np.ndarray,
    usual_vision: np.ndarray,
    above: float,
    below: float,
) -> Plot:
    drawn = np.sort(subject.random().permutation(len(vision))[:DRAWN])
    close = Series(
        "close pairs",
        tuple(float(value) for value in found.cosine[drawn]),
        tuple(float(value) for value in vision[drawn]),
    )
    middle = Series("median of random pairs", (float(np.median(usual_clip)),), (float(np.median(usual_vision)),))
    return Plot(
        "All close pairs",
        "points",
        "CLIP",
        "vision only",
        (close, middle) if len(drawn) else (middle,),
        marks=((above, f"above {above:.2f}"),),
        note=f"Across: CLIP. Up: vision only; listed are those up to {below:.2f}.",
    )
