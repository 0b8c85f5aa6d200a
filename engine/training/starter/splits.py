"""Which records are never trained on: they only measure."""

from __future__ import annotations

import hashlib


def is_dev(name: str) -> bool:
    """One record in eight of the sets that bring no dev split (stamps, emoji), chosen by its name's SHA-256."""
    return hashlib.sha256(name.encode()).digest()[0] % 8 == 0


DEV_FOLD = "4"  # of esc10; its clips share no recording with the other folds
DEV_TAKES = range(5, 8)  # of spoken_digits, every speaker
