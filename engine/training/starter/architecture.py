"""The starter's shape, written once: what goes into open_clip_config.json."""

from __future__ import annotations

from typing import Any

from engine.training.starter.tokenizer import END_ID, PAD_ID

DIMENSION = 384
CONTEXT = 40
VOCABULARY = 20_000
IMAGE_SIZE = 96
IMAGE_NETWORK = "resnet18"
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)


def model_config(vocabulary: int = VOCABULARY) -> dict[str, Any]:
    """open_clip's `model_cfg`: a timm network for pictures, a small causal transformer for texts."""
    return {
        "embed_dim": DIMENSION,
        "vision_cfg": {
            "timm_model_name": IMAGE_NETWORK,
            "timm_model_pretrained": False,
            "timm_pool": "avg",
            "timm_proj": "linear",
            "image_size": IMAGE_SIZE,
        },
        "text_cfg": {
            "context_length": CONTEXT,
            "vocab_size": vocabulary,
            "hf_tokenizer_name": "starter",
            "width": 256,
            "heads": 4,
            "layers": 2,
            "mlp_ratio": 2.0,
            "pool_type": "eos",
            "pad_id": PAD_ID,
            "eos_id": END_ID,
        },
    }


def preprocess_config() -> dict[str, Any]:
    """open_clip's `preprocess_cfg`: shortest edge to IMAGE_SIZE, centre crop."""
    return {
        "size": [IMAGE_SIZE, IMAGE_SIZE],
        "mean": list(MEAN),
        "std": list(STD),
        "interpolation": "bicubic",
        "resize_mode": "shortest",
    }
