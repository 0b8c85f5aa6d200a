"""A random but deterministic open_clip folder (32-pixel pictures, bytes as tokens, 32 dimensions, sounds of one second) that loads in well under a second."""

from __future__ import annotations

import json
from pathlib import Path

CONFIG = {
    "model_cfg": {
        "embed_dim": 32,
        "custom_text": True,
        "vision_cfg": {"image_size": 32, "layers": 1, "width": 32, "head_width": 16, "patch_size": 8},
        "text_cfg": {
            "context_length": 48,
            "vocab_size": 260,
            "hf_tokenizer_name": "tiny",
            "width": 32,
            "heads": 2,
            "layers": 1,
            "pool_type": "eos",
            "eos_id": 2,
        },
    },
    "preprocess_cfg": {"size": 32, "mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25], "interpolation": "bicubic"},
}


def make_tiny_model(folder: Path, seed: int = 0, *, sound: bool = True, dimension: int = 32) -> Path:
    """Write the model into `folder` (made when missing) and return it. Another seed is another model; without `sound` it cannot hear."""
    import torch
    from safetensors.torch import save_file

    from engine.models.audio_encoder import AudioConfig, AudioEncoder, save_audio_encoder
    from engine.models.loader import build_network

    folder.mkdir(parents=True, exist_ok=True)
    config = {**CONFIG, "model_cfg": {**CONFIG["model_cfg"], "embed_dim": dimension}}
    (folder / "open_clip_config.json").write_text(json.dumps(config), "utf-8")
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = build_network(config["model_cfg"], "tiny")
        save_file(network.state_dict(), folder / "open_clip_model.safetensors")
        if sound:
            shape = AudioConfig(dimension=dimension, seconds=1.0, hop_seconds=0.5, mels=16, widths=(4, 8))
            save_audio_encoder(AudioEncoder(shape), folder)
    _write_tokenizer(folder)
    (folder / "card.json").write_text(
        json.dumps({"name": "Tiny", "licence": "Apache-2.0", "languages": ["en"]}), "utf-8"
    )
    return folder


def _write_tokenizer(folder: Path) -> None:
    """Every byte is a token, between a beginning and an end mark."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors

    marks = ["<pad>", "<start>", "<end>", "<unknown>"]
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: number for number, token in enumerate(marks + alphabet)}
    tokenizer = Tokenizer(models.BPE(vocabulary, [], unk_token="<unknown>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<start> $A <end>", special_tokens=[("<start>", 1), ("<end>", 2)]
    )
    tokenizer.add_special_tokens(marks)
    tokenizer.save(str(folder / "tokenizer.json"))
    told = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "pad_token": "<pad>",
        "bos_token": "<start>",
        "eos_token": "<end>",
        "unk_token": "<unknown>",
        "model_max_length": 48,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(told), "utf-8")
