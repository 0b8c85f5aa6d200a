"""Cosines between rows, never in half precision: a temperature of 0.01 turns its third digit into the first."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import normalize


def unit(vectors: Tensor) -> Tensor:
    """Rows (n, d) of length one, in single precision at least; a row of zeros stays zero."""
    return normalize(vectors if vectors.dtype == torch.float64 else vectors.float(), dim=-1)


def cosines(rows: Tensor, columns: Tensor) -> Tensor:
    """(n, m): the cosine of each of `rows` (n, d) with each of `columns` (m, d)."""
    with torch.autocast(rows.device.type, enabled=False):
        return unit(rows) @ unit(columns).T
