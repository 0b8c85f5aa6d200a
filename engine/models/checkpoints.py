"""Opens weights without running anything they carry, and says in a sentence what does not fit an architecture."""

from __future__ import annotations

import pickle
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import UserFixable

if TYPE_CHECKING:
    from torch import Tensor, nn

UNSAFE = "This checkpoint carries program code and was not opened."
NAMED = 3  # how many keys a sentence lists before "and n more"


def read_weights(path: Path) -> dict[str, Tensor]:
    """Tensors by name from `.safetensors`, or from `.pt`, `.pth`, `.bin` through torch's weights-only reader.

    Raises UserFixable when the file is cut short, is no checkpoint, or carries program code.
    """
    if not path.is_file():
        raise UserFixable(
            f"The weights “{path.name}” are not there.", "The model cannot be used.", "Add the model again."
        )
    if path.suffix == ".safetensors":
        return _read_safetensors(path)
    return _plain_state(_read_pickle(path), path)


def _read_safetensors(path: Path) -> dict[str, Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return _without_wrapper(load_file(path, device="cpu"))
    except (SafetensorError, OSError, ValueError, KeyError) as fault:
        raise _unreadable(path) from fault


def _read_pickle(path: Path) -> Any:
    import torch

    if not zipfile.is_zipfile(path) and path.stat().st_size < 64:
        raise _unreadable(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about pickles that torch did not write; what matters is said below
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as fault:
        if "Unsupported" in str(fault) or "WeightsUnpickler" in str(fault) or "GLOBAL" in str(fault):
            raise UserFixable(UNSAFE, "", "Ask for a safetensors file.") from fault
        raise _unreadable(path) from fault
    except (RuntimeError, EOFError, ValueError, OSError, KeyError, IndexError, UnicodeDecodeError) as fault:
        if "torchscript" in str(fault).lower() or "torch.jit" in str(fault):
            raise UserFixable(UNSAFE, "", "Ask for a safetensors file.") from fault
        raise _unreadable(path) from fault


def _unreadable(path: Path) -> UserFixable:
    return UserFixable(
        f"“{path.name}” cannot be read as a checkpoint: it is cut short or of another kind.",
        "Nothing was changed.",
        "Download or copy it again.",
    )


def _plain_state(loaded: Any, path: Path) -> dict[str, Tensor]:
    """The state dictionary inside what `torch.load` gave (training checkpoints wrap it)."""
    import torch

    for key in ("state_dict", "model", "model_state_dict"):
        if isinstance(loaded, Mapping) and isinstance(loaded.get(key), Mapping):
            loaded = loaded[key]
    if not isinstance(loaded, Mapping):
        raise _unreadable(path)
    state = {str(name): value for name, value in loaded.items() if isinstance(value, torch.Tensor)}
    if not state:
        raise _unreadable(path)
    return _without_wrapper(state)


def _without_wrapper(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Names without the prefix that data-parallel training puts before them."""
    if state and all(name.startswith("module.") for name in state):
        return {name[len("module.") :]: value for name, value in state.items()}
    return state


def fit_weights(network: nn.Module, state: dict[str, Tensor], name: str) -> None:
    """Load `state` into `network`. Raises UserFixable that names missing, unexpected and misshapen weights."""
    own = network.state_dict()
    missing = [key for key in own if key not in state]
    unexpected = [key for key in state if key not in own]
    misshapen = [
        f"{key} is {_shape(state[key])} instead of {_shape(own[key])}"
        for key in own
        if key in state and state[key].shape != own[key].shape
    ]
    if missing or unexpected or misshapen:
        raise UserFixable(
            f"“{name}” does not fit this architecture: {_list_misfits(missing, unexpected, misshapen)}.",
            "Nothing was changed.",
            "Choose the architecture it was trained with, or a complete checkpoint.",
        )
    network.load_state_dict(state)


def _list_misfits(missing: list[str], unexpected: list[str], misshapen: list[str]) -> str:
    told = [
        f"{len(keys):,} {'weight' if len(keys) == 1 else 'weights'} {what} ({_first(keys)})"
        for keys, what in (
            (missing, "missing"),
            (unexpected, "not known to it"),
            (misshapen, "of another shape"),
        )
        if keys
    ]
    return "; ".join(told)


def _first(keys: list[str]) -> str:
    rest = len(keys) - NAMED
    return ", ".join(keys[:NAMED]) + (f" and {rest:,} more" if rest > 0 else "")


def _shape(tensor: Tensor) -> str:
    return " x ".join(str(edge) for edge in tensor.shape) or "one number"
