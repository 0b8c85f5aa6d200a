"""What an encoder wants its input to look like. Plain values without torch, so that media workers can carry them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

OPENAI_MEAN = (0.48145466, 0.4578275, 0.40821073)
OPENAI_STD = (0.26862954, 0.26130258, 0.27577711)


@dataclass(frozen=True)
class ImageSpec:
    """Square pictures of `size` pixels. `mean` and `std` are applied by the encoder, on values in [0, 1].

    `mode` is open_clip's resize mode: "shortest" (resize the shortest edge, crop the centre), "longest" (fit, pad with `fill`)
    or "squash" (ignore the aspect ratio). `interpolation` is "bicubic" or "bilinear".
    """

    size: int
    mean: tuple[float, float, float] = OPENAI_MEAN
    std: tuple[float, float, float] = OPENAI_STD
    interpolation: str = "bicubic"
    mode: str = "shortest"
    fill: int = 0

    def as_json(self) -> str:
        """A stable text form; part of a space's key."""
        return json.dumps(asdict(self), sort_keys=True)


@dataclass(frozen=True)
class AudioSpec:
    """Mono sound at `sample_rate` Hz, cut into segments of `seconds` that start every `hop_seconds`."""

    sample_rate: int = 16000
    seconds: float = 5.0
    hop_seconds: float = 2.5

    @property
    def samples(self) -> int:
        """Length of one segment in samples."""
        return round(self.sample_rate * self.seconds)

    def as_json(self) -> str:
        """A stable text form; part of a space's key."""
        return json.dumps(asdict(self), sort_keys=True)
