"""Washes a planted trigger out of a model, with pairs that can be trusted.

CleanCLIP (Bansal et al. 2023, arXiv:2303.03323). With captions: the contrast of pictures and words goes on, and beside it every
picture is to stay near a strongly changed copy of itself and every caption near an edited one, which a trigger that ties a
picture to foreign words does not survive. With labels: the picture tower is trained to name the pictures' classes, the text
tower stays. Defaults are the paper's where the model is of its size; learning rate and batch follow the smaller model here.
In the authors' code captions are edited once at load time; here at every step, as pictures are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from engine.errors import UserFixable
from engine.parameters import Describe
from engine.recipes import recipe

if TYPE_CHECKING:
    from torch import Tensor

    from engine.datasets.pairs import Pairs
    from engine.models.loader import Towers
    from engine.training.comparing import Comparing, Rows
    from engine.training.plan import Plan

RATES = {"captions": 1e-5, "labels": 1e-4}


@recipe("cleanclip", paper="arXiv:2303.03323", learns="captions", keeps="last")
@dataclass(frozen=True)
class CleanClip:
    """Clean a model that someone may have poisoned, with pairs you trust."""

    learn: Annotated[
        Literal["captions", "labels"],
        Describe(
            "Learn from",
            "captions: pictures and words, and each from its changed copy. labels: the picture tower learns classes.",
            choices=("captions", "labels"),
        ),
    ] = "captions"
    passes: Annotated[float, Describe("Passes", "How often every pair is seen.", 0.1, 1000)] = 10.0
    batch: Annotated[int, Describe("Batch", "Pairs that are compared with one another at a time.", 2, 65536)] = 64
    micro: Annotated[
        int,
        Describe(
            "At once", "Pairs held in memory at a time; 0 is the whole batch. Fewer is slower, not worse.", 0, 65536
        ),
    ] = 0
    learning_rate: Annotated[
        float, Describe("Learning rate", "How far each step goes; 0 takes the paper's: 1e-5, 1e-4 for labels.", 0, 10)
    ] = 0.0
    warmup: Annotated[float, Describe("Warm-up", "Share of the steps in which the rate rises.", 0, 0.9)] = 0.05
    weight_decay: Annotated[float, Describe("Weight decay", "Pulls weights towards zero.", 0, 1)] = 0.1
    pairs_weight: Annotated[float, Describe("Pairs", "Weight of pictures against words.", 0, 100)] = 1.0
    copies_weight: Annotated[
        float, Describe("Copies", "Weight of pictures and words against their own changed copies.", 0, 100)
    ] = 1.0
    copies: Annotated[
        Literal["policy", "contrast"],
        Describe(
            "Changed pictures",
            "policy: AutoAugment, as in the paper. contrast: crops, colours and blur, which change more.",
            choices=("policy", "contrast"),
        ),
    ] = "policy"
    smallest_crop: Annotated[float, Describe("Smallest crop", "Least share of a picture that is shown.", 0.05, 1)] = 0.6
    keep_statistics: Annotated[
        bool,
        Describe("Keep batch statistics", "Leaves batch normalisation as the model came; no lets it follow the pairs."),
    ] = False
    precision: Annotated[
        Literal["auto", "float32", "bfloat16"],
        Describe("Precision", "auto measures which is faster here.", choices=("auto", "float32", "bfloat16")),
    ] = "auto"
    seed: Annotated[int, Describe("Seed", "The same seed gives the same training.", 0, 2**31)] = 0

    @property
    def learns(self) -> Literal["captions", "labels"]:
        """Overrides what the registry says: labels when they are asked for."""
        return self.learn

    def least(self) -> int:
        return 100

    def plan(self, count: int) -> Plan:
        """`passes` times all pairs, in batches."""
        from engine.recipes._pairs_task import looks_and_saves, steps_for
        from engine.training.plan import Plan

        steps = steps_for(self.passes, count, self.batch)
        return Plan(
            steps,
            self.learning_rate or RATES[self.learn],
            warmup=self.warmup,
            weight_decay=self.weight_decay,
            beta2=0.999,
            precision="bfloat16" if self.precision == "bfloat16" else "float32",
            seed=self.seed,
            micro=self.micro,
            keep_statistics=self.keep_statistics,
            **looks_and_saves(steps),
        )

    def task(self, towers: Towers, pairs: Pairs, plan: Plan) -> Comparing:
        """Both towers move with captions, the picture tower alone with labels."""
        return (
            self._from_labels(towers, pairs, plan)
            if self.learn == "labels"
            else self._from_captions(towers, pairs, plan)
        )

    def _from_captions(self, towers: Towers, pairs: Pairs, plan: Plan) -> Comparing:
        from engine.datasets.views import PairViews
        from engine.objectives.weighting import Mixture
        from engine.recipes._pairs_task import pairs_task
        from engine.training import moving

        moving.move(towers.network, "both")
        mixture = Mixture({"info_nce": self.pairs_weight, "in_modal": self.copies_weight})
        copies = self.copies if self.copies_weight else None
        views = PairViews(
            pairs,
            towers.folder.image,
            towers.tokenize,
            self.batch,
            self.seed,
            self.smallest_crop,
            copies=copies,
        )
        return pairs_task(towers.network, views, mixture, plan.steps)

    def _from_labels(self, towers: Towers, pairs: Pairs, plan: Plan) -> Comparing:
        """Cross-entropy of a linear layer on the picture tower; the layer starts at the classes' names, so that it names well at once.

        The authors start it at random. Ours leaves the space where the text tower looks for it, which few pairs need.
        """
        import torch
        from torch.nn.functional import cross_entropy, normalize

        from engine.datasets.views import PairViews
        from engine.training import moving
        from engine.training.comparing import Comparing
        from engine.training.temperature import temperature_of

        if len(pairs.names) < 2:
            raise UserFixable(
                f"All pictures have the same label, “{pairs.names[0]}”." if pairs.names else "No picture has a label.",
                "Nothing was trained or changed.",
                "Choose pictures of at least two classes.",
            )
        network: Any = towers.network
        moving.move(network, "image")
        if getattr(network, "logit_scale", None) is not None:
            network.logit_scale.requires_grad_(False)
        with torch.no_grad():
            names = network.encode_text(towers.tokenize([f"a photo of a {name}" for name in pairs.names]))
        classes = torch.nn.Linear(names.shape[1], len(names), bias=False)
        with torch.no_grad():
            classes.weight.copy_(normalize(names, dim=-1) / temperature_of(network))
        whole = torch.nn.ModuleDict({"model": network, "classes": classes})
        views = PairViews(
            pairs,
            towers.folder.image,
            towers.tokenize,
            self.batch,
            self.seed,
            self.smallest_crop,
            words=False,
        )

        def encode(network: Any, rows: Rows) -> Rows:
            return {"pictures": network["model"].encode_image(rows["pictures"])}

        def compare(network: Any, vectors: Rows, rows: Rows) -> dict[str, Tensor]:
            logits = network["classes"](normalize(vectors["pictures"], dim=-1))
            return {"cross_entropy": cross_entropy(logits, rows["labels"])}

        return Comparing(
            whole,
            {"cross_entropy": 1.0},
            plan.steps,
            views.draw,
            encode,
            compare,
            released=lambda: network,
            model=lambda trained: trained["model"],  # type: ignore[index]
        )
