"""Makes a fast model rank as a good slow one does, on the wrong captions that the slow one finds hardest to tell apart.

After DCD (Rao et al. 2022, arXiv:2207.01426): the teacher's vectors of all pairs are made once; at each step it names, for every
picture and caption of the batch, the closest wrong ones, and the student learns the teacher's order on these and plain
contrast. There the student is a shallower cross-encoder; here it is a pair of towers, so that searching stays a scan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np

from engine.errors import UserFixable
from engine.parameters import Describe
from engine.recipes import recipe

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from engine.datasets.pairs import Pairs
    from engine.models.loader import Towers
    from engine.training.comparing import Comparing, Rows
    from engine.training.plan import Plan
    from engine.training.taught import Taught

COMPARED = 256  # pairs on which teacher and student are measured before


@recipe("distil", paper="arXiv:2207.01426", learns="captions", keeps="best")
@dataclass(frozen=True)
class Distil:
    """Teach a fast model to rank as a good slow one does."""

    teacher: Annotated[str, Describe("Teacher", "The key of an installed model that is better than this one.")] = ""
    passes: Annotated[float, Describe("Passes", "How often every pair is seen.", 0.1, 1000)] = 10.0
    batch: Annotated[int, Describe("Batch", "Pairs among which the teacher looks for wrong ones.", 2, 65536)] = 128
    micro: Annotated[int, Describe("At once", "Pairs held in memory at a time; 0 is the whole batch.", 0, 65536)] = 0
    learning_rate: Annotated[float, Describe("Learning rate", "How far each step goes.", 1e-8, 10)] = 1e-4
    warmup: Annotated[float, Describe("Warm-up", "Share of the steps in which the rate rises.", 0, 0.9)] = 0.1
    weight_decay: Annotated[float, Describe("Weight decay", "Pulls weights towards zero.", 0, 1)] = 0.1
    candidates: Annotated[int, Describe("Candidates", "The own partner and the closest wrong ones.", 2, 4096)] = 8
    ranking: Annotated[
        float, Describe("Own ranking", "Share of plain contrast on the candidates; the rest follows the teacher.", 0, 1)
    ] = 0.5
    by_certainty: Annotated[
        bool, Describe("By certainty", "A sure teacher teaches more, an unsure one leaves more to the contrast.")
    ] = False
    weak_teacher: Annotated[
        bool, Describe("Weak teacher", "Goes on even when the teacher is no better than this model.")
    ] = False
    smallest_crop: Annotated[float, Describe("Smallest crop", "Least share of a picture that is shown.", 0.05, 1)] = 0.7
    precision: Annotated[
        Literal["auto", "float32", "bfloat16"],
        Describe("Precision", "auto measures which is faster here.", choices=("auto", "float32", "bfloat16")),
    ] = "auto"
    seed: Annotated[int, Describe("Seed", "The same seed gives the same training.", 0, 2**31)] = 0

    def least(self) -> int:
        return 200

    def plan(self, count: int) -> Plan:
        """`passes` times all pairs, in batches, with the statistics of batch normalisation left as they came."""
        from engine.recipes._pairs_task import looks_and_saves, steps_for
        from engine.training.plan import Plan

        steps = steps_for(self.passes, count, self.batch)
        return Plan(
            steps,
            self.learning_rate,
            warmup=self.warmup,
            weight_decay=self.weight_decay,
            precision="bfloat16" if self.precision == "bfloat16" else "float32",
            seed=self.seed,
            micro=self.micro,
            keep_statistics=True,
            **looks_and_saves(steps),
        )

    def task(self, towers: Towers, pairs: Pairs, plan: Plan, taught: Taught | None = None) -> Comparing:
        """Both towers move. Raises UserFixable when the teacher is no better than the student and that was not allowed."""
        from dataclasses import replace

        from engine.datasets.views import PairViews
        from engine.objectives.weighting import Mixture
        from engine.recipes._pairs_task import pairs_task
        from engine.training import moving

        assert taught is not None, "a recipe with a setting `teacher` is handed what it says"
        note = self._compared(towers, pairs, taught)
        moving.move(towers.network, "both")
        views = PairViews(pairs, towers.folder.image, towers.tokenize, self.batch, self.seed, self.smallest_crop)
        settings = {"candidates": self.candidates, "ranking": float(self.ranking), "by_certainty": self.by_certainty}
        mixture = Mixture({"mined_distillation": 1.0}, {"mined_distillation": settings})
        plain = pairs_task(towers.network, views, mixture, plan.steps, taught=True)

        def draw(step: int, generator: torch.Generator) -> Rows:
            return _with_teacher(views.draw(step, generator), taught)

        def encode(network: Any, rows: Rows) -> dict[str, Tensor]:
            said = {name: rows[name] for name in ("teacher_pictures", "teacher_words")}
            return {**plain.encode(network, rows), **said}

        notes = [note]
        if self.candidates > min(self.batch, len(pairs)):
            notes.append(f"Only {min(self.batch, len(pairs))} pairs are in a batch, so that many candidates are used.")
        return replace(plain, draw=draw, encode=encode, notes=notes)

    def _compared(self, towers: Towers, pairs: Pairs, taught: Taught) -> str:
        """How good both are on some of the pairs, as a sentence."""
        from PIL import Image

        from engine.training import probe

        rows = np.arange(min(COMPARED, len(pairs)))
        size = towers.folder.image.size
        pictures = np.stack([np.asarray(Image.fromarray(one).resize((size, size))) for one in pairs.pictures[rows]])
        questions = probe.Questions.of_captions(pictures, [pairs.sentences[row] for row in rows], towers.tokenize)
        student = probe.shares(probe.answer(towers.network, questions, towers.folder.image), questions)["recall_at_1"]
        own, said = taught.of(rows, np.zeros(len(rows), np.int64))
        first = [pairs.sentences[row][0] for row in rows]
        place = {sentence: row for row, sentence in reversed(list(enumerate(first)))}
        answers = probe.Answers(own, said[[place[sentence] for sentence in dict.fromkeys(first)]])
        teacher = probe.shares(answers, questions)["recall_at_1"]
        told = f"On {len(rows)} of the pairs “{taught.name}” finds {teacher:.0%} at once, the student {student:.0%}."
        if teacher <= student and not self.weak_teacher:
            raise UserFixable(
                f"{told} Distillation would not help.",
                "Nothing was trained or changed.",
                "Choose a better teacher, or allow a weak one.",
            )
        return told


def _with_teacher(rows: Rows, taught: Taught) -> Rows:
    import torch

    own, said = taught.of(rows["rows"].numpy(), rows["said"].numpy())
    return {**rows, "teacher_pictures": torch.from_numpy(own), "teacher_words": torch.from_numpy(said)}
