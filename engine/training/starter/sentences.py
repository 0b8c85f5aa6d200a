"""The text stage's examples: sentences in many languages, each with the English sentences that mean the same."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.training.starter.splits import is_dev

CLASS_PROMPTS = (
    "{}",
    "a photo of a {}",
    "a photo of the {}",
    "a picture of a {}",
    "a close-up photo of a {}",
    "a small photo of a {}",
    "this is a {}",
    "many {}",
)
SOUND_PROMPTS = ("{}", "the sound of {}", "a recording of {}", "this is the sound of {}", "a {} sound")
DIGIT_PROMPTS = ("{}", "the word {}", "the number {}")
WORD_PROMPTS = ("{}", "a photo of a {}", "a picture of {}")


@dataclass(frozen=True)
class Example:
    """One sentence and the English sentences whose mean teacher vector it should get."""

    text: str
    language: str
    meaning: tuple[str, ...]
    is_name: bool = False  # of a class or a sound, perhaps within a prompt


def read_lines(path: Path) -> list[dict[str, Any]]:
    """All objects of a gzipped JSON-lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def all_examples(data: Path, words: list[str], seed: int) -> list[Example]:
    """Every training sentence below `data`; `words` are English words to know beyond those of the sets."""
    examples = [
        *_class_names(data),
        *_captions(data),
        *_stamps(data),
        *_emoji(data),
        *_sounds(data),
        *_coco(data),
        *[_english(prompt.format(word)) for word in words for prompt in WORD_PROMPTS],
    ]
    return examples + list(_joined(words, examples, seed))


def class_names(data: Path) -> list[list[str]]:
    """The names of each photos64 class, in label order."""
    classes = json.loads((data / "photos64" / "classes.json").read_text())
    return [entry["names"] for entry in sorted(classes, key=lambda entry: entry["label"])]


def sound_labels(data: Path) -> list[str]:
    """The ten ESC-10 labels in alphabetical order."""
    with (data / "esc10" / "clips.csv").open(newline="") as rows:
        return sorted({row["label"] for row in csv.DictReader(rows)})


def caption_sentences(data: Path) -> list[list[str]]:
    """What is said of each flickr8k training photo, in all its languages."""
    rows = [row for row in read_lines(data / "flickr8k" / "captions.jsonl.gz") if row["split"] == "train"]
    return [
        [text for texts in row["captions"].values() for text in texts] + list((row.get("parallel") or {}).values())
        for row in rows
    ]


def stamp_sentences(data: Path) -> list[list[str]]:
    """What is said of each training stamp, in all its languages."""
    rows = [row for row in read_lines(data / "stamps" / "stamps.jsonl.gz") if not is_dev(row["id"])]
    return [list(row["text"].values()) for row in rows]


def emoji_sentences(data: Path) -> list[list[str]]:
    """The names of each training emoji, in all its languages."""
    rows = [row for row in read_lines(data / "emoji" / "emoji.jsonl.gz") if not is_dev(row["image"])]
    return [list(row["name"].values()) for row in rows if "en" in row["name"]]


def _english(text: str, is_name: bool = False) -> Example:
    return Example(text, "en", (text,), is_name)


def _class_names(data: Path) -> Iterator[Example]:
    for names in class_names(data):
        for prompt in CLASS_PROMPTS:
            for name in names:
                yield _english(prompt.format(name), is_name=True)


def _captions(data: Path) -> Iterator[Example]:
    for row in read_lines(data / "flickr8k" / "captions.jsonl.gz"):
        if row["split"] != "train":
            continue
        english = tuple(row["captions"]["en"])
        for language, texts in row["captions"].items():
            for text in texts:
                yield _english(text) if language == "en" else Example(text, language, english)
        if parallel := row.get("parallel"):
            for language, text in parallel.items():
                yield Example(text, language, (parallel["en"],))


def _stamps(data: Path) -> Iterator[Example]:
    for row in read_lines(data / "stamps" / "stamps.jsonl.gz"):
        if not is_dev(row["id"]):
            for language, text in row["text"].items():
                yield Example(text, language, (row["text"]["en"],))


def _emoji(data: Path) -> Iterator[Example]:
    for row in read_lines(data / "emoji" / "emoji.jsonl.gz"):
        if is_dev(row["image"]) or "en" not in row["name"]:
            continue
        name = row["name"]["en"]
        for language, text in row["name"].items():
            yield Example(text, language, (name,))
        english = ", ".join(row["keywords"].get("en", ()))
        for language, keywords in row["keywords"].items():
            if language == "en":
                yield from map(_english, keywords)
            elif english:
                yield Example(", ".join(keywords), language, (english,))


def _sounds(data: Path) -> Iterator[Example]:
    for label in sound_labels(data):
        for prompt in SOUND_PROMPTS:
            yield _english(prompt.format(label), is_name=True)
    for row in read_lines(data / "text" / "audio_captions_val.jsonl.gz"):
        yield _english(row["caption"])
    for word in ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]:
        yield from (_english(prompt.format(word), is_name=True) for prompt in DIGIT_PROMPTS)


def _coco(data: Path) -> Iterator[Example]:
    for row in read_lines(data / "coco6k" / "photos.jsonl.gz"):
        yield from map(_english, row.get("captions", ()))


def _joined(words: list[str], examples: list[Example], seed: int) -> Iterator[Example]:
    """New English sentences made of halves of known ones, so that the student learns to compose."""
    chance = np.random.default_rng(seed)
    captions = [
        example.text.split() for example in examples if example.language == "en" and example.text.count(" ") > 5
    ]
    links = ("and", "in front of", "on", "with", "next to", "without", "near", "under", "in")
    for _ in range(24_000):
        first, second = (captions[i] for i in chance.integers(len(captions), size=2))
        cut, start = chance.integers(2, 6), chance.integers(2, 6)
        yield _english(" ".join(first[:cut] + second[start:]))
    if not words:
        return
    for _ in range(16_000):
        first_word, second_word = (words[i] for i in chance.integers(len(words), size=2))
        yield _english(f"a {first_word} {links[chance.integers(len(links))]} a {second_word}")
