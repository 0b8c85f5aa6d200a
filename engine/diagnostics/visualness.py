"""Which texts can be pictured: how far the picture that fits a text best stands out from all others.

Verma et al. 2023 (TIP-CLIP, arXiv:2305.10434) train a model to place texts that show nothing at one fixed null picture. Ours needs no
training and asks the archive itself: the cosine of the best pictures, in spreads above the mean over all pictures. It says
what can be pictured *with these pictures*: a text about snow is not visual in an archive without snow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from engine.diagnostics import diagnostic
from engine.errors import UserFixable
from engine.evidence import Evidence, Measure, Measures, Plot, Series, Table
from engine.registry import Describe

if TYPE_CHECKING:
    from engine.diagnostics.subject import Subject
    from engine.jobs.progress import Progress

FEWEST = 3  # texts
FEWEST_PICTURES = 10
BEST = 3  # pictures whose mean counts
BINS = 30
SHOWN = 200
BLOCK = 512


@diagnostic("visualness", paper="arXiv:2305.10434", needs=("text", "image"))
@dataclass(frozen=True)
class Visualness:
    """Tell texts that can be pictured with your archive from those that cannot."""

    limit: Annotated[float, Describe("Pictured from", "Spreads by which the best pictures stand out.", 0, 20)] = 2.5

    def measure(self, subject: Subject, progress: Progress) -> Evidence:
        """Raises `UserFixable` with fewer than three texts or ten pictures that have vectors."""
        texts, meant = subject.enough("text", FEWEST)
        _, seen = subject.enough("image", FEWEST_PICTURES)
        progress.start(len(texts), "texts", "Comparing texts with pictures")
        scores = np.empty(len(texts))
        for first in range(0, len(texts), BLOCK):
            scores[first : first + BLOCK] = standing_out(meant[first : first + BLOCK], seen)
            progress.step(len(scores[first : first + BLOCK]))
        words = subject.texts(texts)
        order = np.lexsort((texts, scores))
        pictured = int((scores >= self.limit).sum())
        rows = tuple((" ".join(words.get(int(texts[n]), "").split())[:160], float(scores[n])) for n in order[:SHOWN])
        counts, edges = np.histogram(scores, BINS)
        middles = tuple(float(value) for value in (edges[1:] + edges[:-1]) / 2)
        share = 100 * pictured / len(texts)
        numbers = Measures(
            "How many",
            (
                Measure(
                    "pictured",
                    "Can be pictured",
                    share,
                    f"{pictured:,} of {len(texts):,} texts",
                    scale=(0.0, 100.0),
                    unit=" %",
                ),
            ),
        )
        table = Table(
            "Hardest to picture", ("Text", "Visualness"), rows, tuple(int(texts[n]) for n in order[:SHOWN]), right=(1,)
        )
        spread = Plot(
            "Visualness",
            "bars",
            "spreads above the mean",
            "texts",
            (Series("texts", middles, tuple(map(float, counts))),),
            ((self.limit, "limit"),),
        )
        if float(np.ptp(seen, axis=0).max()) < 1e-6:
            raise UserFixable(
                "All pictures have the same vector.", "Nothing was measured.", "Index again with another model."
            )
        headline = f"{pictured:,} of {len(texts):,} texts can be pictured with this archive"
        return Evidence(
            headline, (numbers, table, spread), arrays={"item": texts, "visualness": scores.astype(np.float32)}
        )


def standing_out(texts: np.ndarray, pictures: np.ndarray) -> np.ndarray:
    """(mean of the best cosines - mean) / spread over all pictures, per text (n,) float64."""
    cosines = (texts @ pictures.T).astype(np.float64)
    best = np.partition(cosines, cosines.shape[1] - BEST, axis=1)[:, -BEST:].mean(axis=1)
    return (best - cosines.mean(axis=1)) / np.maximum(cosines.std(axis=1), 1e-9)
