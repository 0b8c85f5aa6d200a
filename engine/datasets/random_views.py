"""Random crops, flips and light changes of a batch of pictures, in one sampling pass per batch."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample, interpolate


def random_views(
    pictures: Tensor,
    size: int,
    generator: torch.Generator,
    *,
    smallest: float = 0.35,
    colour: float = 0.25,
    focus: Tensor | None = None,
) -> Tensor:
    """Views (n, 3, size, size) float32 in [0, 1] of `pictures` (n, 3, h, w) uint8.

    Each is a crop of `smallest` to all of the area (aspect 3/4 to 4/3), resampled to `size`, mirrored half of the time,
    with brightness, contrast and saturation changed by up to `colour`. `focus` (n, 2) in [-1, 1]: a point (x, y) that
    the crop keeps, such as the middle of the thing that the label names.
    """
    count = len(pictures)
    uniform = torch.rand(8, count, generator=generator)
    side = (smallest + (1 - smallest) * uniform[0]).sqrt()
    aspect = torch.exp((uniform[1] - 0.5) * 0.56)  # within 3/4 .. 4/3
    half = torch.stack([(side * aspect.sqrt()).clamp(max=1), (side / aspect.sqrt()).clamp(max=1)])  # (2, n)
    middle = (uniform[2:4] * 2 - 1) * (1 - half)
    if focus is not None:
        reach = 0.9 * half
        middle = torch.minimum(torch.maximum(middle, focus.T - reach), focus.T + reach)
        middle = torch.minimum(torch.maximum(middle, half - 1), 1 - half)
    mirror = torch.where(uniform[4] < 0.5, -1.0, 1.0)
    transform = torch.zeros(count, 2, 3)
    transform[:, 0, 0], transform[:, 0, 2] = half[0] * mirror, middle[0]
    transform[:, 1, 1], transform[:, 1, 2] = half[1], middle[1]
    values = pictures.float().div_(255)
    if min(pictures.shape[-2:]) >= 2 * size:  # sampling alone would alias
        values = interpolate(values, scale_factor=0.5, mode="area")
    grid = affine_grid(transform, [count, 3, size, size], align_corners=False)
    views = grid_sample(values, grid, mode="bilinear", padding_mode="reflection", align_corners=False)
    strength = 1 + colour * (uniform[5:8, :, None, None, None] * 2 - 1)
    views = views * strength[0]
    views = (views - views.mean((1, 2, 3), keepdim=True)) * strength[1] + views.mean((1, 2, 3), keepdim=True)
    grey = views.mean(1, keepdim=True)
    return ((views - grey) * strength[2] + grey).clamp_(0, 1)
