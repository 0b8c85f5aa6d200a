"""Finds the fastest way to run each tower on this device, by trying: number format, memory layout, ONNX Runtime, batch size.

What is faster differs from model to model (on processors ONNX Runtime was 12 times faster than eager PyTorch for MobileCLIP2-S0 and slower
for ViT-B-32), so it is measured and not assumed. A way whose vectors leave those of float32 (cosine below `FAITHFUL`) is never chosen.
"""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.models.devices import cores, is_out_of_memory
from engine.models.runners import Backend, EagerRunner, OnnxRunner, Runner
from engine.values import Kind

if TYPE_CHECKING:
    from engine.models.encoder import Encoder

log = logging.getLogger("sightline.models")
FAITHFUL = 0.999
TRY_SECONDS = 1.0  # measured time per candidate
GIVE_UP = 1.6  # a candidate this much slower than the best after one batch is not tried further
CANDIDATES: dict[str, tuple[Backend, ...]] = {
    "cpu": (
        Backend(),
        Backend(dtype="bfloat16", held=True),
        Backend(dtype="bfloat16"),
        Backend(channels_last=False),
        Backend("onnx", channels_last=False),
    ),
    "cuda": (
        Backend(),
        Backend(dtype="float16", held=True),
        Backend(dtype="float16"),
        Backend(dtype="bfloat16"),
        Backend(dtype="float16", channels_last=False),
    ),
    "mps": (
        Backend(),
        Backend(dtype="float16", held=True),
        Backend(dtype="float16"),
        Backend(dtype="float16", channels_last=False),
    ),
}
BATCHES: dict[str, tuple[int, ...]] = {"cpu": (8, 32), "cuda": (64, 256, 1024), "mps": (16, 64)}


