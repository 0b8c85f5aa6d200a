"""Does the model read sentences, or only their words? Measured on the user's own captions.

Yuksekgonul et al. 2023 (ARO, arXiv:2210.01936): of each caption a wrong one is made by exchanging two words of a kind; the share of pictures
that score higher with the true one is reported per kind. A tie counts half, so that a model that sees no difference gets 50 %.
For `word order` both sentences are compared in lower case without marks, so that spelling does not give the answer away.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from engine.diagnostics import diagnostic, word_swaps
from engine.diagnostics.intervals import share_interval
from engine.errors import UserFixable
from engine.evidence import Advice, Evidence, Measure, Measures, Table
from engine.registry import Describe

if TYPE_CHECKING:
    from engine.diagnostics.subject import Subject
    from engine.jobs.progress import Progress

FEWEST = 20  # captions of a kind, for its share to mean something
BATCH = 256
TIE = 1e-6
READS = 0.65  # of the captions: from here on it reads some of it
FAILURES = 60
WORDS = 30  # a caption is cut here, as in the paper
TITLES = {"attributes": "Attributes", "relations": "Relations", "counting": "Counting", "word order": "Word order"}
Case = tuple[int, str, str, str]  # picture, kind, true sentence, wrong one


@diagnostic("order_audit", paper="arXiv:2210.01936", needs=("image", "text"))
@dataclass(frozen=True)
class OrderAudit:
    """Measure whether the model reads sentences or only their words, on your own captions."""

    most: Annotated[int, Describe("Captions at most", "So many are drawn at random.", 20, 100_000)] = 3000
    fewest: Annotated[int, Describe("Fewest of a kind", "Kinds with fewer captions are left out.", 5, 1000)] = FEWEST

    def measure(self, subject: Subject, progress: Progress) -> Evidence:
        """Raises `UserFixable` without captions, or when none of them can be changed."""
        pictures, captions, _ = subject.pairs()
        if not len(pictures):
            raise UserFixable(
                "There are no captions to test with.",
                "Nothing was measured and nothing was changed.",
                "Add a caption table, or text files beside the pictures.",
            )
        there, vectors = subject.vectors(np.unique(pictures))
        keep = np.isin(pictures, there)
        pictures, captions = pictures[keep], captions[keep]
        random = subject.random()
        drawn = np.sort(random.permutation(len(pictures))[: self.most])
        cases = self._cases(subject, pictures[drawn], captions[drawn], random)
        tally = {kind: sum(case[1] == kind for case in cases) for kind in word_swaps.KINDS}
        usable = [case for case in cases if tally[case[1]] >= self.fewest]
        if not usable:
            raise UserFixable(
                f"Of {len(drawn):,} captions only {max(tally.values(), default=0):,} can be turned into wrong ones of a kind;"
                f" {self.fewest} are needed.",
                "Nothing was measured.",
                "Longer captions are needed, such as “a red ball beside a white cup”. File names are no captions.",
            )
        scores = self._scores(subject, usable, dict(zip(there.tolist(), vectors)), progress)
        measures, failures = [], []
        for kind in word_swaps.KINDS:
            rows = [n for n, case in enumerate(usable) if case[1] == kind]
            if rows:
                measures.append(self._share(kind, scores[rows], subject))
                failures += [(usable[n], *scores[n]) for n in rows if scores[n][0] <= scores[n][1] + TIE]
        left_out = tuple(
            f"{TITLES[kind]} left out: only {tally[kind]:,} captions can be changed so, {self.fewest} are needed."
            for kind in word_swaps.KINDS
            if tally[kind] < self.fewest
        )
        failures.sort(key=lambda failure: failure[1] - failure[2])
        table = Table(
            "Where it picked the wrong sentence",
            ("True sentence", "Score", "Wrong sentence", "Its score", "Kind"),
            tuple(
                (case[2], float(right), case[3], float(wrong), TITLES[case[1]])
                for case, right, wrong in failures[:FAILURES]
            ),
            tuple(case[0] for case, *_ in failures[:FAILURES]),
            right=(1, 3),
            note=f"{len(failures):,} of {len(usable):,} in all.",
        )
        near = [measure for measure in measures if measure.verdict == "look"]
        used = len({case[2] for case in usable})
        parts = (
            Measures("Order and attributes", tuple(measures), f"From {used:,} of your captions; chance is 50 %."),
            table,
        )
        headline = (
            "The model reads sentences, not only their words"
            if not near
            else f"{len(near)} of {len(measures)} tests are near chance: the model reads words more than sentences"
        )
        return Evidence(headline, parts, _advice(usable, failures) if near else (), left_out)

    def _cases(
        self, subject: Subject, pictures: np.ndarray, captions: np.ndarray, random: np.random.Generator
    ) -> list[Case]:
        words = subject.texts(captions)
        cases: list[Case] = []
        for picture, caption in zip(pictures.tolist(), captions.tolist()):
            true = " ".join(words.get(caption, "").split()[:WORDS])
            for kind in word_swaps.KINDS:
                wrong = word_swaps.swapped(true, kind, random)
                if wrong is not None:
                    plain = (
                        " ".join(word_swaps.WORD.findall(true.lower())).capitalize() if kind == "word order" else true
                    )
                    cases.append(
                        (picture, kind, plain + ("." if kind == "word order" and true.endswith(".") else ""), wrong)
                    )
        return cases

    def _scores(
        self, subject: Subject, cases: list[Case], vectors: dict[int, np.ndarray], progress: Progress
    ) -> np.ndarray:
        """(n, 2) cosines of each case's picture with its true and its wrong sentence."""
        encoder = subject.encoder()
        sentences = sorted({sentence for case in cases for sentence in case[2:]})
        progress.start(len(sentences), "sentences", "Reading sentences")
        made: dict[str, np.ndarray] = {}
        for first in range(0, len(sentences), BATCH):
            part = sentences[first : first + BATCH]
            made.update(zip(part, encoder.encode_texts(part)))
            progress.step(len(part))
        return np.array(
            [[vectors[case[0]] @ made[case[2]], vectors[case[0]] @ made[case[3]]] for case in cases], np.float64
        )

    def _share(self, kind: str, scores: np.ndarray, subject: Subject) -> Measure:
        won = np.where(np.abs(scores[:, 0] - scores[:, 1]) <= TIE, 0.5, scores[:, 0] > scores[:, 1])
        share, low, high = share_interval(won, subject.seed)
        reads = share >= READS and low > 0.5
        return Measure(
            kind.replace(" ", "_"),
            TITLES[kind],
            100 * share,
            f"true sentence wins, of {len(won):,}",
            good=(100 * READS, 100.0),
            scale=(0.0, 100.0),
            verdict="good" if reads else "look",
            word="reads" if share >= 0.9 else "reads some" if reads else "near chance",
            unit=" %",
            interval=(100 * low, 100 * high),
        )


def _advice(cases: list[Case], failures: list[tuple[Case, float, float]]) -> tuple[Advice, ...]:
    if not failures:
        return ()
    by_kind: dict[str, list[Case]] = defaultdict(list)
    for case, *_ in failures:
        by_kind[case[1]].append(case)
    example = next(
        (by_kind[kind][0] for kind in ("relations", "attributes", "counting", "word order") if by_kind[kind]), cases[0]
    )
    text = f"“{example[2].rstrip('.')}” and “{example[3].rstrip('.')}” score the same or the wrong way round. Fine-tuning with exchanged words helps."
    return (
        Advice(
            "Reads words, not sentences",
            text,
            "train:align",
            tuple(dict.fromkeys(case[0] for case, *_ in failures))[:500],
        ),
    )
