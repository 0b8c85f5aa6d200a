"""Teaches a model the user's own pairs: pictures land on their own words and away from the other pictures' words.

Contrastive fine-tuning (Radford et al. 2021, arXiv:2103.00020). What moves is a choice, because few pairs bear little
change: everything, small additions beside the weights (LoRA: Hu et al. 2021, arXiv:2106.09685), the last projections alone,
or one tower while the other stays locked (LiT: Zhai et al. 2022, arXiv:2111.07991).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from engine.parameters import Describe
from engine.recipes import recipe

if TYPE_CHECKING:
    from engine.datasets.pairs import Pairs
    from engine.models.loader import Towers
    from engine.training.comparing import Comparing
    from engine.training.plan import Plan

LEAST = {"full": 200, "locked": 100, "lora": 100, "head": 20}
RATES = {"full": 3e-5, "locked": 1e-4, "lora": 5e-4, "head": 3e-4}


@recipe("finetune", paper="arXiv:2103.00020", learns="captions", keeps="best")
@dataclass(frozen=True)
class Finetune:
    """Teach a model your own pictures and their words."""

    change: Annotated[
        Literal["full", "lora", "head", "locked"],
        Describe(
            "Change",
            "full: every weight. lora: small additions beside the weights. head: only the last projection. "
            "locked: one tower learns to meet the other.",
            choices=("full", "lora", "head", "locked"),
        ),
    ] = "full"
    moves: Annotated[
        Literal["both", "image", "text"],
        Describe("What moves", "The other tower stays as it is.", choices=("both", "image", "text")),
    ] = "both"
    passes: Annotated[float, Describe("Passes", "How often every pair is seen.", 0.1, 1000)] = 5.0
    batch: Annotated[int, Describe("Batch", "Pairs that are compared with one another at a time.", 2, 65536)] = 64
    micro: Annotated[
        int,
        Describe(
            "At once", "Pairs held in memory at a time; 0 is the whole batch. Fewer is slower, not worse.", 0, 65536
        ),
    ] = 0
    learning_rate: Annotated[
        float, Describe("Learning rate", "How far each step goes; 0 chooses one for what changes.", 0, 10)
    ] = 0.0
    warmup: Annotated[float, Describe("Warm-up", "Share of the steps in which the rate rises.", 0, 0.9)] = 0.1
    weight_decay: Annotated[float, Describe("Weight decay", "Pulls weights towards zero.", 0, 1)] = 0.1
    average: Annotated[
        float,
        Describe("Averaging", "Decay of the average of weights that is kept; 0 keeps the last weights.", 0, 0.9999),
    ] = 0.0
    objectives: Annotated[
        str, Describe("Objectives", "What is to become small, with weights: info_nce 1, uniformity 0.1")
    ] = "info_nce 1"
    rank: Annotated[int, Describe("LoRA rank", "Width of the additions beside the weights.", 1, 256)] = 8
    smallest_crop: Annotated[float, Describe("Smallest crop", "Least share of a picture that is shown.", 0.05, 1)] = 0.6
    precision: Annotated[
        Literal["auto", "float32", "bfloat16"],
        Describe("Precision", "auto measures which is faster here.", choices=("auto", "float32", "bfloat16")),
    ] = "auto"
    seed: Annotated[int, Describe("Seed", "The same seed gives the same training.", 0, 2**31)] = 0

    def least(self) -> int:
        """Fewer pairs than this are learnt by heart when so much of the model moves."""
        return LEAST[self.change]

    def plan(self, count: int) -> Plan:
        """`passes` times all pairs, in batches, with the statistics of batch normalisation left as they came."""
        from engine.recipes._pairs_task import looks_and_saves, steps_for
        from engine.training.plan import Plan

        steps = steps_for(self.passes, count, self.batch)
        return Plan(
            steps,
            self.learning_rate or RATES[self.change],
            warmup=self.warmup,
            weight_decay=self.weight_decay,
            average=self.average,
            precision="bfloat16" if self.precision == "bfloat16" else "float32",
            seed=self.seed,
            micro=self.micro,
            keep_statistics=True,
            **looks_and_saves(steps),
        )

    def task(self, towers: Towers, pairs: Pairs, plan: Plan) -> Comparing:
        """The towers' network with what does not move frozen."""
        from engine.datasets.views import PairViews
        from engine.recipes._pairs_task import mixture_of, pairs_task
        from engine.training import moving

        side = "text" if self.change == "locked" and self.moves == "both" else self.moves
        released = None
        moving.move(towers.network, side, head_only=self.change == "head")
        if self.change == "lora":
            from engine.training.adapters import add_lora

            released = add_lora(towers.network, side, self.rank)
        mixture = mixture_of(self.objectives)
        asks_copies = bool(mixture.needed & {"anchor_views", "partner_views"})
        views = PairViews(
            pairs,
            towers.folder.image,
            towers.tokenize,
            self.batch,
            self.seed,
            self.smallest_crop,
            copies="contrast" if asks_copies else None,
        )
        return pairs_task(towers.network, views, mixture, plan.steps, released=released)
