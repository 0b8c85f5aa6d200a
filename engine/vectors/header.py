"""The first 128 bytes of a vector file: what it is, of which space, how wide. Little endian everywhere."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from engine.errors import UserFixable

MAGIC = b"SLVECTOR"
VERSION = 1
DTYPE = b"float16\0"
SIZE = 128
_FIELDS = struct.Struct("<8sII8s64s")  # magic, version, dimension, dtype, space key; then zeros and a CRC32 of it all


@dataclass(frozen=True)
class Header:
    """`space_key` is at most 64 bytes of ASCII (a hash)."""

    space_key: str
    dimension: int

    def packed(self) -> bytes:
        """The header as it stands in the file, `SIZE` bytes."""
        fields = _FIELDS.pack(MAGIC, VERSION, self.dimension, DTYPE, self.space_key.encode("ascii")[:64])
        body = fields.ljust(SIZE - 4, b"\0")
        return body + struct.pack("<I", zlib.crc32(body))


def read(path: Path) -> Header:
    """The header of a vector file. Raises `UserFixable` for a foreign, newer or damaged one."""
    with path.open("rb") as stream:
        raw = stream.read(SIZE)
    if len(raw) < SIZE or not raw.startswith(MAGIC):
        raise _unreadable(path, "It is not a vector file.")
    if zlib.crc32(raw[:-4]) != struct.unpack("<I", raw[-4:])[0]:
        raise _unreadable(path, "Its first bytes are damaged.")
    _, version, dimension, dtype, key = _FIELDS.unpack(raw[: _FIELDS.size])
    if version > VERSION or dtype != DTYPE:
        raise _unreadable(path, "It was made by a newer Sightline.")
    return Header(key.rstrip(b"\0").decode("ascii"), dimension)


def _unreadable(path: Path, why: str) -> UserFixable:
    return UserFixable(
        f"The vectors in “{path.name}” cannot be used. {why}",
        "Your files, tags and ratings are not touched.",
        "Remove this file and index again.",
    )
