"""Which device computes: CUDA, Apple's MPS or the CPU; and how the status bar names it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def choose_device(wish: str = "auto") -> torch.device:
    """The device to compute on. `wish` is "auto", "cpu", "cuda", "cuda:1" or "mps"; one that is not there falls back to the CPU."""
    import torch

    if wish in ("auto", "cuda") and torch.cuda.is_available():
        return torch.device("cuda")
    if wish.startswith("cuda:") and torch.cuda.is_available() and int(wish[5:]) < torch.cuda.device_count():
        return torch.device(wish)
    if wish in ("auto", "mps") and torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def device_name(device: torch.device) -> str:
    """“NVIDIA H100”, “Apple GPU”, “CPU · 2 threads”."""
    import torch

    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return "Apple GPU" if device.type == "mps" else f"CPU · {torch.get_num_threads()} threads"


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


def is_out_of_memory(fault: BaseException) -> bool:
    """True for what CUDA, MPS and the CPU allocator raise when a batch does not fit."""
    import torch

    if isinstance(fault, (torch.cuda.OutOfMemoryError, MemoryError)):
        return True
    words = str(fault).lower()
    return isinstance(fault, RuntimeError) and (
        "out of memory" in words or "can't allocate memory" in words or "failed to allocate memory" in words
    )
