"""LoRA through peft: small matrices beside the weights that learn while the weights rest (Hu et al. 2021, arXiv:2106.09685)."""

from __future__ import annotations

from collections.abc import Callable

from torch import nn

from engine.errors import UserFixable
from engine.training.moving import Side, tower


def add_lora(network: nn.Module, side: Side, rank: int) -> Callable[[], nn.Module]:
    """Put additions of `rank` beside every linear, convolution and attention weight of the towers; only they learn then.

    Returns the call that folds them into the weights and gives the plain network back. Raises UserFixable when a tower has
    nothing they fit to.
    """
    from peft import LoraConfig
    from peft.tuners.lora import LoraModel

    names = _targets(network, side)
    if not names:
        raise UserFixable(
            "LoRA fits none of this model's layers.", "Nothing was trained or changed.", "Choose “full” or “head”."
        )
    config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=names)
    adapted = LoraModel(network, config, "default")

    def fold() -> nn.Module:
        plain: nn.Module = adapted.merge_and_unload()
        return plain

    return fold


def _targets(network: nn.Module, side: Side) -> list[str]:
    """Names of the layers that bear LoRA. An attention brings its output projection along."""
    moving = {name.rpartition(".")[0] for name, _ in tower(network, side)}
    fused = {name for name, module in network.named_modules() if isinstance(module, nn.MultiheadAttention)}
    found = []
    for name, module in network.named_modules():
        if name not in moving or name.rpartition(".")[0] in fused:
            continue
        plain_convolution = isinstance(module, nn.Conv2d) and module.groups == 1
        if name in fused or isinstance(module, nn.Linear) or plain_convolution:
            found.append(name)
    return found
