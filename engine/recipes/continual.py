"""Goes on learning from new pairs without the old ones, and keeps what the model was right about before.

Mod-X (Ni et al. 2023, arXiv:2305.07437): beside the contrast of the new pairs, each row of likenesses between the new pictures and
captions is to stay as the former model, frozen, sees it, where that model was right about the row. Their weight of 20 belongs
to a sum over the batch without a temperature; ours multiplies a mean at the model's own temperature, where 1 does the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from engine.parameters import Describe
from engine.recipes import recipe

if TYPE_CHECKING:
    from torch import Tensor

    from engine.datasets.pairs import Pairs
    from engine.models.loader import Towers
    from engine.training.comparing import Comparing, Rows
    from engine.training.plan import Plan

FEW_ROWS = 0.3  # the authors' method had nothing to hold on to where the old model was right less often


@recipe("continual", paper="arXiv:2305.07437", learns="captions", keeps="best")
@dataclass(frozen=True)
class Continual:
    """Go on with new pairs, and keep what the model was right about."""

    passes: Annotated[float, Describe("Passes", "How often every pair is seen.", 0.1, 1000)] = 5.0
    batch: Annotated[int, Describe("Batch", "Pairs that are compared with one another at a time.", 2, 65536)] = 64
    micro: Annotated[int, Describe("At once", "Pairs held in memory at a time; 0 is the whole batch.", 0, 65536)] = 0
    learning_rate: Annotated[float, Describe("Learning rate", "How far each step goes.", 1e-8, 10)] = 3e-5
    warmup: Annotated[float, Describe("Warm-up", "Share of the steps in which the rate rises.", 0, 0.9)] = 0.1
    weight_decay: Annotated[float, Describe("Weight decay", "Pulls weights towards zero.", 0, 1)] = 0.1
    keeping: Annotated[
        float, Describe("Keeping", "Weight of what the model saw before; more keeps more and learns less.", 0, 100)
    ] = 1.0
    only_right: Annotated[
        bool, Describe("Only what it knew", "Does not keep rows that the model got wrong before.")
    ] = True
    smallest_crop: Annotated[float, Describe("Smallest crop", "Least share of a picture that is shown.", 0.05, 1)] = 0.6
    precision: Annotated[
        Literal["auto", "float32", "bfloat16"],
        Describe("Precision", "auto measures which is faster here.", choices=("auto", "float32", "bfloat16")),
    ] = "auto"
    seed: Annotated[int, Describe("Seed", "The same seed gives the same training.", 0, 2**31)] = 0

    def least(self) -> int:
        return 100

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

    def task(self, towers: Towers, pairs: Pairs, plan: Plan) -> Comparing:
        """Both towers move; a frozen copy of the model as it was looks at the same pictures and words."""
        from dataclasses import replace

        import torch

        from engine.datasets.views import PairViews
        from engine.objectives.off_diagonal_distillation import known_share
        from engine.objectives.weighting import Mixture
        from engine.recipes._pairs_task import Teacher, pairs_task
        from engine.training import moving

        former = Teacher(towers.network, plan.device)
        moving.move(towers.network, "both")
        views = PairViews(pairs, towers.folder.image, towers.tokenize, self.batch, self.seed, self.smallest_crop)
        mixture = Mixture(
            {"info_nce": 1.0, "off_diagonal_distillation": self.keeping},
            {"off_diagonal_distillation": {"only_right": self.only_right}},
        )
        plain = pairs_task(towers.network, views, mixture, plan.steps, teacher=former)

        def compare(network: Any, vectors: Rows, rows: Rows) -> dict[str, Tensor]:
            share = known_share(vectors["teacher_pictures"], vectors["teacher_words"])
            return {**plain.compare(network, vectors, rows), "rows_kept": torch.tensor(share)}

        task = replace(plain, weights={**plain.weights, "rows_kept": 0.0}, compare=compare)
        share = former.right_on(views, batches=2)
        if share < FEW_ROWS:
            task.notes.append(
                f"The model was right about {share:.0%} of the new pairs before, so there is little to hold on to: "
                "the new material is very different. Adding some old pairs keeps more."
            )
        return task
