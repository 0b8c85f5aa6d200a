"""Strongly changed copies of pictures, in two families: the policy CleanCLIP uses, and the one self-supervised training uses.

`policy_views` is AutoAugment's ImageNet policy (Cubuk et al. 2019, arXiv:1805.09501) with torchvision's table and operations;
each picture draws its own sub-policy from our generator (torchvision draws from the global one, and once per batch).
`contrast_views` crops, mirrors, changes colours, greys and blurs (Chen et al. 2020, arXiv:2002.05709, appendix A).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import torch
from torch import Tensor

from engine.datasets.random_views import random_views
from engine.models.imports import without_compiler


def policy_views(pictures: Tensor, size: int, generator: torch.Generator, *, smallest: float = 0.6) -> Tensor:
    """Views (n, 3, size, size) float32 in [0, 1] of `pictures` (n, 3, h, w) uint8: the policy, then a plain crop."""
    return random_views(
        torch.stack([_by_policy(one, generator) for one in pictures]), size, generator, smallest=smallest, colour=0.0
    )


def _by_policy(picture: Tensor, generator: torch.Generator) -> Tensor:
    policies, magnitudes = _tables(tuple(picture.shape[-2:]))
    from torchvision.transforms import InterpolationMode
    from torchvision.transforms.autoaugment import _apply_op

    chance = torch.rand(5, generator=generator).tolist()
    changed = picture
    for place, (operation, probability, strength) in enumerate(policies[int(chance[0] * len(policies))]):
        if chance[1 + place] > probability:
            continue
        levels, signed = magnitudes[operation]
        amount = float(levels[strength]) if strength is not None else 0.0
        if signed and chance[3 + place] < 0.5:
            amount = -amount
        changed = _apply_op(changed, operation, amount, InterpolationMode.NEAREST, fill=[128.0, 128.0, 128.0])
    return changed


@cache
def _tables(edges: tuple[int, int]) -> tuple[Any, Any]:
    with without_compiler():
        from torchvision.transforms import AutoAugment, AutoAugmentPolicy

    policy = AutoAugment(AutoAugmentPolicy.IMAGENET)
    return policy.policies, policy._augmentation_space(10, edges)


def contrast_views(
    pictures: Tensor, size: int, generator: torch.Generator, *, smallest: float = 0.2, strength: float = 1.0
) -> Tensor:
    """Views (n, 3, size, size) float32 in [0, 1] of `pictures` (n, 3, h, w) uint8, each with chances of its own."""
    views = random_views(pictures, size, generator, smallest=smallest, colour=0.8 * strength)
    count = len(views)
    chance = torch.rand(4, count, 1, 1, 1, generator=generator)
    hue = (chance[0] - 0.5) * 0.4 * strength
    views = torch.where(chance[1] < 0.8, _turned_hue(views, hue), views)
    grey = (views * torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)).sum(1, keepdim=True)
    views = torch.where(chance[2] < 0.2, grey.expand_as(views), views)
    width = max(3, size // 10 | 1)
    sigma = 0.1 + 1.9 * torch.rand(count, generator=generator)
    return torch.where(chance[3] < 0.5, _blurred(views, sigma, width), views).clamp_(0, 1)


def _turned_hue(views: Tensor, turns: Tensor) -> Tensor:
    """Colours turned about the grey axis by `turns` (n, 1, 1, 1) of a full circle: a rotation in the YIQ plane."""
    angle = turns.flatten() * 2 * torch.pi
    cosine, sine = angle.cos(), angle.sin()
    to_yiq = torch.tensor([[0.299, 0.587, 0.114], [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]])
    turn = torch.zeros(len(views), 3, 3)
    turn[:, 0, 0] = 1.0
    turn[:, 1, 1] = turn[:, 2, 2] = cosine
    turn[:, 1, 2], turn[:, 2, 1] = -sine, sine
    mixing = torch.linalg.inv(to_yiq) @ turn @ to_yiq
    return torch.einsum("nij,njhw->nihw", mixing, views)


def _blurred(views: Tensor, sigma: Tensor, width: int) -> Tensor:
    """Gaussian blur with a `sigma` (n,) per picture, as two passes of grouped convolution."""
    count, channels, height, length = views.shape
    places = torch.arange(width, dtype=torch.float32) - width // 2
    kernels = torch.exp(-(places**2) / (2 * sigma[:, None] ** 2))
    kernels = (kernels / kernels.sum(1, keepdim=True)).repeat_interleave(channels, 0)  # (n * c, width)
    stacked = views.reshape(1, count * channels, height, length)
    reach = width // 2
    for shape, around in (((width, 1), (0, 0, reach, reach)), ((1, width), (reach, reach, 0, 0))):
        padded = torch.nn.functional.pad(stacked, around, "reflect")
        stacked = torch.nn.functional.conv2d(padded, kernels.view(-1, 1, *shape), groups=count * channels)
    return stacked.view(count, channels, height, length)
