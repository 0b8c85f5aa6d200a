"""Brings a model into the library's `models/` folder: a folder saved by open_clip, or a single checkpoint and its architecture.

What arrives is loaded once, so that one that does not fit is refused before anything is kept; pickles are kept as safetensors.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

from engine.errors import UserFixable
from engine.models import vision
from engine.models.architectures import guess_architecture
from engine.models.checkpoints import read_weights
from engine.models.folder import AUDIO_CONFIG, AUDIO_WEIGHTS, CONFIG, ModelFolder
from engine.models.imports import import_open_clip
from engine.models.loader import load_towers

WEIGHTS = "open_clip_model.safetensors"
KEPT = (CONFIG, AUDIO_CONFIG, AUDIO_WEIGHTS, "card.json", "README.md", "LICENSE", "LICENSE.txt")
TOKENIZER = ("tokenizer*.json", "special_tokens_map.json", "vocab.*", "merges.txt", "*.model", "added_tokens.json")
CHECKPOINT_SUFFIXES = (".safetensors", ".pt", ".pth", ".bin")


def slug(name: str) -> str:
    """A key and folder name for a model: what a file system takes, readable."""
    return re.sub(r"[^\w.+-]+", "-", name.strip()).strip("-.") or "model"


def install_folder(source: Path, target: Path) -> ModelFolder:
    """Take over a model folder. Raises UserFixable when it does not load; nothing is kept then."""
    if (source / vision.CONFIG).is_file():
        return _install_vision(source, target)
    folder = ModelFolder.read(source)
    weights = folder.checkpoint
    target.mkdir(parents=True)
    try:
        for file in _files_of(source):
            _link_or_copy(file, target / file.name)
        if weights.suffix == ".safetensors":
            _link_or_copy(weights, target / WEIGHTS)
        else:
            _save(read_weights(weights), target / WEIGHTS)
        return load_towers(target).folder
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise


def _install_vision(source: Path, target: Path) -> ModelFolder:
    target.mkdir(parents=True)
    try:
        for name in (vision.CONFIG, vision.WEIGHTS, *KEPT):
            if (source / name).is_file():
                _link_or_copy(source / name, target / name)
        return vision.VisionEncoder.open(target, device="cpu").folder
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise


def install_checkpoint(
    source: Path, target: Path, architecture: str | None = None, preprocess: dict[str, Any] | None = None
) -> ModelFolder:
    """Take over a checkpoint file of an open_clip architecture, recognised from its weights when not told.

    `preprocess` are open_clip's keys (mean, std, interpolation, resize_mode, size); left out, open_clip's usual ones.
    Raises UserFixable when the file is unsafe, partial or fits no architecture; nothing is kept then.
    """
    open_clip = import_open_clip()
    if source.suffix not in CHECKPOINT_SUFFIXES:
        raise UserFixable(
            f"“{source.name}” is not a checkpoint.", "Nothing was changed.", "Choose a .safetensors, .pt or .bin file."
        )
    weights = read_weights(source)
    name = architecture or guess_architecture(weights, source.name)
    model_cfg = open_clip.get_model_config(name)
    if model_cfg is None:
        raise UserFixable(
            f"open_clip knows no architecture “{name}”.",
            "Nothing was changed.",
            "See `sightline models list --available` for the names it knows.",
        )
    target.mkdir(parents=True)
    try:
        told = {"architecture": name, "model_cfg": model_cfg, "preprocess_cfg": dict(preprocess or {})}
        (target / CONFIG).write_text(json.dumps(told, indent=1), "utf-8")
        if source.suffix == ".safetensors":
            _link_or_copy(source, target / WEIGHTS)
        else:
            _save(weights, target / WEIGHTS)
        del weights
        for pattern in TOKENIZER:
            for file in source.parent.glob(pattern):
                _link_or_copy(file, target / file.name)
        return load_towers(target).folder
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise


def _files_of(source: Path) -> list[Path]:
    named = [source / name for name in KEPT if (source / name).is_file()]
    return named + [file for pattern in TOKENIZER for file in sorted(source.glob(pattern)) if file.is_file()]


def _link_or_copy(source: Path, target: Path) -> None:
    """A copy that costs no room where the file system allows it. A link is safe: nothing here ever writes into weights."""
    if target.exists():
        return
    real = source.resolve()
    try:
        os.link(real, target)
    except OSError:
        shutil.copyfile(real, target)


def _save(weights: dict[str, Any], target: Path) -> None:
    from safetensors.torch import save_file

    save_file({name: value.clone().contiguous() for name, value in weights.items()}, target)
