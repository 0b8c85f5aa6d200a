"""One model ready to make vectors: batches of ready tensors or words in, L2-normalised float32 rows out. Torch is imported inside only."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import UserFixable
from engine.models.devices import choose_device, device_name, is_out_of_memory
from engine.models.loader import Towers, load_towers
from engine.models.runners import Backend, EagerRunner, Runner
from engine.models.specs import AudioSpec, ImageSpec
from engine.values import Kind

if TYPE_CHECKING:
    import torch

__all__ = ["AudioSpec", "Encoder", "ImageSpec"]
log = logging.getLogger("sightline.models")
FIRST_BATCH: dict[str, dict[Kind, int]] = {  # before anything was measured
    "cpu": {"image": 32, "audio": 8, "text": 64},
    "cuda": {"image": 256, "audio": 64, "text": 512},
    "mps": {"image": 64, "audio": 16, "text": 128},
}
NAMES: dict[Kind, str] = {"image": "pictures", "audio": "sounds", "text": "words"}


class Encoder:
    """Towers on a device. Safe to call from several threads: the towers are only read."""

    def __init__(self, towers: Towers, space_key: str, device: torch.device) -> None:
        from engine.models.towers import PictureTower, SoundTower, WordTower

        self.folder = towers.folder
        self.space_key = space_key
        self.dimension = towers.folder.dimension
        self.image: ImageSpec = towers.folder.image
        self.audio: AudioSpec | None = towers.folder.audio
        self.torch_device = device
        self._tokenize = towers.tokenize
        self.towers: dict[Kind, torch.nn.Module] = {
            "image": PictureTower(towers.network, self.image),
            "text": WordTower(towers.network),
        }
        if towers.sound is not None:
            self.towers["audio"] = SoundTower(towers.sound)
        for tower in self.towers.values():
            tower.eval().to(device)
        self.kinds: frozenset[Kind] = frozenset(self.towers)
        self._batch = dict(FIRST_BATCH[device.type])
        self._runners: dict[Kind, Runner] = {}
        self._backends: dict[Kind, Backend] = {}
        self._lock = threading.Lock()
        for kind in self.towers:
            self.run_with(kind, Backend(), EagerRunner(self.towers[kind], device, Backend()))

    @classmethod
    def open(cls, folder: Path, space_key: str | None = None, device: str = "auto") -> Encoder:
        """Load the model in `folder` onto a device. Raises UserFixable when something is missing or does not fit."""
        towers = load_towers(folder)
        key = space_key or towers.folder.space_key(towers.folder.hash_checkpoint())
        return cls(towers, key, choose_device(device))

    # -- making vectors ---------------------------------------------------------------------------------------
    def encode_images(self, batch: np.ndarray) -> np.ndarray:
        """Pictures (n, size, size, 3) uint8, resized as `image` says, to (n, d)."""
        return self._encode("image", batch)

    def encode_sounds(self, batch: np.ndarray) -> np.ndarray:
        """Mono segments (n, samples) float32 as `audio` says, to (n, d). Raises UserFixable without a sound encoder."""
        return self._encode("audio", np.asarray(batch, dtype=np.float32))

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        """Sentences to (n, d); what exceeds the tower's context is cut."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        return self._encode("text", self.tokens(texts))

    # -- how it runs ------------------------------------------------------------------------------------------
    @property
    def device(self) -> str:
        """For the status bar: “CPU · 2 threads · bf16”."""
        backend = self._backends.get("image") or next(iter(self._backends.values()))
        return f"{device_name(self.torch_device)} · {backend.short}"

    @property
    def device_key(self) -> str:
        """Names the device for what was measured on it."""
        return device_name(self.torch_device)

    def memory_bytes(self) -> int:
        """Room its weights take."""
        towers = {id(p): p.numel() * p.element_size() for tower in self.towers.values() for p in tower.parameters()}
        return sum(towers.values())

    def batch_size(self, kind: Kind) -> int:
        """How many inputs of a kind to hand over at once."""
        return self._batch[kind]

    def set_batch_size(self, kind: Kind, size: int) -> None:
        self._batch[kind] = max(1, size)

    def backend(self, kind: Kind) -> Backend:
        """How a tower runs now."""
        return self._backends[kind]

    def run_with(self, kind: Kind, backend: Backend, runner: Runner) -> None:
        """Run a tower in another way from the next batch on."""
        with self._lock:
            self._backends[kind] = backend
            self._runners[kind] = runner

    def runner(self, kind: Kind) -> Runner:
        """What runs a tower now."""
        return self._runners[kind]

    def tokens(self, texts: Sequence[str]) -> np.ndarray:
        """The text tower's input for some sentences, (n, context) int64."""
        return self._tokenize(texts).numpy()

    # -- inside -----------------------------------------------------------------------------------------------
    def _encode(self, kind: Kind, batch: np.ndarray) -> np.ndarray:
        if kind not in self.kinds:
            raise UserFixable(f"This model cannot read {NAMES[kind]}.", "", "Switch to one that can.")
        if len(batch) == 0:
            return np.zeros((0, self.dimension), np.float32)
        done: list[np.ndarray] = []
        start = 0
        while start < len(batch):
            size = self._batch[kind]
            try:
                done.append(self._runners[kind](batch[start : start + size]))
            except (RuntimeError, MemoryError) as fault:
                if size == 1 or not is_out_of_memory(fault):
                    raise
                self._halve(kind, min(size, len(batch) - start))
                continue
            start += size
        return _normalised(np.concatenate(done))

    def _halve(self, kind: Kind, size: int) -> None:
        import torch

        if self.torch_device.type == "cuda":
            torch.cuda.empty_cache()
        self._batch[kind] = max(1, size // 2)
        log.info("a batch of %d %s did not fit; going on with %d", size, NAMES[kind], self._batch[kind])


def _normalised(vectors: np.ndarray) -> np.ndarray:
    """Rows of length one; a row of zeros stays as it is."""
    vectors = np.nan_to_num(np.asarray(vectors, dtype=np.float32))
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
