"""Puts the stages' weights together into an open_clip folder in half precision."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.models.audio_encoder import AudioConfig, AudioEncoder, save_audio_encoder
from engine.training.starter.architecture import model_config, preprocess_config

TEMPERATURE = 0.05


def averaged(run: Path) -> dict[str, Tensor]:
    """The averaged weights in a run's newest checkpoint."""
    note = json.loads((run / "state.json").read_text())
    tensors = load_file(run / note["tensors"])
    return {name.removeprefix("average."): value for name, value in tensors.items() if name.startswith("average.")}


def release(
    out: Path,
    tokenizer: Path,
    text: dict[str, Tensor],
    image: dict[str, Tensor],
    sound: dict[str, Tensor] | None,
    vocabulary: int,
) -> None:
    """Write the folder `out`: config, weights, tokenizer and, when given, the sound encoder.

    `text` is the state of an open_clip network whose text side was trained, `image` that of its visual tower.
    """
    out.mkdir(parents=True, exist_ok=True)
    config: dict[str, Any] = {"model_cfg": model_config(vocabulary), "preprocess_cfg": preprocess_config()}
    (out / "open_clip_config.json").write_text(json.dumps(config, indent=1))
    state = {name: value for name, value in text.items() if not name.startswith("visual.")}
    state["logit_scale"] = torch.tensor(1 / TEMPERATURE).log()
    state |= {f"visual.{name}": value for name, value in image.items()}
    save_file({name: _half(value) for name, value in state.items()}, out / "open_clip_model.safetensors")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(tokenizer / name, out / name)
    if sound is not None:
        encoder = AudioEncoder(AudioConfig())
        encoder.load_state_dict(sound)
        save_audio_encoder(encoder, out)


def _half(value: Tensor) -> Tensor:
    return (value.half() if value.is_floating_point() else value).contiguous()
