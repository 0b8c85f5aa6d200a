"""Measures a starter folder on the dev splits, through plain open_clip: `python -m engine.training.starter measure`.

Zero-shot naming of photos and sounds, finding photos by captions, and stamps by sentences in many languages. Nothing
measured here was trained on (see splits.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch.nn.functional import normalize

from engine.models.audio_encoder import load_audio_encoder
from engine.training.evaluation import Figure, bootstrap, first_ranks, zero_shot
from engine.training.starter import pictures, sounds
from engine.training.starter.sentences import class_names, read_lines, sound_labels
from engine.training.starter.splits import is_dev

PHOTO_PROMPTS = ("a photo of a {}", "a picture of a {}", "{}")
LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pl", "cs", "ru", "ar", "ja", "zh_CN", "ko", "el")
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(eq=False)
class Opened:
    """A starter folder opened by plain open_clip."""

    network: Any
    preprocess: Any
    tokenizer: Any

    @classmethod
    def at(cls, folder: Path) -> Opened:
        import open_clip

        name = f"local-dir:{folder}"
        network, _, preprocess = open_clip.create_model_and_transforms(name)
        return cls(network.eval(), preprocess, open_clip.get_tokenizer(name))

    @torch.inference_mode()
    def texts(self, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors (n, d)."""
        parts = [
            self.network.encode_text(self.tokenizer(list(texts[i : i + 256])), normalize=True)
            for i in range(0, len(texts), 256)
        ]
        return torch.cat(parts).numpy()

    @torch.inference_mode()
    def pictures(self, arrays: np.ndarray) -> np.ndarray:
        """Unit vectors (n, d) of pictures (n, h, w, 3) uint8."""
        parts = []
        for start in range(0, len(arrays), 64):
            batch = [self.preprocess(Image.fromarray(array)) for array in arrays[start : start + 64]]
            parts.append(self.network.encode_image(torch.stack(batch), normalize=True))
        return torch.cat(parts).numpy()

    def names(self, names: Sequence[str], prompts: Sequence[str]) -> np.ndarray:
        """One unit vector per name, the mean over prompts."""
        vectors = self.texts([prompt.format(name) for name in names for prompt in prompts])
        means = vectors.reshape(len(names), len(prompts), -1).mean(1)
        return means / np.linalg.norm(means, axis=1, keepdims=True)


def measure(folder: Path, data: Path) -> dict[str, Figure]:
    """Every dev figure of the starter by name; chance levels stand in the names' description in README.md."""
    model = Opened.at(folder)
    figures = _photos(model, data) | _captions(model, data) | _stamps(model, data)
    if (folder / "audio_model.safetensors").is_file():
        figures |= _sounds(model, folder, data)
    return figures


def _photos(model: Opened, data: Path) -> dict[str, Figure]:
    photos = pictures.photos64(data, ["dev"])
    vectors = model.pictures(photos.pictures)
    names = model.names([names[0] for names in class_names(data)], PHOTO_PROMPTS)
    return {
        "photos64 top-1": zero_shot(vectors, names, photos.labels),
        "photos64 top-5": zero_shot(vectors, names, photos.labels, top=5),
    }


def _captions(model: Opened, data: Path) -> dict[str, Figure]:
    rows = [row for row in read_lines(data / "flickr8k" / "captions.jsonl.gz") if row["split"] == "dev"]
    vectors = model.pictures(pictures.flickr8k(data, "dev").pictures)
    figures = {}
    for language in ("en", "de", "zh", "ar"):
        owned = [(text, row) for row, held in enumerate(rows) for text in held["captions"].get(language, ())]
        scores = model.texts([text for text, _ in owned]) @ vectors.T
        right = np.array([row for _, row in owned])[:, None] == np.arange(len(rows))
        figures[f"flickr8k {language} text to photo R@10"] = bootstrap(first_ranks(scores, right) < 10)
        if language == "en":
            figures["flickr8k en photo to text R@10"] = bootstrap(first_ranks(scores.T, right.T) < 10)
    return figures


def _stamps(model: Opened, data: Path) -> dict[str, Figure]:
    rows = [row for row in read_lines(data / "stamps" / "stamps.jsonl.gz") if is_dev(row["id"])]
    held = pictures.stamps(data, dev=True).pictures
    white = held[..., :3] * (held[..., 3:] / 255) + 255 * (1 - held[..., 3:] / 255)
    vectors = model.pictures(white.astype(np.uint8))
    figures = {}
    for language in LANGUAGES:
        having = [index for index, row in enumerate(rows) if language in row["text"]]
        texts = [rows[index]["text"][language] for index in having]
        scores = model.texts(texts) @ vectors[having].T
        alike = np.array([[a == b for b in texts] for a in texts])  # the same sentence on two stamps is right for both
        name = f"stamps {language}"
        figures[f"{name} text to picture R@10"] = bootstrap(first_ranks(scores, alike) < 10)
        figures[f"{name} picture to text R@10"] = bootstrap(first_ranks(scores.T, alike) < 10)
    return figures


def _sounds(model: Opened, folder: Path, data: Path) -> dict[str, Figure]:
    encoder = load_audio_encoder(folder)

    def encode(waves: list[np.ndarray]) -> np.ndarray:
        rows = torch.zeros(len(waves), encoder.config.samples)
        for row, wave in zip(rows, waves, strict=True):
            cut = torch.from_numpy(wave[: len(row)].astype(np.float32))
            row[: len(cut)] = cut
        with torch.inference_mode():
            return torch.cat([normalize(encoder(part), dim=-1) for part in rows.split(32)]).numpy()

    labels = sound_labels(data)
    environment, spoken = sounds.esc10(data, dev=True), sounds.digits(data, dev=True)
    return {
        "esc10 zero-shot": zero_shot(
            encode(environment.waves),
            model.names(labels, ("{}", "the sound of {}")),
            np.array([labels.index(sentence) for (sentence,) in environment.sentences]),
        ),
        "spoken digits zero-shot": zero_shot(
            encode(spoken.waves),
            model.names(DIGITS, ("{}", "the word {}")),
            np.array([DIGITS.index(sentence) for (sentence,) in spoken.sentences]),
        ),
    }
