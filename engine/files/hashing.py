"""BLAKE3 of a file's bytes: an item's identity."""

from __future__ import annotations

from pathlib import Path

HELD_IN_MEMORY = 64 * 1024 * 1024  # larger files are mapped and hashed in place


def hash_bytes(data: bytes) -> str:
    """BLAKE3 in hex."""
    from blake3 import blake3

    return blake3(data).hexdigest()


def hash_file(path: Path) -> str:
    """BLAKE3 in hex of a file of any size. Raises OSError."""
    from blake3 import blake3

    return blake3().update_mmap(path).hexdigest()
