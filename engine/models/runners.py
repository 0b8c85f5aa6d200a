"""Ways to run one tower on a batch: eager PyTorch in a dtype and memory format, or an ONNX Runtime session.

A runner takes the tower's ready input as a numpy array and gives float32 vectors (n, d), not yet normalised.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    import torch
    from torch import nn


class Runner(Protocol):
    """Callable on pictures (n, size, size, 3) uint8, tokens (n, context) int64 or sounds (n, samples) float32."""

    def __call__(self, batch: np.ndarray) -> np.ndarray: ...


@dataclass(frozen=True)
class Backend:
    """How a tower runs: `engine` "eager" or "onnx"; `dtype` "float32", "bfloat16" or "float16"; `channels_last` for pictures.

    `held`: the weights are held in `dtype`; otherwise they are cast to it with every batch, which for a vision transformer on a
    processor costs more than it saves.
    """

    engine: str = "eager"
    dtype: str = "float32"
    channels_last: bool = True
    held: bool = False

    @property
    def short(self) -> str:
        """For the status bar: “fp32”, “bf16”, “fp16”, “ONNX”."""
        return "ONNX" if self.engine == "onnx" else {"bfloat16": "bf16", "float16": "fp16"}.get(self.dtype, "fp32")

    @property
    def name(self) -> str:
        """For tables of what was tried: “eager bf16 held channels_last”."""
        held, layout = (" held" if self.held else ""), (" channels_last" if self.channels_last else "")
        return f"{self.engine} {self.short}{held}{layout}"


class EagerRunner:
    """PyTorch as it is; with a half dtype under autocast, or on a copy of the tower whose weights are held in it."""

    def __init__(self, tower: nn.Module, device: torch.device, backend: Backend) -> None:
        import torch

        from engine.models.towers import held_in

        dtype = getattr(torch, backend.dtype)
        self.tower = held_in(tower, dtype) if backend.held else tower
        self.device, self.backend = device, backend
        self._cast = None if backend.held or dtype is torch.float32 else dtype

    def __call__(self, batch: np.ndarray) -> np.ndarray:
        import torch

        given = torch.from_numpy(np.ascontiguousarray(batch))
        if self.device.type != "cpu":
            given = given.to(self.device)
        if given.ndim == 4:  # (n, h, w, 3): seen as (n, 3, h, w) this already is channels_last in memory
            given = given.permute(0, 3, 1, 2).float()
            if not self.backend.channels_last:
                given = given.contiguous()
        half = torch.autocast(self.device.type, self._cast) if self._cast else contextlib.nullcontext()
        with torch.inference_mode(), half:
            made = self.tower(given)
        return made.float().cpu().numpy()


class OnnxRunner:
    """ONNX Runtime on the CPU, on an exported tower."""

    def __init__(self, exported: Path, threads: int) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        options.add_session_config_entry(
            "session.intra_op.allow_spinning", "0"
        )  # readers get the cores between two layers
        self._session = onnxruntime.InferenceSession(str(exported), options, providers=["CPUExecutionProvider"])
        self._input: Any = self._session.get_inputs()[0].name

    def __call__(self, batch: np.ndarray) -> np.ndarray:
        if batch.ndim == 4:
            batch = np.ascontiguousarray(batch.transpose(0, 3, 1, 2), dtype=np.float32)
        return np.asarray(self._session.run(None, {self._input: batch})[0], dtype=np.float32)
