"""Reads the picture sets of the data folder into arrays of one size each."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from engine.training.starter.sentences import read_lines
from engine.training.starter.splits import is_dev

PHOTO_EDGE = 144


@dataclass(frozen=True, eq=False)
class Labelled:
    """Photos (n, 64, 64, 3) uint8 with class labels (n,) and the middle of the named thing (n, 2), x and y in [-1, 1]."""

    pictures: np.ndarray
    labels: np.ndarray
    focus: np.ndarray


@dataclass(frozen=True, eq=False)
class Described:
    """Pictures (n, edge, edge, 3 or 4) uint8 and the English sentences that describe each."""

    pictures: np.ndarray
    sentences: list[tuple[str, ...]]


def photos64(data: Path, parts: Iterable[str]) -> Labelled:
    """The named parts ("train-0", "train-1", "dev") of photos64, decoded."""
    pictures, labels, boxes = [], [], []
    for part in parts:
        held = np.load(data / "photos64" / f"{part}.npz")
        joined, offsets = held["data"].tobytes(), held["offsets"]
        pictures += [_decode(joined[a:b], "RGB", 64) for a, b in itertools.pairwise(offsets)]
        labels.append(held["label"])
        boxes.append(held["box"].astype(np.float32))
    box = np.concatenate(boxes)
    focus = np.stack([box[:, 0] + box[:, 2], box[:, 1] + box[:, 3]], 1) / 64 - 1
    return Labelled(np.stack(pictures), np.concatenate(labels).astype(np.int64), focus)


def flickr8k(data: Path, split: str) -> Described:
    """Photos and English captions of one split ("train", "dev"), reduced to 144 pixels."""
    rows = [row for row in read_lines(data / "flickr8k" / "captions.jsonl.gz") if row["split"] == split]
    pictures = _from_zip(data / "flickr8k" / "images.zip", [row["image"] for row in rows], "RGB")
    return Described(pictures, [tuple(row["captions"]["en"]) for row in rows])


def coco6k(data: Path) -> Described:
    """The few photos of coco6k with true sentences."""
    rows = [row for row in read_lines(data / "coco6k" / "photos.jsonl.gz") if row.get("captions")]
    pictures = _from_zip(data / "coco6k" / "images.zip", [row["image"] for row in rows], "RGB")
    return Described(pictures, [tuple(row["captions"]) for row in rows])


def stamps(data: Path, dev: bool) -> Described:
    """Stamp pictures with transparency and their English sentence."""
    rows = [row for row in read_lines(data / "stamps" / "stamps.jsonl.gz") if is_dev(row["id"]) == dev]
    pictures = _from_zip(data / "stamps" / "images.zip", [row["image"] for row in rows], "RGBA")
    return Described(pictures, [(row["text"]["en"],) for row in rows])


def emoji(data: Path, dev: bool) -> Described:
    """Emoji with transparency, their English name and keywords."""
    rows = [
        row
        for row in read_lines(data / "emoji" / "emoji.jsonl.gz")
        if is_dev(row["image"]) == dev and "en" in row["name"]
    ]
    pictures = _from_zip(data / "emoji" / "images.zip", [row["image"] for row in rows], "RGBA")
    return Described(pictures, [(row["name"]["en"],) for row in rows])


def _from_zip(archive: Path, names: list[str], mode: str) -> np.ndarray:
    with zipfile.ZipFile(archive) as members:
        paths = {Path(name).name: name for name in members.namelist()}
        return np.stack([_decode(members.read(paths[name]), mode, PHOTO_EDGE) for name in names])


def _decode(content: bytes, mode: str, edge: int) -> np.ndarray:
    """A square of `edge` pixels: photos are squeezed (these sets already are), transparent pictures centred."""
    picture = Image.open(io.BytesIO(content)).convert(mode)
    if mode == "RGB":
        return np.asarray(
            picture if picture.size == (edge, edge) else picture.resize((edge, edge), Image.Resampling.BICUBIC)
        )
    picture.thumbnail((edge, edge), Image.Resampling.BICUBIC)
    square = Image.new(mode, (edge, edge))
    square.paste(picture, ((edge - picture.width) // 2, (edge - picture.height) // 2))
    return np.asarray(square)
