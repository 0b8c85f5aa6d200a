"""What a training run does besides its loss: length, rates, precision, how often it saves."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

EARLY_LOOKS = (5, 10, 20)


@dataclass(frozen=True)
class Plan:
    """The settings of one run; written into its checkpoints.

    `warmup` is the fraction of `steps` in which the rate rises; it then falls along half a cosine to nothing.
    `average` is the decay of the moving average of the weights (0 switches it off). `clip` bounds the gradient's norm.
    `replicas`: threads that share a step's batch (see replicas.py and shards.py). `micro`: rows that are encoded at once
    (0: as many as the batch has). `keep_statistics` leaves batch normalisation as the model came. `look_every`: steps
    between two looks at what the run does to the model (0: none). `save_every` is a multiple of `log_every`.
    """

    steps: int
    learning_rate: float = 1e-3
    warmup: float = 0.05
    weight_decay: float = 0.05
    beta2: float = 0.98
    clip: float = 1.0
    average: float = 0.0
    precision: Literal["float32", "bfloat16"] = "bfloat16"
    device: str = "cpu"
    replicas: int = 1
    seed: int = 0
    save_every: int = 500
    log_every: int = 20
    micro: int = 0
    keep_statistics: bool = False
    look_every: int = 0

    def __post_init__(self) -> None:
        if self.save_every % self.log_every:
            raise ValueError(f"save_every ({self.save_every}) is to be a multiple of log_every ({self.log_every})")

    def looks_at(self, step: int) -> bool:
        """Whether a look is due after `step`: early ones, because what goes wrong mostly does so at once, then regularly."""
        if self.look_every <= 0:
            return False
        return step in EARLY_LOOKS or step % self.look_every == 0 or step == self.steps

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
