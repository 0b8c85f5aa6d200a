"""Recognises the open_clip architecture of a checkpoint from the shapes of its weights."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from engine.errors import UserFixable
from engine.models.imports import import_open_clip

if TYPE_CHECKING:
    from torch import Tensor


def guess_architecture(weights: dict[str, Tensor], name: str) -> str:
    """The one built-in architecture that has this checkpoint's sizes.

    Raises UserFixable when none or several fit; the sentence names the candidates.
    """
    open_clip = import_open_clip()
    found = _sizes_of(weights)
    fitting = [
        candidate
        for candidate in open_clip.list_models()
        if found
        and found
        == {key: value for key, value in _sizes_in(open_clip.get_model_config(candidate)).items() if key in found}
    ]
    plain = [candidate for candidate in fitting if "quickgelu" not in candidate]
    if len(plain) == 1:
        return plain[0]
    if not fitting:
        raise UserFixable(
            f"The architecture of “{name}” was not recognised.",
            "Nothing was changed.",
            "Say which one it is, or choose a folder with open_clip_config.json.",
        )
    raise UserFixable(
        f"“{name}” fits several architectures: {', '.join(sorted(plain or fitting)[:6])}.",
        "Nothing was changed.",
        "Say which one it is.",
    )


def _sizes_of(weights: dict[str, Tensor]) -> dict[str, int]:
    """Sizes that a transformer checkpoint shows; empty for other kinds of network."""
    if "visual.conv1.weight" not in weights or weights["visual.conv1.weight"].ndim != 4:
        return {}
    width, _, patch, _ = weights["visual.conv1.weight"].shape
    if "visual.proj" not in weights or "visual.positional_embedding" not in weights:
        return {}
    grid = round((weights["visual.positional_embedding"].shape[0] - 1) ** 0.5)
    prefix = "text." if "text.token_embedding.weight" in weights else ""
    sizes = {
        "embed_dim": weights["visual.proj"].shape[1],
        "width": width,
        "patch": patch,
        "image": grid * patch,
        "layers": _count(weights, r"visual\.transformer\.resblocks\.(\d+)\."),
    }
    if f"{prefix}token_embedding.weight" in weights:
        sizes["vocabulary"], sizes["text_width"] = weights[f"{prefix}token_embedding.weight"].shape
        sizes["context"] = weights[f"{prefix}positional_embedding"].shape[0]
        sizes["text_layers"] = _count(weights, re.escape(prefix) + r"transformer\.resblocks\.(\d+)\.")
    return {key: int(value) for key, value in sizes.items()}


def _count(weights: dict[str, Tensor], pattern: str) -> int:
    return len({match[1] for key in weights if (match := re.match(pattern, key))})


def _sizes_in(config: dict[str, Any]) -> dict[str, Any]:
    vision, text = config["vision_cfg"], config["text_cfg"]
    return {
        "embed_dim": config["embed_dim"],
        "width": vision.get("width", 768) if "timm_model_name" not in vision else None,
        "patch": vision.get("patch_size"),
        "image": vision.get("image_size"),
        "layers": vision.get("layers", 12),
        "vocabulary": text.get("vocab_size", 49408),
        "text_width": text.get("width", 512),
        "context": text.get("context_length", 77),
        "text_layers": text.get("layers", 12),
    }
