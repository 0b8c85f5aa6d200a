"""Keeps third-party loaders from looking anything up on a hub while a model is opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_network() -> Iterator[None]:
    """Inside, huggingface_hub (and with it transformers, timm and open_clip) answers from the local cache only."""
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before
