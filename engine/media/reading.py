"""Reads one file: hash, kind, content, in one pass over its bytes. Runs inside a media worker; raises nothing."""

from __future__ import annotations

import os

from engine.files import reasons
from engine.files.hashing import HELD_IN_MEMORY, hash_bytes, hash_file
from engine.files.kinds import HEAD_BYTES, Recognised, recognise
from engine.files.reasons import Unreadable
from engine.media.messages import Answer, Task
from engine.modalities import reader_of
from engine.modalities.reading import Reading, Source

LARGEST_HELD = 1 << 30  # bytes of a picture or text read into memory at once


def read_file(task: Task) -> Answer:
    """What became of one file. Originals are opened for reading only."""
    try:
        with open(task.path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size == 0:
                return Answer(None, 0, None, None, reasons.EMPTY)
            head = file.read(HEAD_BYTES)
            known = recognise(task.name, head)
            if known.kind is None and not task.hash_only:
                return _left_alone(known, size)
            hold = size <= HELD_IN_MEMORY or (known.kind != "audio" and size <= LARGEST_HELD and not task.hash_only)
            file.seek(0)
            data = file.read() if hold else None
        digest = hash_bytes(data) if data is not None else hash_file(os.fsdecode(task.path))  # type: ignore[arg-type]
    except PermissionError as fault:
        return Answer(None, 0, None, None, reasons.NOT_ALLOWED, fault.strerror or "")
    except MemoryError:
        return Answer(None, 0, None, None, reasons.TOO_LARGE, "not enough memory to read it")
    except OSError as fault:
        return Answer(None, 0, None, None, reasons.NOT_ALLOWED, f"{fault.strerror or fault}")
    if task.hash_only:
        return Answer(digest, size, known.kind)
    assert known.kind is not None
    source = Source(task.path, task.name, size, known.format, head, data, digest)
    try:
        return Answer(digest, size, known.kind, _read(source, known, task))
    except Unreadable as fault:
        return Answer(digest, size, known.kind, None, fault.reason, fault.detail[:500])
    except MemoryError as fault:
        return Answer(digest, size, known.kind, None, reasons.TOO_LARGE, str(fault)[:500])
    except Exception as fault:  # whatever a decoder raises on a file made to break it costs that file
        detail = f"{type(fault).__name__}: {fault}"[:500]
        return Answer(digest, size, known.kind, None, reasons.DAMAGED, detail)


def _read(source: Source, known: Recognised, task: Task) -> Reading:
    assert known.kind is not None
    if not source.head.strip(b"\0") and not (source.data or b"x").strip(b"\0"):
        raise Unreadable(reasons.DAMAGED, "only zeros")
    if known.named == "text" and known.kind != "text" and known.format == "mp3":
        raise Unreadable(reasons.MISNAMED, known.format)
    return reader_of(known.kind).decode(source, task.wish)


def _left_alone(known: Recognised, size: int) -> Answer:
    if known.named in ("image", "audio", "text"):
        return Answer(None, size, known.named, None, reasons.MISNAMED, known.format)
    if known.named == "undecodable":
        return Answer(None, size, "image", None, reasons.NO_DECODER, known.format)
    return Answer(None, size, None, None, reasons.LEFT_ALONE, known.format)
