"""A data folder with the research sets' shapes and next to nothing in it: coloured squares, tones, a word or two."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from PIL import Image

COLOURS = {"red": (220, 30, 30), "green": (30, 180, 40), "blue": (30, 60, 220), "yellow": (230, 220, 40)}
LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pl", "cs", "ru", "ar", "ja", "zh_CN", "ko", "el")
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
SOUNDS = ("dog bark", "rain", "rooster", "chainsaw", "helicopter", "sea waves", "clock tick", "sneeze", "fire", "cry")


def small_sets(folder: Path) -> Path:
    """Write every set that the starter's training reads below `folder`."""
    chance = np.random.default_rng(0)
    _photos64(folder / "photos64", chance)
    _flickr8k(folder / "flickr8k", chance)
    _coco6k(folder / "coco6k", chance)
    _stamps(folder / "stamps", chance)
    _emoji(folder / "emoji", chance)
    _labelled_sounds(folder)
    _lines(folder / "text" / "audio_captions_val.jsonl.gz", [{"caption": f"a {sound} is heard"} for sound in SOUNDS])
    return folder


def square(colour: str, chance: np.random.Generator, edge: int = 64, mode: str = "RGB") -> bytes:
    """A WebP of one colour and some noise."""
    pixels = np.clip(np.array(COLOURS[colour]) + chance.normal(0, 25, (edge, edge, 3)), 0, 255).astype(np.uint8)
    picture, content = Image.fromarray(pixels).convert(mode), io.BytesIO()
    picture.save(content, "WEBP")
    return content.getvalue()


def _photos64(folder: Path, chance: np.random.Generator) -> None:
    folder.mkdir(parents=True)
    classes = [{"label": row, "names": [f"{colour} thing", f"{colour}ness"]} for row, colour in enumerate(COLOURS)]
    (folder / "classes.json").write_text(json.dumps(classes))
    for part in ("train-0", "train-1", "dev"):
        labels = np.arange(8) % len(COLOURS)
        files = [square(list(COLOURS)[label], chance) for label in labels]
        np.savez(
            folder / f"{part}.npz",
            data=np.frombuffer(b"".join(files), np.uint8),
            offsets=np.cumsum([0, *map(len, files)]),
            label=labels,
            box=np.tile([8, 8, 56, 56], (len(labels), 1)),
        )


def _flickr8k(folder: Path, chance: np.random.Generator) -> None:
    rows, images = [], {}
    for index in range(14):
        colour, split = list(COLOURS)[index % 4], "dev" if index >= 12 else "train"
        captions = {tongue: [f"{tongue} {split} {index} a {colour} wall"] for tongue in ("en", "de", "zh", "ar")}
        said = {"spoken": f"{index}.wav", "spoken_text": captions["en"][0]} if index < 2 else {}
        rows.append({"image": f"{index}.webp", "split": split, "captions": captions, **said})
        images[f"{index}.webp"] = square(colour, chance, 192)
    rows[0]["parallel"] = {"en": "a wall of red", "de": "eine rote Wand"}
    _lines(folder / "captions.jsonl.gz", rows)
    _zip(folder / "images.zip", images)
    _zip(folder / "spoken.zip", {f"{index}.wav": _tone(200 + index) for index in range(2)})


def _coco6k(folder: Path, chance: np.random.Generator) -> None:
    _lines(folder / "photos.jsonl.gz", [{"image": "1.webp", "captions": ["a blue door"]}, {"image": "2.webp"}])
    _zip(folder / "images.zip", {"1.webp": square("blue", chance, 160)})


def _stamps(folder: Path, chance: np.random.Generator) -> None:
    names = [f"{colour}_{number}" for colour in COLOURS for number in range(8)]
    rows: list[dict[str, Any]] = [
        {"id": name, "image": f"{name}.webp", "text": {tongue: f"{tongue} a stamp {name}" for tongue in LANGUAGES}}
        for name in names
    ]
    for number, row in enumerate(rows[:6]):
        row |= {"sound": f"{number}.wav", "spoken": {"en": f"said-{number}.wav"}}
    _lines(folder / "stamps.jsonl.gz", rows)
    _zip(folder / "images.zip", {f"{name}.webp": square(name.split("_")[0], chance, 80, "RGBA") for name in names})
    _zip(folder / "sounds.zip", {f"{number}.wav": _tone(300 + 40 * number) for number in range(6)})
    _zip(folder / "spoken.zip", {f"said-{number}.wav": _tone(500 + 40 * number) for number in range(6)})


def _emoji(folder: Path, chance: np.random.Generator) -> None:
    rows = [
        {
            "image": f"e{row}.webp",
            "name": {"en": f"{colour} sign", "de": f"Zeichen {row}"},
            "keywords": {"en": [colour]},
        }
        for row, colour in enumerate(COLOURS)
    ]
    _lines(folder / "emoji.jsonl.gz", rows)
    _zip(
        folder / "images.zip",
        {row["image"]: square(list(COLOURS)[n], chance, 96, "RGBA") for n, row in enumerate(rows)},
    )


def _labelled_sounds(folder: Path) -> None:
    clips = [(f"{fold}-{row}.wav", label, fold) for row, label in enumerate(SOUNDS) for fold in (1, 4)]
    _table(folder / "esc10" / "clips.csv", ("file", "label", "fold"), clips)
    _zip(folder / "esc10" / "clips.zip", {file: _tone(100 + 60 * row) for row, (file, _, _) in enumerate(clips)})
    takes = [(f"{row}-{take}.wav", word, take) for row, word in enumerate(DIGITS) for take in (5, 9)]
    _table(folder / "spoken_digits" / "clips.csv", ("file", "word", "take"), takes)
    _zip(folder / "spoken_digits" / "clips.zip", {file: _tone(90 + 30 * row) for row, (file, _, _) in enumerate(takes)})


def _tone(pitch: float) -> bytes:
    content = io.BytesIO()
    wave = np.sin(2 * np.pi * pitch * np.arange(8000) / 16_000).astype(np.float32)
    soundfile.write(content, wave, 16_000, format="WAV")
    return content.getvalue()


def _lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)


def _table(path: Path, head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as lines:
        csv.writer(lines).writerows([head, *rows])


def _zip(path: Path, members: dict[str, bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
