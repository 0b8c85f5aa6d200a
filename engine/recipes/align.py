"""Brings sounds into the model's space: a sound encoder learns to meet the words, which stay as they are, and with them the pictures.

CWCL (Srinivasa et al. 2023, arXiv:2309.14580): each caption is drawn to every sound by how alike their captions are, because
few recordings mean nearly the same thing in many ways; each sound to its own caption. The temperature is learned, as that
loss needs. Augmentation is ours: random cuts, speed, gain and noise, and masked bands (SpecAugment, arXiv:1904.08779).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np

from engine.parameters import Describe
from engine.recipes import recipe

if TYPE_CHECKING:
    from pathlib import Path

    import torch
    from torch import Tensor, nn

    from engine.models.audio_encoder import AudioEncoder
    from engine.models.folder import ModelFolder
    from engine.models.loader import Towers
    from engine.training.comparing import Comparing, Rows
    from engine.training.plan import Plan


@recipe("align", paper="arXiv:2309.14580", learns="sounds", keeps="best")
@dataclass(frozen=True)
class Align:
    """Teach a model to hear: sounds come to lie where their words are."""

    start: Annotated[
        Literal["model", "fresh"],
        Describe(
            "Start from",
            "model: the sound encoder it has. fresh: random weights; also where it has none.",
            choices=("model", "fresh"),
        ),
    ] = "model"
    passes: Annotated[float, Describe("Passes", "How often every sound is heard.", 0.1, 10000)] = 30.0
    batch: Annotated[int, Describe("Batch", "Sounds that are compared with one another at a time.", 2, 65536)] = 64
    micro: Annotated[int, Describe("At once", "Sounds held in memory at a time; 0 is the whole batch.", 0, 65536)] = 0
    learning_rate: Annotated[float, Describe("Learning rate", "How far each step goes.", 1e-8, 10)] = 5e-4
    warmup: Annotated[float, Describe("Warm-up", "Share of the steps in which the rate rises.", 0, 0.9)] = 0.1
    weight_decay: Annotated[float, Describe("Weight decay", "Pulls weights towards zero.", 0, 1)] = 0.05
    average: Annotated[
        float,
        Describe("Averaging", "Decay of the average of weights that is kept; 0 keeps the last weights.", 0, 0.9999),
    ] = 0.99
    kernel: Annotated[
        Literal["linear", "sharp"],
        Describe("Kernel", "linear: the paper's. sharp: only close captions share.", choices=("linear", "sharp")),
    ] = "linear"
    centre: Annotated[
        bool, Describe("Centre", "Takes out what all captions share. For captions that all look alike.")
    ] = True
    seed: Annotated[int, Describe("Seed", "The same seed gives the same training.", 0, 2**31)] = 0

    def least(self) -> int:
        return 60

    def plan(self, count: int) -> Plan:
        """`passes` times all sounds, in batches, in single precision: the front end takes logarithms of small numbers."""
        from engine.recipes._pairs_task import looks_and_saves, steps_for
        from engine.training.plan import Plan

        steps = steps_for(self.passes, count, self.batch)
        return Plan(
            steps,
            self.learning_rate,
            warmup=self.warmup,
            weight_decay=self.weight_decay,
            average=self.average,
            precision="float32",
            seed=self.seed,
            micro=self.micro,
            **looks_and_saves(steps),
        )

    def task(self, towers: Towers, pairs: Any, plan: Plan) -> Comparing:
        """The sound encoder moves, towards the frozen words of `pairs` (a SoundPairs)."""
        import copy

        import torch
        from torch import nn

        from engine.objectives.cwcl import cwcl
        from engine.training.comparing import Comparing

        encoder, fresh = self._encoder(towers)
        words, first = _words(towers, pairs)
        front = copy.deepcopy(encoder.spectrum)  # works beside the device, where batches are drawn
        network = nn.ModuleDict({"sound": encoder})
        network.register_parameter("logit_scale", nn.Parameter(torch.tensor(float(np.log(1 / 0.07)))))

        def draw(step: int, generator: torch.Generator) -> Rows:
            return self._drawn(pairs, encoder.config.samples, front, words, first, step, generator)

        def encode(network: Any, rows: Rows) -> Rows:
            return {"sounds": network["sound"].encode_spectrum(rows["mels"]), "words": rows["words"]}

        def compare(network: Any, vectors: Rows, rows: Rows) -> dict[str, Tensor]:
            temperature = torch.exp(-network.logit_scale)
            loss = cwcl(
                vectors["sounds"], vectors["words"], temperature=temperature, kernel=self.kernel, centre=self.centre
            )
            return {"cwcl": loss}

        def bounded(step: int) -> None:
            from engine.training.temperature import bound_temperature

            bound_temperature(network)

        def write(parent: ModelFolder, target: Path) -> None:
            _write(encoder, parent, target)

        note = "The model could not hear before; its sound encoder starts from nothing." if fresh else ""
        return Comparing(
            network,
            {"cwcl": 1.0},
            plan.steps,
            draw,
            encode,
            compare,
            released=lambda: network,
            model=lambda trained: trained["sound"],  # type: ignore[index]
            after=bounded,
            write=write,
            notes=[note] if note and towers.sound is None else [],
        )

    def _encoder(self, towers: Towers) -> tuple[AudioEncoder, bool]:
        """The encoder that is to learn, and whether it starts from nothing."""
        import torch

        from engine.models.audio_encoder import AudioConfig, AudioEncoder

        held: Any = towers.sound
        if held is not None and self.start == "model":
            held.requires_grad_(True)
            return held, False
        with torch.random.fork_rng():
            torch.manual_seed(self.seed)
            config = held.config if held is not None else AudioConfig(dimension=towers.folder.dimension)
            return AudioEncoder(config), True

    def _drawn(
        self,
        pairs: Any,
        samples: int,
        front: nn.Module,
        words: Tensor,
        first: np.ndarray,
        step: int,
        generator: torch.Generator,
    ) -> Rows:
        """Masked log-mels (n, mels, frames) of fresh cuts, and the frozen vectors (n, d) of one caption each."""
        import torch

        from engine.datasets.random_sounds import masked, random_cuts
        from engine.datasets.sampler import rows_of_step

        rows = rows_of_step(step, self.batch, len(pairs), self.seed)
        cuts = random_cuts([pairs.wave(row) for row in rows], samples, generator)
        with torch.no_grad():
            mels = front(cuts)
        chance = torch.rand(len(rows), generator=generator).numpy()
        said = [int(place * len(pairs.sentences[row])) for row, place in zip(rows, chance, strict=True)]
        return {"mels": masked(mels, generator), "words": words[first[rows] + said]}


def _words(towers: Towers, pairs: Any) -> tuple[Tensor, np.ndarray]:
    """Frozen unit vectors of all captions, and where those of each sound begin."""
    import torch

    from engine.training.probe import encode_tokens

    towers.network.eval()
    every = [sentence for own in pairs.sentences for sentence in own]
    counts = [len(own) for own in pairs.sentences]
    vectors = encode_tokens(towers.network, towers.tokenize(every))
    return torch.from_numpy(vectors), np.concatenate([[0], np.cumsum(counts)[:-1]])


def _write(encoder: AudioEncoder, parent: ModelFolder, target: Path) -> None:
    from engine.models.audio_encoder import CONFIG_NAME, WEIGHTS_NAME, save_audio_encoder
    from engine.training.release import copy_parts

    copy_parts(parent, target, but=(CONFIG_NAME, WEIGHTS_NAME))
    save_audio_encoder(encoder, target)
