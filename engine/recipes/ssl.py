"""Makes a picture-only model of the user's own pictures, without words: a second opinion beside a word-taught model.

Two ways. simclr: two random views of a picture are to find each other among all views of the batch (Chen et al. 2020,
arXiv:2002.05709). swav: each view is to tell to which of many groups another view of the same picture was assigned, which works
with small batches (Caron et al. 2020, arXiv:2006.09882); small crops come beside the two large ones. Both learn through a
projection that is thrown away afterwards. What stays is a timm network, so that it opens anywhere.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from engine.errors import UserFixable
from engine.parameters import Describe
from engine.recipes import recipe

if TYPE_CHECKING:
    from pathlib import Path

    import torch
    from torch import Tensor, nn

    from engine.datasets.pairs import Pairs
    from engine.models.folder import ModelFolder
    from engine.models.loader import Towers
    from engine.training.comparing import Comparing, Rows
    from engine.training.plan import Plan

SMALL_CROPS = 2
PROJECTED = 128
MOST_GROUPS = 300


@recipe("ssl", paper="arXiv:2002.05709", learns="pictures", keeps="last")
@dataclass(frozen=True)
class SelfSupervised:
    """Make a second opinion of your own pictures, without words."""

    method: Annotated[
        Literal["simclr", "swav"],
        Describe(
            "Method",
            "simclr: views find each other. swav: views agree on a group; for small batches.",
            choices=("simclr", "swav"),
        ),
    ] = "simclr"
    start: Annotated[
        Literal["fresh", "model"],
        Describe(
            "Start from",
            "fresh: random weights, an opinion of its own. model: the picture tower of the model, which learns faster.",
            choices=("fresh", "model"),
        ),
    ] = "fresh"
    network: Annotated[
        Literal["resnet10t", "resnet18", "resnet50"],
        Describe("Network", "When it starts fresh.", choices=("resnet10t", "resnet18", "resnet50")),
    ] = "resnet18"
    passes: Annotated[float, Describe("Passes", "How often every picture is seen.", 0.1, 10000)] = 30.0
    batch: Annotated[int, Describe("Batch", "Pictures that are compared with one another at a time.", 2, 65536)] = 64
    micro: Annotated[int, Describe("At once", "Pictures held in memory at a time; 0 is the whole batch.", 0, 65536)] = 0
    learning_rate: Annotated[float, Describe("Learning rate", "How far each step goes.", 1e-7, 10)] = 1e-3
    temperature: Annotated[float, Describe("Temperature", "Smaller looks harder at close wrong views.", 0.005, 1)] = 0.2
    groups: Annotated[
        int, Describe("Groups", "For swav: how many; 0 takes a quarter of the pictures, up to 300.", 0, 3000)
    ] = 0
    smallest_crop: Annotated[float, Describe("Smallest crop", "Least share of a picture that is shown.", 0.05, 1)] = 0.2
    strength: Annotated[float, Describe("Strength", "How strongly colours change.", 0, 1)] = 0.6
    precision: Annotated[
        Literal["auto", "float32", "bfloat16"],
        Describe("Precision", "auto measures which is faster here.", choices=("auto", "float32", "bfloat16")),
    ] = "auto"
    seed: Annotated[int, Describe("Seed", "The same seed gives the same training.", 0, 2**31)] = 0

    def least(self) -> int:
        return 500 if self.start == "fresh" else 200

    def plan(self, count: int) -> Plan:
        """`passes` times all pictures, in batches."""
        from engine.recipes._pairs_task import looks_and_saves, steps_for
        from engine.training.plan import Plan

        steps = steps_for(self.passes, count, self.batch)
        return Plan(
            steps,
            self.learning_rate,
            warmup=0.1,
            weight_decay=1e-4,
            beta2=0.999,
            precision="bfloat16" if self.precision == "bfloat16" else "float32",
            seed=self.seed,
            micro=self.micro,
            **looks_and_saves(steps),
        )

    def task(self, towers: Towers, pairs: Pairs, plan: Plan) -> Comparing:
        """A picture network with a projection; the words of `pairs` are not looked at."""
        import torch

        from engine.datasets.pairs import Pairs
        from engine.datasets.views import PairViews
        from engine.training.comparing import Comparing

        name, trunk = self._trunk(towers)
        with torch.random.fork_rng():
            torch.manual_seed(self.seed)
            network: Any = _learner(trunk, self._group_count(len(pairs)) if self.method == "swav" else 0)

        def settle(step: int) -> None:
            if network.prototypes is not None:
                network.prototypes.settle(step)

        settle(0)
        alone = Pairs(pairs.pictures, pairs.sentences, keys=pairs.keys)
        views = PairViews(
            alone,
            towers.folder.image,
            towers.tokenize,
            self.batch,
            self.seed,
            self.smallest_crop,
            copies="contrast",
            words=False,
        )

        def draw(step: int, generator: torch.Generator) -> Rows:
            return self._drawn(views, step, generator)

        def encode(learner: Any, rows: Rows) -> Rows:
            return {name: learner.project(views) for name, views in rows.items()}

        def write(parent: ModelFolder, target: Path) -> None:
            _write(network.trunk, name, towers.folder, target)

        return Comparing(
            network,
            {self._objective: 1.0},
            plan.steps,
            draw,
            encode,
            self._compared,
            released=lambda: network,
            after=settle,
            write=write,
        )

    @property
    def _objective(self) -> str:
        return "nt_xent" if self.method == "simclr" else "swav"

    def _group_count(self, pictures: int) -> int:
        from engine.training.prototypes import ITEMS_A_GROUP, check_group_count

        groups = self.groups or max(2, min(MOST_GROUPS, pictures // ITEMS_A_GROUP))
        check_group_count(groups, pictures)
        return groups

    def _trunk(self, towers: Towers) -> tuple[str, Any]:
        """timm's name of the network, and the network without its last layer."""
        import copy

        import timm

        if self.start == "fresh":
            return self.network, timm.create_model(self.network, pretrained=False, num_classes=0)
        tower: Any = getattr(towers.network, "visual", None)
        told = towers.folder.config["model_cfg"].get("vision_cfg", {})
        if "timm_model_name" not in told or told.get("timm_pool") not in ("avg", None) or not hasattr(tower, "trunk"):
            raise UserFixable(
                f"The picture tower of “{towers.folder.path.name}” cannot stand alone as a timm network.",
                "Nothing was trained or changed.",
                "Start fresh instead.",
            )
        trunk = copy.deepcopy(tower.trunk)
        trunk.requires_grad_(True)
        return str(told["timm_model_name"]), trunk

    def _drawn(self, views: Any, step: int, generator: torch.Generator) -> Rows:
        """Two large views of each picture, and for swav some small ones."""
        import torch

        from engine.datasets.sampler import rows_of_step
        from engine.datasets.strong_views import contrast_views

        rows = rows_of_step(step, views.batch, len(views.pairs), views.seed)
        pictures = torch.from_numpy(views.pairs.pictures[rows]).permute(0, 3, 1, 2)
        size = views.spec.size

        def view(edge: int, smallest: float) -> Tensor:
            made = contrast_views(pictures, edge, generator, smallest=smallest, strength=self.strength)
            return views.normalised(made)  # type: ignore[no-any-return]

        drawn = {"large 1": view(size, self.smallest_crop), "large 2": view(size, self.smallest_crop)}
        if self.method == "swav":
            edge = max(32, size // 2)
            drawn |= {f"small {number + 1}": view(edge, 0.05) for number in range(SMALL_CROPS)}
        return drawn

    def _compared(self, network: Any, vectors: Rows, rows: Rows) -> dict[str, Tensor]:
        from engine.objectives import objectives

        if self.method == "simclr":
            first, second = vectors.values()
            loss = objectives["nt_xent"].made(first, second, temperature=self.temperature)
        else:
            prototypes = network.prototypes.directions
            loss = objectives["swav"].made(list(vectors.values()), prototypes, temperature=self.temperature)
        return {self._objective: loss}


def _learner(trunk: Any, groups: int) -> Any:
    """The trunk with a projection behind it (and prototypes for swav); only the trunk is kept in the end."""
    from torch import nn

    from engine.training.prototypes import Prototypes

    width = int(trunk.num_features)

    class Learner(nn.Module):
        """`encode_image` is what the new model will say; `project` is what learns."""

        def __init__(self) -> None:
            super().__init__()
            self.trunk: nn.Module = trunk
            self.head = nn.Sequential(
                nn.Linear(width, width), nn.BatchNorm1d(width), nn.ReLU(inplace=True), nn.Linear(width, PROJECTED)
            )
            self.prototypes = Prototypes(groups, PROJECTED, frozen_steps=20) if groups else None

        def encode_image(self, pictures: Tensor) -> Tensor:
            return self.trunk(pictures)  # type: ignore[no-any-return]

        def project(self, pictures: Tensor) -> Tensor:
            return self.head(self.trunk(pictures))  # type: ignore[no-any-return]

    return Learner()


def _write(trunk: nn.Module, name: str, parent: ModelFolder, target: Path) -> None:
    """A picture-only model folder (see engine/models/vision.py)."""
    from engine.models.vision import CONFIG, WEIGHTS
    from engine.training.checkpoint import write_tensors

    image = parent.image
    told = {
        "timm_model": name,
        "dimension": int(trunk.num_features),  # type: ignore[arg-type]
        "size": image.size,
        "mean": image.mean,
        "std": image.std,
        "interpolation": image.interpolation,
        "mode": image.mode,
    }
    (target / CONFIG).write_text(json.dumps(told, indent=1), "utf-8")
    write_tensors(trunk.state_dict(), target / WEIGHTS)
