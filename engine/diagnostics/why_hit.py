"""Why an item answers some words: which words, which parts of a picture, which seconds of a sound carry the score.

Everything is measured by taking it away (occlusion, Zeiler & Fergus 2014, arXiv:1311.2901): a patch is covered with the picture's mean
colour, a word is left out, and how much the cosine falls is what it was worth. Seconds are the cosines of the sound's own segments.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

import numpy as np

from engine.diagnostics import diagnostic
from engine.diagnostics.looks import decoded
from engine.errors import UserFixable
from engine.evidence import Evidence, Measure, Measures, Part, Plot, Series, Table
from engine.registry import Describe

if TYPE_CHECKING:
    from engine.diagnostics.subject import Subject
    from engine.jobs.progress import Progress
    from engine.values import ItemCard

EDGE = 384
MOST_WORDS = 40


@diagnostic("why_hit", paper="arXiv:1311.2901", needs=("image", "audio", "text"))
@dataclass(frozen=True)
class WhyHit:
    """Show which words, parts of a picture or seconds of a sound make an item answer some words."""

    words: Annotated[str, Describe("Words", "What was searched for.")] = ""
    item: Annotated[int, Describe("Item", "The number of the item that was found.", 0, 2**53)] = 0
    patches: Annotated[
        int, Describe("Parts each way", "The picture is covered in so many parts across and down.", 2, 16)
    ] = 6

    def measure(self, subject: Subject, progress: Progress) -> Evidence:
        """Raises `UserFixable` without words, for an item that is not there, or one the model cannot read."""
        words = " ".join(self.words.split()[:MOST_WORDS])
        cards = subject.cards([self.item])
        if not words or not cards:
            raise UserFixable(
                "To explain a hit, the words and the item are needed.",
                "Nothing was measured.",
                "Search first, then ask of a hit.",
            )
        card, encoder = cards[0], subject.encoder()
        asked = encoder.encode_texts([words])[0]
        progress.start(3, "steps", "Taking parts away")
        whole, parts = self._of_item(subject, card, asked)
        progress.step()
        parts.insert(0, self._words(subject, words, whole))
        progress.step()
        score = float(asked @ whole)
        numbers = Measures(
            "Score", (Measure("score", "Score", score, f"cosine of “{words}” and “{card.name}”", scale=(-1.0, 1.0)),)
        )
        progress.step()
        telling = parts[0].rows[0][0] if isinstance(parts[0], Table) and parts[0].rows else ""
        headline = f"“{card.name}” answers “{words}” with {score:.3f}" + (
            f", most of all for “{telling}”" if telling else ""
        )
        return Evidence(headline, (numbers, *parts))

    def _of_item(self, subject: Subject, card: ItemCard, asked: np.ndarray) -> tuple[np.ndarray, list[Part]]:
        if card.kind == "text":
            return subject.encoder().encode_texts([card.text or card.name])[0], [self._sentence(subject, card, asked)]
        if card.kind == "audio":
            return self._sound(subject, card, asked)
        from engine.modalities.pictures.previews import model_pixels

        data = subject.engine.thumbnails.get(card.id, EDGE)
        picture = decoded(data, EDGE, keep_shape=True) if data is not None else None
        if picture is None:
            raise UserFixable(
                f"“{card.name}” has no thumbnail, so its parts cannot be covered.",
                "Nothing was measured.",
                "Look for changes in its folder first.",
            )
        from PIL import Image

        pixels = model_pixels(Image.fromarray(picture), subject.encoder().image)
        covered = covers(pixels, self.patches)
        vectors = subject.encoder().encode_images(np.stack([pixels, *covered]))
        fall = float(asked @ vectors[0]) - vectors[1:] @ asked
        side = self.patches
        rows = tuple(
            (f"row {place // side + 1}, column {place % side + 1}", float(fall[place]))
            for place in np.argsort(-fall, kind="stable")[:12]
        )
        table = Table(
            "Parts of the picture",
            ("Part", "Fall of the score when covered"),
            rows,
            right=(1,),
            note=f"Of the square the model sees, in {side} by {side} parts.",
        )
        columns = tuple(
            Series(
                f"row {row + 1}",
                tuple(float(c + 1) for c in range(side)),
                tuple(float(v) for v in fall[row * side : (row + 1) * side]),
            )
            for row in range(side)
        )
        return vectors[0], [table, Plot("Worth of each part", "line", "column", "fall of the score", columns)]

    def _sound(self, subject: Subject, card: ItemCard, asked: np.ndarray) -> tuple[np.ndarray, list[Part]]:
        space = subject.engine.models.space(subject.model_key)
        table, matrix = subject.engine.vectors.rows(space.id), subject.engine.vectors.store(space.id).matrix()
        own = np.flatnonzero(table.item_id == card.id)
        if not len(own):
            raise UserFixable(
                f"“{card.name}” was not indexed with this model.", "Nothing was measured.", "Index it first."
            )
        vectors = matrix[table.row[own]].astype(np.float32)
        whole = vectors[table.part[own] == 0][0] if (table.part[own] == 0).any() else vectors.mean(axis=0)
        rows = sorted(
            (
                (float(vector @ asked), float(table.start[row]), float(table.end[row]))
                for row, vector in zip(own, vectors)
                if table.part[row] > 0 or len(own) == 1
            ),
            reverse=True,
        )
        told = Table(
            "Seconds of the sound",
            ("From", "To", "Score"),
            tuple((start, end, score) for score, start, end in rows[:20]),
            right=(0, 1, 2),
        )
        return whole, [told]

    def _words(self, subject: Subject, words: str, whole: np.ndarray) -> Table:
        told = words.split()
        without = [" ".join(told[:place] + told[place + 1 :]) for place in range(len(told))]
        vectors = subject.encoder().encode_texts([words, *(rest or " " for rest in without)])
        fall = float(vectors[0] @ whole) - vectors[1:] @ whole
        order = np.argsort(-fall, kind="stable")
        rows = (
            tuple((told[place], float(fall[place])) for place in order)
            if len(told) > 1
            else ((told[0], float(vectors[0] @ whole)),)
        )
        return Table("Words", ("Word", "Fall of the score without it"), rows, right=(1,))

    def _sentence(self, subject: Subject, card: ItemCard, asked: np.ndarray) -> Table:
        told = (card.text or card.name).split()[:MOST_WORDS]
        without = [" ".join(told[:place] + told[place + 1 :]) or " " for place in range(len(told))]
        vectors = subject.encoder().encode_texts([" ".join(told), *without])
        fall = float(vectors[0] @ asked) - vectors[1:] @ asked
        rows = tuple((told[place], float(fall[place])) for place in np.argsort(-fall, kind="stable")[:20])
        return Table("Words of the text", ("Word", "Fall of the score without it"), rows, right=(1,))


def covers(pixels: np.ndarray, side: int) -> list[np.ndarray]:
    """Copies of a square picture with one of `side` x `side` parts covered by its mean colour, row by row."""
    edges = np.linspace(0, len(pixels), side + 1).round().astype(int)
    mean = pixels.reshape(-1, 3).mean(axis=0).round().astype(pixels.dtype)
    made = []
    for top, bottom in pairwise(edges):
        for left, right in pairwise(edges):
            copy = pixels.copy()
            copy[top:bottom, left:right] = mean
            made.append(copy)
    return made
