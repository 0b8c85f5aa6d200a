"""Turns a model folder into towers in memory: open_clip's image and text towers, the folder's tokenizer, the sound encoder beside them."""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import UserFixable
from engine.models.checkpoints import fit_weights, read_weights
from engine.models.folder import ModelFolder
from engine.models.imports import import_open_clip
from engine.models.offline import without_network

if TYPE_CHECKING:
    from torch import Tensor, nn

Tokenize = Callable[[Sequence[str]], "Tensor"]  # sentences -> (n, context) int64


@dataclass(frozen=True, eq=False)
class Towers:
    """A loaded model in evaluation mode, on the CPU in float32. `context` is the text tower's length in tokens."""

    folder: ModelFolder
    network: nn.Module
    tokenize: Tokenize
    sound: nn.Module | None


def load_towers(path: Path) -> Towers:
    """Load the model in `path`. Raises UserFixable where something is missing or does not fit. Opens no connection."""
    folder = ModelFolder.read(path)
    with without_network():
        network = build_network(folder.config["model_cfg"], path.name)
        fit_weights(network, _as_open_clip(network, read_weights(folder.checkpoint)), folder.checkpoint.name)
        tokenize = load_tokenizer(folder)
    sound = _load_sound(folder)
    for tower in (network, sound):
        if tower is not None:
            tower.eval().requires_grad_(False)
    return Towers(folder, network, tokenize, sound)


def build_network(model_cfg: dict[str, Any], name: str) -> nn.Module:
    """An open_clip network with random weights from its `model_cfg`. Raises UserFixable when the description is not understood."""
    open_clip = import_open_clip()
    cfg = copy.deepcopy(model_cfg)
    custom = cfg.pop("custom_text", False) or "hf_model_name" in cfg.get("text_cfg", {})
    for part, switch in (("vision_cfg", "timm_model_pretrained"), ("text_cfg", "hf_model_pretrained")):
        if switch.split("_")[0] + "_model_name" in cfg.get(part, {}):
            cfg[part][switch] = False  # the folder's own weights follow; nothing is fetched
    make = open_clip.CoCa if "multimodal_cfg" in cfg else open_clip.CustomTextCLIP if custom else open_clip.CLIP
    logging.getLogger("timm").setLevel(logging.WARNING)
    try:
        return make(**cfg)
    except (TypeError, KeyError, ValueError, AttributeError, RuntimeError, OSError, AssertionError) as fault:
        raise UserFixable(
            f"The architecture of “{name}” is not understood ({fault}).",
            "The model cannot be used.",
            "A newer Sightline may know it; otherwise choose another model.",
        ) from fault


def _as_open_clip(network: nn.Module, state: dict[str, Tensor]) -> dict[str, Tensor]:
    """`state` with the names and sizes that open_clip gives them, for checkpoints saved by other programs or older versions."""
    from open_clip.convert import convert_state_dict
    from open_clip.model import convert_to_custom_text_state_dict, resize_pos_embed, resize_text_pos_embed

    state = dict(convert_state_dict(network, state))
    for attribute in ("input_resolution", "context_length", "vocab_size"):
        state.pop(attribute, None)  # OpenAI's checkpoints keep these numbers among the weights
    if "positional_embedding" in state and not hasattr(network, "positional_embedding"):
        state = convert_to_custom_text_state_dict(state)
    own = network.state_dict()
    for scalar in ("logit_scale", "logit_bias"):
        if scalar in state and scalar in own and state[scalar].numel() == own[scalar].numel():
            state[scalar] = state[scalar].reshape(own[scalar].shape)
    if "logit_bias" in own and "logit_bias" not in state:
        state["logit_bias"] = own["logit_bias"] * 0
    state.pop("text.transformer.embeddings.position_ids", None)  # no longer a weight since transformers 4.31
    try:
        resize_pos_embed(state, network)
        resize_text_pos_embed(state, network)
    except (RuntimeError, KeyError, AttributeError, AssertionError):
        logging.getLogger(__name__).debug("positions are left as they are; fitting names what differs")
    return {name: value.float() if value.is_floating_point() else value for name, value in state.items()}


def load_tokenizer(folder: ModelFolder) -> Tokenize:
    """The words-to-numbers part of the folder, as open_clip would choose it."""
    open_clip = import_open_clip()
    told = folder.config["model_cfg"].get("text_cfg", {})
    source = f"local-dir:{folder.path}"
    named = told.get("hf_tokenizer_name")
    if (
        named
        and not (folder.path / "tokenizer_config.json").is_file()
        and not (folder.path / "tokenizer.json").is_file()
    ):
        return _cached_tokenizer(folder, str(named))
    if not named and "siglip" in str(folder.config.get("architecture", "")).lower():
        source = str(folder.config["architecture"])
    tokenizer = open_clip.get_tokenizer(source)
    return lambda sentences: tokenizer(list(sentences))


def _cached_tokenizer(folder: ModelFolder, name: str) -> Tokenize:
    from open_clip.tokenizer import HFTokenizer

    told = folder.config["model_cfg"]["text_cfg"]
    try:
        tokenizer = HFTokenizer(
            name,
            context_length=told.get("context_length", 77),
            tokenizer_mode=told.get("tokenizer_mode"),
            **(told.get("tokenizer_kwargs") or {}),
        )
    except (OSError, ValueError) as fault:
        raise UserFixable(
            f"“{folder.path.name}” needs the tokenizer “{name}”, which is not on this computer.",
            "The model cannot read words without it.",
            "Put its tokenizer.json beside the weights, or download the model again.",
        ) from fault
    return lambda sentences: tokenizer(list(sentences))


def _load_sound(folder: ModelFolder) -> nn.Module | None:
    if not folder.has_sound:
        return None
    from engine.models.audio_encoder import load_audio_encoder

    return load_audio_encoder(folder.path)
