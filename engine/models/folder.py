"""Reads what a model folder says about itself, without loading the network: architecture, preprocessing, parts, licence, identity.

A folder holds `open_clip_config.json` and one checkpoint, and may hold tokenizer files, a sound encoder (`audio_config.json`,
`audio_model.safetensors`), a `README.md` (the model card) and `card.json` (name, licence, languages, figures).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.errors import UserFixable
from engine.models.specs import AudioSpec, ImageSpec
from engine.values import Kind

CONFIG = "open_clip_config.json"
AUDIO_CONFIG = "audio_config.json"
AUDIO_WEIGHTS = "audio_model.safetensors"
PREFERRED = ("open_clip_model.safetensors", "open_clip_pytorch_model.safetensors", "model.safetensors")


@dataclass(frozen=True)
class ModelFolder:
    """One model on disk. Raises UserFixable where files are missing or unreadable."""

    path: Path
    config: dict[str, Any] = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> ModelFolder:
        """Read the folder's config; the weights are not opened."""
        file = path / CONFIG
        if not path.is_dir() or not file.is_file():
            raise UserFixable(
                f"“{path.name}” is not a model folder: it has no {CONFIG}.",
                "Nothing was changed.",
                "Choose a folder saved by open_clip, or a checkpoint file together with its architecture.",
            )
        try:
            config = json.loads(file.read_text("utf-8"))
            config["model_cfg"]["embed_dim"]
        except (ValueError, KeyError, TypeError, OSError) as fault:
            raise UserFixable(
                f"The description of “{path.name}” cannot be read: {CONFIG} is not what open_clip writes.",
                "Nothing was changed.",
                "Save the model again, or choose another one.",
            ) from fault
        return cls(path, config)

    @cached_property
    def checkpoint(self) -> Path:
        """The file with the image and text weights; safetensors before others."""
        for name in PREFERRED:
            if (self.path / name).is_file():
                return self.path / name
        others = sorted(
            (file for pattern in ("*.safetensors", "*.bin", "*.pt", "*.pth") for file in self.path.glob(pattern)),
            key=lambda file: (file.suffix != ".safetensors", file.name),
        )
        others = [file for file in others if file.name != AUDIO_WEIGHTS]
        if not others:
            raise UserFixable(
                f"“{self.path.name}” has a description but no weights.",
                "The model cannot be used.",
                "Put its safetensors file beside open_clip_config.json, or choose another model.",
            )
        return others[0]

    @property
    def dimension(self) -> int:
        return int(self.config["model_cfg"]["embed_dim"])

    @property
    def has_sound(self) -> bool:
        return (self.path / AUDIO_CONFIG).is_file() and (self.path / AUDIO_WEIGHTS).is_file()

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What the model can encode."""
        return ("image", "audio", "text") if self.has_sound else ("image", "text")

    @cached_property
    def image(self) -> ImageSpec:
        """Size and colour statistics of the pictures it wants."""
        told = self.config.get("preprocess_cfg", {})
        size = told.get("size") or self.config["model_cfg"].get("vision_cfg", {}).get("image_size", 224)
        size = size[0] if isinstance(size, (list, tuple)) else size
        plain = ImageSpec(int(size))
        return ImageSpec(
            size=int(size),
            mean=tuple(told.get("mean") or plain.mean),
            std=tuple(told.get("std") or plain.std),
            interpolation=told.get("interpolation") or plain.interpolation,
            mode=told.get("resize_mode") or plain.mode,
            fill=int(told.get("fill_color") or 0),
        )

    @cached_property
    def audio(self) -> AudioSpec | None:
        """The segments its sound encoder wants, or None without one."""
        if not self.has_sound:
            return None
        told = json.loads((self.path / AUDIO_CONFIG).read_text("utf-8"))
        plain = AudioSpec()
        seconds = float(told.get("seconds", plain.seconds))
        return AudioSpec(
            int(told.get("sample_rate", plain.sample_rate)), seconds, float(told.get("hop_seconds", seconds / 2))
        )

    @cached_property
    def card(self) -> dict[str, Any]:
        """Contents of `card.json`, or nothing."""
        try:
            return dict(json.loads((self.path / "card.json").read_text("utf-8")))
        except (OSError, ValueError):
            return {}

    @property
    def about(self) -> str:
        """The model card in Markdown, or an empty text."""
        try:
            return (self.path / "README.md").read_text("utf-8", errors="replace")
        except OSError:
            return ""

    @property
    def bytes(self) -> int:
        """Size of all its files."""
        return sum(file.stat().st_size for file in self.path.rglob("*") if file.is_file())

    @property
    def _text_files(self) -> list[Path]:
        return [file for name in ("tokenizer.json", "tokenizer_config.json") if (file := self.path / name).is_file()]

    def hash_checkpoint(self) -> str:
        """BLAKE3 over the weights of all towers (hex)."""
        from blake3 import blake3

        digest = blake3()
        digest.update_mmap(self.checkpoint)
        if self.has_sound:
            digest.update_mmap(self.path / AUDIO_WEIGHTS)
        return digest.hexdigest()

    def space_key(self, checkpoint_hash: str) -> str:
        """Identity of the vectors it makes: weights, architecture, preprocessing and tokenizer together."""
        from blake3 import blake3

        digest = blake3(checkpoint_hash.encode())
        digest.update(json.dumps(self.config["model_cfg"], sort_keys=True).encode())
        digest.update(self.image.as_json().encode())
        if self.audio is not None:
            digest.update(self.audio.as_json().encode())
            digest.update((self.path / AUDIO_CONFIG).read_bytes())
        for file in self._text_files:
            digest.update(file.read_bytes())
        return digest.hexdigest()[:32]
