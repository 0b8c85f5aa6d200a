"""Checkpoints of a run: tensors in one safetensors file, everything else in readable JSON; no pickle.

`state.json` is written last and names its tensor file, so a run killed while saving continues from the checkpoint before.
"""

from __future__ import annotations

import errno
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine.training.averaging import MovingAverage


@dataclass(frozen=True)
class Saved:
    """What a checkpoint holds besides tensors."""

    step: int
    plan: dict[str, Any]
    history: list[dict[str, float]]
    sums: dict[str, float]  # of the losses since the last report


def save(
    folder: Path,
    step: int,
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
    average: MovingAverage | None,
    plan: dict[str, Any],
    history: list[dict[str, float]],
    sums: dict[str, float],
) -> None:
    """Write the run's state after `step` steps into `folder`; the newest checkpoint replaces the one before."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {f"network.{name}": value for name, value in network.state_dict().items()}
    if average is not None:
        tensors |= {f"average.{name}": value for name, value in average.state.items()}
    for index, moments in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{name}": value for name, value in moments.items()}
    name = f"step-{step:07d}.safetensors"
    write_tensors(tensors, folder / name)
    note = {"step": step, "tensors": name, "plan": plan, "history": history, "sums": sums}
    unfinished = folder / "state.json.part"
    unfinished.write_text(json.dumps(note))
    os.replace(unfinished, folder / "state.json")
    for older in folder.glob("step-*.safetensors"):
        if older.name != name:
            older.unlink()


def write_tensors(tensors: dict[str, Tensor], path: Path) -> None:
    """Write a safetensors file, whole or not at all. Raises OSError, also for what safetensors says of a full disk."""
    from safetensors import SafetensorError

    unfinished = path.with_suffix(".part")
    try:
        save_file({key: value.detach().cpu().contiguous().clone() for key, value in tensors.items()}, unfinished)
        os.replace(unfinished, path)
    except SafetensorError as fault:
        told = re.search(r"os error (\d+)", str(fault))
        number = int(told[1]) if told else errno.EIO
        raise OSError(number, os.strerror(number)) from fault
    finally:
        unfinished.unlink(missing_ok=True)


def load(
    folder: Path,
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
    average: MovingAverage | None,
) -> Saved | None:
    """Put the newest checkpoint's tensors into place; None when the folder holds none."""
    if not (folder / "state.json").is_file():
        return None
    note = json.loads((folder / "state.json").read_text())
    tensors = load_file(folder / note["tensors"])
    network.load_state_dict(_under(tensors, "network."))
    if average is not None and (kept := _under(tensors, "average.")):
        average.state = kept
    state = optimizer.state_dict()
    for key, value in _under(tensors, "optimizer.").items():
        index, name = key.split(".", 1)
        state["state"].setdefault(int(index), {})[name] = value
    optimizer.load_state_dict(state)
    return Saved(note["step"], note["plan"], note["history"], note.get("sums", {}))


def read_into(network: nn.Module, path: Path) -> None:
    """Put weights that `write_tensors` wrote into `network`."""
    network.load_state_dict(load_file(path))


def load_network(folder: Path, network: nn.Module) -> None:
    """Put the weights of the newest checkpoint in `folder` into `network`: averaged ones where there are any."""
    tensors = load_file(folder / json.loads((folder / "state.json").read_text())["tensors"])
    network.load_state_dict(_under(tensors, "average.") or _under(tensors, "network."))


def _under(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}
