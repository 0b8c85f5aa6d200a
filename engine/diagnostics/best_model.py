"""Which installed model is best for this archive: how well each finds pictures by the user's own captions or tags, with intervals.

Recall at k and mean reciprocal rank, 95 % intervals by drawing the questions again, with the same draws for all models, so that
differences are those of the models. Where captions come in several languages, how much a picture's rank depends on the language
(mean rank variance, Nie et al. 2024, arXiv:2406.18254; their code reports the standard deviation, so both are given). Speed and memory are measured here.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np

from engine.diagnostics import diagnostic
from engine.diagnostics.intervals import draws
from engine.errors import UserFixable
from engine.evidence import Advice, Cell, Evidence, Part, Plot, Series, Table
from engine.registry import Describe
from engine.values import Filter

if TYPE_CHECKING:
    from engine.diagnostics.subject import Subject
    from engine.jobs.progress import Progress

FEWEST = 10  # questions
AT = (1, 5, 10)
BATCH = 256
RATE_SECONDS = 0.4


@dataclass(frozen=True, eq=False)
class Questions:
    """Words, the places of the pictures that answer each (into the pictures compared), and their languages."""

    words: list[str]
    answers: list[np.ndarray]
    languages: list[str]


@diagnostic("best_model", paper="arXiv:2406.18254", needs=("image", "text"))
@dataclass(frozen=True)
class BestModel:
    """Compare all installed models on your own captions or tags: what they find, how fast, in how much memory."""

    ask: Annotated[
        Literal["captions", "tags"], Describe("Ask with", "What is known to be right.", choices=("captions", "tags"))
    ] = "captions"
    most: Annotated[int, Describe("Questions at most", "So many are drawn at random.", 10, 20_000)] = 2000

    def measure(self, subject: Subject, progress: Progress) -> Evidence:
        """Raises `UserFixable` with fewer than ten questions, or when no model has vectors of the pictures."""
        ids = subject.of_kind("image")
        if len(ids) < 3:
            raise UserFixable(
                f"At least 3 pictures are needed to compare models, and there are {len(ids)}.",
                "Nothing was measured.",
                "Add more pictures.",
            )
        keys, left_out = self._models(subject, ids)
        for key in keys:
            ids = subject.vectors(ids, key)[0]
        asked = self._questions(subject, ids)
        progress.start(len(keys), "models", "Asking every model")
        ranks = {}
        for key in keys:
            progress.check()
            ranks[key] = ranks_of(
                self._encoded(subject, key, asked.words, progress), subject.vectors(ids, key)[1], asked.answers
            )
            progress.step()
        drawn = draws(len(asked.words), subject.seed)
        rows = sorted(
            (self._row(subject, key, ranks[key], drawn, asked) for key in keys),
            key=lambda row: (-float(row[1] or 0), str(row[0])),
        )
        columns = (
            "Model",
            "MRR",
            "MRR from",
            "MRR to",
            *(f"R@{k}" for k in AT),
            "Rank variance",
            "Rank spread",
            "Pictures/s",
            "Sentences/s",
            "MB",
        )
        table = Table("Models", columns, tuple(rows), right=tuple(range(1, len(columns))), note=self._note(asked, ids))
        best, sure = str(rows[0][0]), _sure(ranks, [str(row[0]) for row in rows], drawn)
        parts: tuple[Part, ...] = (table, _curves(ranks, [str(row[0]) for row in rows], len(ids)))
        if len(rows) == 1:
            headline = (
                f"“{best}” finds the right picture first in {100 * float(rows[0][4] or 0):.0f} % of the questions"
            )
        elif sure >= 0.95:
            headline = f"“{best}” is best for this archive ({100 * sure:.0f} % of the draws agree)"
        else:
            headline = f"“{best}” leads, but not for sure: {100 * sure:.0f} % of the draws agree"
        in_use = subject.engine.models.key_in_use()
        advice = (
            (
                Advice(
                    f"Use “{best}”",
                    "It finds more of what you ask for here than the model in use.",
                    f"models.use:{best}",
                ),
            )
            if best != in_use and sure >= 0.95
            else ()
        )
        return Evidence(headline, parts, advice, left_out)

    def _models(self, subject: Subject, ids: np.ndarray) -> tuple[list[str], tuple[str, ...]]:
        keys, left_out = [], []
        for card in subject.engine.models.cards():
            space = subject.engine.models.space(card.key)
            there = len(subject.engine.vectors.of(space.id, ids)[0])
            if there >= max(3, 0.5 * len(ids)):
                keys.append(card.key)
            else:
                left_out.append(
                    f"“{card.key}” was left out: {there:,} of {len(ids):,} pictures have its vectors."
                    f" Index with it first: sightline index FOLDER --model {card.key}"
                )
        if not keys:
            raise UserFixable(
                "No model has vectors of these pictures.",
                "Nothing was measured.",
                "Index them first: sightline index FOLDER",
            )
        return keys, tuple(left_out)

    def _questions(self, subject: Subject, ids: np.ndarray) -> Questions:
        asked = self._captions(subject, ids) if self.ask == "captions" else self._tags(subject, ids)
        if len(asked.words) < FEWEST:
            what = "captions" if self.ask == "captions" else "tags on some of the pictures"
            raise UserFixable(
                f"At least {FEWEST} {what} are needed to compare models, and there are {len(asked.words)}.",
                "Nothing was measured and nothing was changed.",
                "Tag pictures with words you would search for, and ask with tags."
                if self.ask == "captions"
                else "Tag more pictures.",
            )
        return asked

    def _captions(self, subject: Subject, ids: np.ndarray) -> Questions:
        pictures, captions, languages = subject.pairs()
        keep = np.flatnonzero(np.isin(pictures, ids))
        if len(keep) > self.most:
            keep = np.sort(subject.random().permutation(keep)[: self.most])
        words = subject.texts(captions[keep])
        kept = [place for place in keep.tolist() if words.get(int(captions[place]), "").strip()]
        return Questions(
            [words[int(captions[place])] for place in kept],
            [np.searchsorted(ids, pictures[place : place + 1]) for place in kept],
            [languages[place] or "" for place in kept],
        )

    def _tags(self, subject: Subject, ids: np.ndarray) -> Questions:
        words, answers = [], []
        for tag in subject.engine.marks.tags():
            carrying = np.intersect1d(ids, subject.engine.items.ids(Filter(tags=(tag.name,), kinds=("image",))))
            if 0 < len(carrying) < len(ids):
                words.append(tag.name)
                answers.append(np.searchsorted(ids, carrying))
        return Questions(words, answers, [""] * len(words))

    def _encoded(self, subject: Subject, key: str, words: list[str], progress: Progress) -> np.ndarray:
        encoder = subject.encoder(key)
        made = []
        for first in range(0, len(words), BATCH):
            made.append(encoder.encode_texts(words[first : first + BATCH]))
            progress.check()
        return np.concatenate(made)

    def _row(
        self, subject: Subject, key: str, ranks: np.ndarray, drawn: np.ndarray, asked: Questions
    ) -> tuple[Cell, ...]:
        reciprocal = 1 / ranks
        low, high = np.quantile(reciprocal[drawn].mean(axis=1), [0.025, 0.975])
        variance, spread = rank_variance(ranks, asked)
        rates, memory = _figures(subject, key)
        return (
            key,
            float(reciprocal.mean()),
            float(low),
            float(high),
            *(float((ranks <= k).mean()) for k in AT),
            variance,
            spread,
            rates.get("image"),
            rates.get("text"),
            round(memory / 1e6, 1),
        )

    def _note(self, asked: Questions, ids: np.ndarray) -> str:
        spoken = sorted({language for language in asked.languages if language})
        languages = f" in {', '.join(spoken)}" if spoken else ""
        return f"{len(asked.words):,} {self.ask}{languages} asked among {len(ids):,} pictures; intervals hold in 95 of 100 draws."


def ranks_of(questions: np.ndarray, pictures: np.ndarray, answers: list[np.ndarray]) -> np.ndarray:
    """Rank (from 1) of the best answer of each question; pictures with the same score count half, so that a constant model gains nothing."""
    made = np.empty(len(questions))
    for place, (question, right) in enumerate(zip(questions, answers)):
        scores = pictures @ question
        best = scores[right].max()
        others = np.ones(len(scores), bool)
        others[right] = False
        made[place] = 1 + (scores[others] > best).sum() + 0.5 * (scores[others] == best).sum()
    return made


def rank_variance(ranks: np.ndarray, asked: Questions) -> tuple[float | None, float | None]:
    """(mean variance, mean standard deviation) of a picture's rank over the languages it is asked for in; None with one language."""
    by_picture: dict[int, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for rank, right, language in zip(ranks, asked.answers, asked.languages):
        if language and len(right) == 1:
            by_picture[int(right[0])][language].append(float(rank))
    spreads = [
        np.var([np.mean(of) for of in languages.values()]) for languages in by_picture.values() if len(languages) > 1
    ]
    return (float(np.mean(spreads)), float(np.mean(np.sqrt(spreads)))) if spreads else (None, None)


def _sure(ranks: dict[str, np.ndarray], order: list[str], drawn: np.ndarray) -> float:
    """Share of the draws in which the leader's mean reciprocal rank is above everyone else's."""
    if len(order) < 2:
        return 1.0
    means = np.stack([(1 / ranks[key])[drawn].mean(axis=1) for key in order])
    return float((means[0] > means[1:].max(axis=0)).mean())


def _figures(subject: Subject, key: str) -> tuple[dict[str, float], int]:
    """(items per second by kind, bytes of weights) on this machine; measured now for half a second where nobody has yet."""
    from engine.models.backends import probe_batch

    encoder = subject.encoder(key)
    known = subject.engine.models.measured(key, encoder.device_key) or {}
    rates = dict(known.get("items_per_second", {}))
    if "image" in rates and "text" in rates:
        return rates, encoder.memory_bytes()
    for kind in ("image", "text"):
        if kind not in rates and kind in encoder.kinds:
            batch, run = probe_batch(encoder, kind, 8), encoder.runner(kind)  # type: ignore[arg-type]
            run(batch)
            began, done = time.perf_counter(), 0
            while time.perf_counter() - began < RATE_SECONDS:
                run(batch)
                done += len(batch)
            rates[kind] = round(done / (time.perf_counter() - began), 1)
    if not subject.engine.read_only:
        figures = {"towers": {}, **known, "items_per_second": rates, "memory_bytes": encoder.memory_bytes()}
        subject.engine.models.remember_measured(key, encoder.device_key, figures)
    return rates, encoder.memory_bytes()


def _curves(ranks: dict[str, np.ndarray], order: list[str], pictures: int) -> Plot:
    places = sorted({min(pictures, k) for k in (1, 2, 3, 5, 10, 20, 50, 100)})
    series = tuple(
        Series(key, tuple(float(k) for k in places), tuple(float((ranks[key] <= k).mean()) for k in places))
        for key in order
    )
    return Plot("Found among the first", "line", "first hits looked at", "share of questions", series)
