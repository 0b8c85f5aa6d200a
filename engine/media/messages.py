"""What engine and media workers say to each other: a length, a JSON header, then the raw bytes of arrays.

No pickle crosses this border: a worker opens files from anywhere, so nothing it sends may be able to run code. Pipes are used, not
shared memory: a 224-pixel tensor takes 0.1 ms either way, and a killed process leaves nothing behind in a pipe.
"""

from __future__ import annotations

import base64
import json
import struct
from dataclasses import asdict, dataclass, replace
from typing import IO, Any

import numpy as np

from engine.modalities.reading import Caption, Facts, Passage, Reading, Wish
from engine.models.specs import AudioSpec, ImageSpec

LENGTHS = struct.Struct("<IQ")  # header, body
LONGEST_HEADER = 1 << 28
LONGEST_BODY = 1 << 31
ARRAYS = {"pixels": "uint8", "sound": "float16", "peaks": "float32"}


@dataclass(frozen=True)
class Task:
    """One file to be read. With `hash_only` nothing else is looked at; `seconds` is how long it may take."""

    path: bytes
    name: str
    wish: Wish
    hash_only: bool = False


@dataclass(frozen=True, eq=False)
class Answer:
    """What became of a file: a reading, or a reason. `kind` is None for files of another kind, which are left alone."""

    content_hash: str | None = None
    size: int = 0
    kind: str | None = None
    reading: Reading | None = None
    reason: str | None = None
    detail: str = ""


def send(stream: IO[bytes], header: dict[str, Any], body: list[bytes] | None = None) -> None:
    """Write one message."""
    body = body or []
    told = json.dumps(header, separators=(",", ":")).encode("utf-8", "surrogatepass")
    stream.write(LENGTHS.pack(len(told), sum(len(part) for part in body)))
    stream.write(told)
    for part in body:
        stream.write(part)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """Read one message; None when the other side is gone. Raises ValueError for a message that cannot be true."""
    lengths = _exactly(stream, LENGTHS.size)
    if lengths is None:
        return None
    header_bytes, body_bytes = LENGTHS.unpack(lengths)
    if header_bytes > LONGEST_HEADER or body_bytes > LONGEST_BODY:
        raise ValueError("a media worker sent more than it may")
    header, body = _exactly(stream, header_bytes), _exactly(stream, body_bytes)
    if header is None or body is None:
        return None
    return json.loads(header), body


def _exactly(stream: IO[bytes], count: int) -> bytes | None:
    data = stream.read(count)
    return data if len(data) == count else None


def task_to_header(task: Task) -> dict[str, Any]:
    return {
        "path": base64.b64encode(task.path).decode(),
        "name": task.name,
        "hash_only": task.hash_only,
        "wish": asdict(task.wish),
    }


def task_from_header(header: dict[str, Any]) -> Task:
    told = dict(header["wish"])
    image, audio = told.pop("image"), told.pop("audio")
    wish = Wish(**told)
    if image:
        wish = replace(wish, image=ImageSpec(**{**image, "mean": tuple(image["mean"]), "std": tuple(image["std"])}))
    if audio:
        wish = replace(wish, audio=AudioSpec(**audio))
    return Task(base64.b64decode(header["path"]), header["name"], wish, header["hash_only"])


def send_answer(stream: IO[bytes], answer: Answer) -> None:
    """Write what became of a file."""
    header: dict[str, Any] = {
        "hash": answer.content_hash,
        "size": answer.size,
        "kind": answer.kind,
        "reason": answer.reason,
        "detail": answer.detail,
    }
    body: list[bytes] = []
    reading = answer.reading
    if reading is not None:
        arrays = {name: getattr(reading, name) for name in ARRAYS}
        header["reading"] = {
            "kind": reading.kind,
            "format": reading.format,
            "facts": asdict(reading.facts),
            "captions": [[caption.text, caption.language, caption.image, caption.line] for caption in reading.captions],
            "keywords": list(reading.keywords),
            "passages": [[passage.text, passage.line, passage.page] for passage in reading.passages],
            "table": reading.table,
            "thumbnails": [[edge, len(data)] for edge, data in reading.thumbnails.items()],
            "arrays": {name: list(array.shape) for name, array in arrays.items() if array is not None},
        }
        body = [*reading.thumbnails.values()]
        for name, kind in ARRAYS.items():
            if arrays[name] is not None:
                body.append(np.ascontiguousarray(arrays[name], kind).tobytes())
    send(stream, header, body)


def answer_from(header: dict[str, Any], body: bytes) -> Answer:
    """The answer in a message. Raises ValueError, KeyError or TypeError for one that cannot be true."""
    told = header.get("reading")
    reading = None
    if told is not None:
        at = 0
        thumbnails = {}
        for edge, length in told["thumbnails"]:
            thumbnails[int(edge)] = body[at : at + length]
            at += length
        arrays = {}
        for name, kind in ARRAYS.items():
            if (shape := told["arrays"].get(name)) is not None:
                count = int(np.prod(shape))
                arrays[name] = np.frombuffer(body, kind, count, at).reshape(shape)
                at += arrays[name].nbytes
        reading = Reading(
            kind=told["kind"],
            format=told["format"],
            facts=Facts(**told["facts"]),
            captions=tuple(Caption(*caption) for caption in told["captions"]),
            keywords=tuple(told["keywords"]),
            thumbnails=thumbnails,
            passages=tuple(Passage(*passage) for passage in told["passages"]),
            table=told["table"],
            **arrays,
        )
    return Answer(header["hash"], header["size"], header["kind"], reading, header["reason"], header["detail"])