@dataclass(frozen=True)
class Choice:
    """How a tower runs best on a device: items per second at `batch`, and what every other way gave."""

    backend: Backend
    batch: int
    rate: float
    tried: dict[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Choice:
        return cls(Backend(**told["backend"]), int(told["batch"]), float(told["rate"]), dict(told.get("tried", {})))


def measure(encoder: Encoder, kind: Kind, exports: Path, check: Callable[[], None] = lambda: None) -> Choice:
    """Try every way to run one tower and put the best into use. `exports` is a folder for ONNX files; `check` may raise to stop.

    Takes some seconds per tower. Raises what the tower raises only if the plain float32 way does not work either.
    """
    device = encoder.torch_device.type
    sizes = BATCHES[device]
    probe = probe_batch(encoder, kind, sizes[0])
    plain = EagerRunner(encoder.towers[kind], encoder.torch_device, Backend())
    truth = _unit(plain(probe))
    best = Choice(Backend(), sizes[0], 0.0)
    best_runner: Runner = plain
    tried: dict[str, float] = {}
    for backend in CANDIDATES[device]:
        check()
        if kind != "image" and not backend.channels_last and backend.engine == "eager":
            continue  # memory layout only matters to pictures
        runner = _runner(encoder, kind, backend, exports)
        if runner is None or not _faithful(runner, probe, truth):
            continue
        rate = _rate(runner, probe, encoder, best.rate)
        tried[backend.name] = round(rate, 1)
        if rate > best.rate:
            best, best_runner = Choice(backend, sizes[0], rate), runner
    for size in sizes[1:]:
        check()
        try:
            rate = _rate(best_runner, probe_batch(encoder, kind, size), encoder, best.rate)
        except (RuntimeError, MemoryError) as fault:
            if not is_out_of_memory(fault):
                raise
            break
        if rate > 1.03 * best.rate:  # a larger batch also makes a search wait longer
            best = Choice(best.backend, size, rate)
    best = Choice(best.backend, best.batch, round(best.rate, 1), tried)
    encoder.run_with(kind, best.backend, best_runner)
    encoder.set_batch_size(kind, best.batch)
    return best


def apply(encoder: Encoder, kind: Kind, choice: Choice, exports: Path) -> None:
    """Run a tower as it was found best before; as it is, where that way is no longer there."""
    runner = _runner(encoder, kind, choice.backend, exports)
    if runner is None:
        return
    encoder.run_with(kind, choice.backend, runner)
    encoder.set_batch_size(kind, choice.batch)


def probe_batch(encoder: Encoder, kind: Kind, count: int) -> np.ndarray:
    """A batch of a tower's input that looks a little like the real thing, the same every time."""
    random = np.random.default_rng(0)
    if kind == "image":
        size = encoder.image.size
        coarse = random.integers(0, 256, (count, -(-size // 8), -(-size // 8), 3), dtype=np.uint8)
        return np.ascontiguousarray(coarse.repeat(8, axis=1).repeat(8, axis=2)[:, :size, :size])
    if kind == "audio":
        assert encoder.audio is not None
        return random.normal(0, 0.1, (count, encoder.audio.samples)).astype(np.float32)
    return encoder.tokens([f"a photo of {number} birds above the harbour" for number in range(count)])


def _runner(encoder: Encoder, kind: Kind, backend: Backend, exports: Path) -> Runner | None:
    if backend.engine == "eager":
        try:
            return EagerRunner(encoder.towers[kind], encoder.torch_device, backend)
        except (
            NotImplementedError,
            RuntimeError,
            MemoryError,
        ) as fault:  # no room for a second copy; parts that cannot be copied
            log.info("the %s tower cannot be held in %s (%s)", kind, backend.dtype, fault)
            return None
    try:
        return OnnxRunner(_exported(encoder, kind, exports), cores())
    except Exception as fault:  # exporters raise anything; the other ways remain
        log.info("the %s tower cannot be run by ONNX Runtime (%s)", kind, fault)
        return None


def _exported(encoder: Encoder, kind: Kind, exports: Path) -> Path:
    """The tower as an ONNX file; written once per space and kept in the library."""
    import torch

    file = exports / f"{encoder.space_key}.{kind}.onnx"
    if file.is_file():
        return file
    exports.mkdir(parents=True, exist_ok=True)
    probe = torch.from_numpy(probe_batch(encoder, kind, 2))
    if kind == "image":
        probe = probe.permute(0, 3, 1, 2).float().contiguous()
    fresh = file.with_suffix(".new")
    fast_path = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)  # its fused attention has no ONNX counterpart
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                encoder.towers[kind],
                (probe,),
                str(fresh),
                input_names=["given"],
                output_names=["vectors"],
                dynamic_axes={"given": {0: "n"}, "vectors": {0: "n"}},
                opset_version=17,
                dynamo=False,  # the newer exporter needs one more package and gives the same graph for these towers
            )
    finally:
        torch.backends.mha.set_fastpath_enabled(fast_path)
    fresh.replace(file)
    return file


def _faithful(runner: Runner, probe: np.ndarray, truth: np.ndarray) -> bool:
    try:
        made = _unit(runner(probe))
    except (RuntimeError, ValueError, NotImplementedError) as fault:
        log.info("a way to run the tower does not work here (%s)", fault)
        return False
    return bool(np.isfinite(made).all() and (made * truth).sum(axis=1).min() >= FAITHFUL)


def _rate(runner: Runner, batch: np.ndarray, encoder: Encoder, best: float) -> float:
    """Items per second, best of several runs after one to warm up; stops early when hopeless."""
    began = time.perf_counter()
    runner(batch)
    once = time.perf_counter() - began
    fastest, spent = float("inf"), 0.0
    while spent < TRY_SECONDS:
        began = time.perf_counter()
        runner(batch)  # waits for the device: the result is copied to the host
        took = time.perf_counter() - began
        fastest, spent = min(fastest, took), spent + took
        if best and len(batch) / min(fastest, once) < best / GIVE_UP:
            break
    return len(batch) / fastest


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
