"""How fast a task runs here, by running a few of its steps without applying them."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from typing import Any, Literal

import torch

from engine.training.comparing import Comparing
from engine.training.moving import set_modes
from engine.training.plan import Plan
from engine.training.shards import Shards

WORTH = 1.1  # a number format that is not this much faster is not worth its rounding
TRIED_STEPS = 2


@dataclass(frozen=True)
class Pace:
    """Seconds of one step, the median of a few, and the memory of the whole process at its highest, in bytes."""

    seconds: float
    memory: int


def pace(task: Comparing, plan: Plan, steps: int = TRIED_STEPS) -> Pace:
    """Run `steps` steps of `task` after one to warm up; gradients are dropped, weights and statistics stay."""
    network = task.network.to(plan.device)
    kept = {name: value.clone() for name, value in network.named_buffers()}
    set_modes(network, keep_statistics=plan.keep_statistics)
    shards = Shards(task, network, plan.replicas, plan.micro)
    precision = torch.bfloat16 if plan.precision == "bfloat16" else None
    rows = task.draw(0, torch.Generator().manual_seed(plan.seed))
    took = []
    with _Highest(plan.device) as highest:
        for number in range(steps + 1):
            began = time.perf_counter()
            shards.gradients(rows, precision, plan.seed)
            if torch.device(plan.device).type == "cuda":
                torch.cuda.synchronize()
            if number:
                took.append(time.perf_counter() - began)
            network.zero_grad(set_to_none=True)
    for name, value in network.named_buffers():
        value.copy_(kept[name])
    return Pace(sorted(took)[len(took) // 2], highest.bytes)


def faster_precision(task: Comparing, plan: Plan) -> Literal["float32", "bfloat16"]:
    """bfloat16 where it is clearly faster on this device, else float32."""
    if torch.device(plan.device).type == "mps":
        return "float32"
    plain = pace(task, replace(plan, precision="float32"), 1).seconds
    half = pace(task, replace(plan, precision="bfloat16"), 1).seconds
    return "bfloat16" if half * WORTH < plain else "float32"


class _Highest:
    """The highest memory of this process (or of the GPU) while it is open."""

    def __init__(self, device: str) -> None:
        self._cuda = torch.device(device).type == "cuda"
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.bytes = 0

    def __enter__(self) -> _Highest:
        if self._cuda:
            torch.cuda.reset_peak_memory_stats()
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._ended.set()
        self._thread.join()
        if self._cuda:
            self.bytes = torch.cuda.max_memory_allocated()

    def _watch(self) -> None:
        import psutil

        process = psutil.Process()
        while True:
            self.bytes = max(self.bytes, process.memory_info().rss)
            if self._ended.wait(0.01):
                return
