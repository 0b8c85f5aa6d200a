"""Which weights of a network a training moves, and what the rest of it does meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from torch import nn

from engine.errors import UserFixable

Side = Literal["image", "text", "both"]
# The last projection into the joint space, by the names open_clip gives it in its several kinds of tower.
HEADS = (
    "visual.proj",
    "visual.head.",
    "visual.attnpool.c_proj.",
    "text_projection",
    "text.text_projection",
    "text.proj",
)
TEMPERATURES = ("logit_scale", "logit_bias")


def move(network: nn.Module, side: Side, *, head_only: bool = False) -> None:
    """Let the weights of one or both towers learn, or only their last projections; everything else is frozen.

    The temperature learns along. Raises UserFixable when a tower has no projection of its own.
    """
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(
            name in TEMPERATURES or (_of(name, side) and (not head_only or name.startswith(HEADS)))
        )
    if not any(p.requires_grad for n, p in network.named_parameters() if n not in TEMPERATURES):
        raise UserFixable(
            "This model has no separate head, so there is nothing to learn by itself.",
            "Nothing was trained or changed.",
            "Choose “lora” or “full” instead.",
        )


def set_modes(network: nn.Module, *, keep_statistics: bool) -> None:
    """Training mode for what moves; frozen parts rest as they are used later, so that their batch statistics stay too."""
    network.train()
    for module in network.modules():
        weights = list(module.parameters())
        frozen = bool(weights) and not any(weight.requires_grad for weight in weights)
        if frozen or (keep_statistics and isinstance(module, nn.modules.batchnorm._BatchNorm)):
            module.eval()


def tower(network: nn.Module, side: Side) -> Iterator[tuple[str, nn.Parameter]]:
    """The named parameters of one tower of an open_clip network, or of both."""
    return ((name, one) for name, one in network.named_parameters() if _of(name, side))


def _of(name: str, side: Side) -> bool:
    return name not in TEMPERATURES and (side == "both" or name.startswith("visual.") == (side == "image"))
