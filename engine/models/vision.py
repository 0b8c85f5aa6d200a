"""Models that see pictures and know no words: second opinions beside a word-taught model. Each makes a space of its own.

A folder holds `vision_config.json`: either `{"descriptor": "classical", ...}`, which needs no weights, or
`{"timm_model": NAME, "size": PIXELS, ...}` with its weights in `model.safetensors`; `card.json` and `README.md` as other models have.
`copies_from` is the cosine above which it takes two pictures for copies of one, as measured on pictures changed a little.
"""

from __future__ import annotations

import json
import time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import UserFixable
from engine.models.folder import ModelFolder
from engine.models.specs import AudioSpec, ImageSpec
from engine.values import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


CONFIG = "vision_config.json"
WEIGHTS = "model.safetensors"
BATCH = 32
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class VisionFolder(ModelFolder):
    """What a picture-only model's folder says of itself."""

    @classmethod
    def read(cls, path: Path) -> VisionFolder:
        """Raises UserFixable where it is not understood."""
        try:
            config = json.loads((path / CONFIG).read_text("utf-8"))
            int(config["dimension"]), int(config["size"])
            if "descriptor" not in config:
                str(config["timm_model"])
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise UserFixable(
                f"The description of “{path.name}” cannot be read.", "Nothing was changed.", "Choose another model."
            ) from fault
        return cls(path, config)

    @cached_property
    def checkpoint(self) -> Path:
        return self.path / (CONFIG if self.descriptor else WEIGHTS)

    @property
    def descriptor(self) -> str | None:
        """Which hand-made description it is, if it is one."""
        return self.config.get("descriptor")

    @property
    def copies_from(self) -> float:
        """Cosine above which two pictures are taken for copies of one."""
        return float(self.config.get("copies_from", 0.9))

    @property
    def dimension(self) -> int:
        return int(self.config["dimension"])

    @property
    def has_sound(self) -> bool:
        return False

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return ("image",)

    @cached_property
    def image(self) -> ImageSpec:
        told = self.config
        return ImageSpec(
            size=int(told["size"]),
            mean=tuple(told.get("mean", IMAGENET_MEAN)),
            std=tuple(told.get("std", IMAGENET_STD)),
            interpolation=told.get("interpolation", "bicubic"),
            mode=told.get("mode", "shortest"),
        )

    @cached_property
    def audio(self) -> AudioSpec | None:
        return None

    def space_key(self, checkpoint_hash: str) -> str:
        from blake3 import blake3

        told = {name: value for name, value in self.config.items() if name != "copies_from"}
        digest = blake3(checkpoint_hash.encode())
        digest.update(json.dumps(told, sort_keys=True).encode())
        digest.update(self.image.as_json().encode())
        return digest.hexdigest()[:32]


def read_folder(path: Path) -> ModelFolder:
    """A model's folder of either sort. Raises UserFixable where it is not understood."""
    return VisionFolder.read(path) if (path / CONFIG).is_file() else ModelFolder.read(path)


class VisionEncoder:
    """Pictures in, unit vectors out. Has what callers of `Encoder` use of it; words and sounds are refused with a sentence."""

    def __init__(
        self, folder: VisionFolder, space_key: str, run: Callable[[np.ndarray], np.ndarray], device: str
    ) -> None:
        self.folder = folder
        self.space_key = space_key
        self.dimension = folder.dimension
        self.image = folder.image
        self.audio = None
        self.kinds: frozenset[Kind] = frozenset(("image",))
        self.device = self.device_key = device
        self.weights = 0  # bytes
        self._run = run
        self._batch = BATCH

    @classmethod
    def open(cls, path: Path, space_key: str | None = None, device: str = "auto") -> VisionEncoder:
        """Load the model in `path`. Raises UserFixable when it is unknown, partial or does not fit."""
        folder = VisionFolder.read(path)
        key = space_key or folder.space_key(folder.hash_checkpoint())
        if folder.descriptor is None:
            return _with_network(folder, key, device)
        if folder.descriptor != "classical":
            raise UserFixable(
                f"“{path.name}” is described in a way this version does not know ({folder.descriptor}).",
                "The model cannot be used.",
                "A newer Sightline may know it; otherwise choose another model.",
            )
        from engine.models.classical import describe

        return cls(folder, key, describe, "CPU")

    def encode_images(self, batch: np.ndarray) -> np.ndarray:
        """Pictures (n, size, size, 3) uint8, resized as `image` says, to (n, d) float32."""
        if not len(batch):
            return np.zeros((0, self.dimension), np.float32)
        made = np.concatenate(
            [self._run(batch[first : first + self._batch]) for first in range(0, len(batch), self._batch)]
        )
        made = np.nan_to_num(made.astype(np.float32))
        return made / np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-12)

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        raise UserFixable("This model cannot read words.", "", "Switch to one that can.")

    def encode_sounds(self, batch: np.ndarray) -> np.ndarray:
        raise UserFixable("This model cannot read sounds.", "", "Switch to one that can.")

    def batch_size(self, kind: Kind) -> int:
        """How many pictures to hand over at once."""
        return self._batch

    def memory_bytes(self) -> int:
        """Room its weights take."""
        return self.weights

    def rate(self) -> float:
        """Pictures per second here, measured for about a second."""
        batch = np.random.default_rng(0).integers(0, 256, (self._batch, self.image.size, self.image.size, 3), np.uint8)
        self.encode_images(batch)
        began, done = time.perf_counter(), 0
        while time.perf_counter() - began < 1:
            self.encode_images(batch)
            done += len(batch)
        return round(done / (time.perf_counter() - began), 1)


def _with_network(folder: VisionFolder, space_key: str, device: str) -> VisionEncoder:
    import timm
    import torch

    from engine.models.checkpoints import fit_weights, read_weights
    from engine.models.devices import choose_device, device_name
    from engine.models.offline import without_network

    name = str(folder.config["timm_model"])
    options: dict[str, Any] = dict(folder.config.get("options", {}))
    with without_network():
        try:
            network = timm.create_model(name, pretrained=False, num_classes=0, **options)
        except (RuntimeError, TypeError, ValueError) as fault:
            raise UserFixable(
                f"The architecture of “{folder.path.name}” is not understood ({fault}).",
                "The model cannot be used.",
                "A newer Sightline may know it; otherwise choose another model.",
            ) from fault
        weights = read_weights(folder.checkpoint)
        fit_weights(
            network, {key: value for key, value in weights.items() if not key.startswith(("head.", "fc."))}, WEIGHTS
        )
    target = choose_device(device)
    network.eval().requires_grad_(False).to(target)
    mean, std = (
        torch.tensor(values, device=target).view(1, 3, 1, 1) * 255 for values in (folder.image.mean, folder.image.std)
    )

    def run(batch: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            pixels = torch.from_numpy(np.ascontiguousarray(batch)).to(target).permute(0, 3, 1, 2).float()
            return network((pixels - mean) / std).float().cpu().numpy()  # type: ignore[no-any-return]

    made = VisionEncoder(folder, space_key, run, device_name(target))
    made.weights = sum(weight.numel() * weight.element_size() for weight in network.parameters())
    return made
