"""The stages' tasks, put together from the data folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn

from engine.models.audio_encoder import AudioConfig, AudioEncoder
from engine.training.starter import pictures, sounds
from engine.training.starter.architecture import (
    CONTEXT,
    DIMENSION,
    IMAGE_NETWORK,
    IMAGE_SIZE,
    VOCABULARY,
    model_config,
)
from engine.training.starter.image_stage import ImageAlignment, Source
from engine.training.starter.naming_stage import Named, Told, WordTuning, seen
from engine.training.starter.sentences import (
    CLASS_PROMPTS,
    DIGIT_PROMPTS,
    SOUND_PROMPTS,
    Example,
    caption_sentences,
    class_names,
    emoji_sentences,
    stamp_sentences,
)
from engine.training.starter.settings import Settings
from engine.training.starter.sound_stage import SoundAlignment, SoundSource
from engine.training.starter.text_stage import TextImitation, TokenTable
from engine.training.starter.tokenizer import END_ID

WORD_SHARE = 0.35  # a lone word of the teacher's vocabulary is drawn this often, a sentence of the sets once ...
NAME_SHARE = 8.0  # ... and the name of a class or a sound more often: these must be told apart exactly


class Meanings:
    """Unit vectors of English sentences, by sentence."""

    def __init__(self, sentences: Sequence[str], vectors: np.ndarray) -> None:
        self._place = {sentence: row for row, sentence in enumerate(sentences)}
        self._vectors = vectors

    def mean(self, sentences: Sequence[str]) -> np.ndarray:
        """The unit vector of several sentences that mean one thing."""
        rows = self._vectors[[self._place[sentence] for sentence in sentences]].astype(np.float32)
        return _unit(_unit(rows).mean(0))


def text_task(
    examples: list[Example], meanings: Meanings, tokenizer: object, words: set[str], settings: Settings
) -> TextImitation:
    """A fresh open_clip network whose text side learns `examples`; its pictures' side is not used."""
    from open_clip.model import CLIP

    torch.manual_seed(0)
    config = model_config(VOCABULARY)
    smallest = config["vision_cfg"] | {"timm_model_name": "test_resnet"}
    network = CLIP(embed_dim=DIMENSION, vision_cfg=smallest, text_cfg=config["text_cfg"])
    network.visual.requires_grad_(False)
    network.logit_scale.requires_grad_(False)
    table = _table(tokenizer, [example.text for example in examples])
    targets = np.stack([meanings.mean(example.meaning) for example in examples]).astype(np.float16)
    shares = np.array([_share(example, words) for example in examples])
    return TextImitation(network, table, targets, shares, settings.text_batch)


def image_task(data: Path, meanings: Meanings, settings: Settings) -> ImageAlignment:
    """A fresh image tower and its three sources."""
    photos = pictures.photos64(data, ["train-0", "train-1"])
    prompts = CLASS_PROMPTS[:6]
    # the first name is what people type; the others help, with a third of its weight each
    classes = [
        meanings.mean([p.format(n) for i, n in enumerate(names) for p in prompts for _ in range(3 if i == 0 else 1)])
        for names in class_names(data)
    ]
    captioned, everyday = pictures.flickr8k(data, "train"), pictures.coco6k(data)
    drawn, symbols = pictures.stamps(data, dev=False), pictures.emoji(data, dev=False)
    shares = settings.image_shares
    sources = [
        Source(
            "photos", photos.pictures, photos.labels, np.stack(classes), shares[0], smallest=0.4, focus=photos.focus
        ),
        _described("captions", [captioned, everyday], meanings, shares[1], kinship=0.3),
        _described("drawings", [drawn, symbols], meanings, shares[2], kinship=0.2),
    ]
    torch.manual_seed(0)
    return ImageAlignment(picture_tower().to(memory_format=torch.channels_last), sources, list(settings.image_sizes))


def picture_tower() -> nn.Module:
    """A fresh image tower as open_clip builds it from the shipped config."""
    from open_clip.timm_model import TimmModel

    return TimmModel(IMAGE_NETWORK, DIMENSION, IMAGE_SIZE, pool="avg", proj="linear")


def naming_task(
    data: Path, imitation: TextImitation, tower: nn.Module, tokenizer: object, settings: Settings
) -> WordTuning:
    """The words of `imitation`, as they are, and what the trained picture `tower` makes of the training pictures."""
    photos = pictures.photos64(data, ["train-0", "train-1"])
    ways: list[str] = []
    first: list[np.ndarray] = []
    other: list[np.ndarray] = []
    for names in class_names(data):
        for rows, some in ((first, names[:1]), (other, names[1:])):
            written = [prompt.format(name) for name in some for prompt in CLASS_PROMPTS]
            rows.append(np.arange(len(ways), len(ways) + len(written)))
            ways += written
    some_of_each = np.concatenate(
        [np.flatnonzero(photos.labels == label)[: settings.naming_photos] for label in range(len(first))]
    )
    labels, vectors = photos.labels[some_of_each], seen(tower, photos.pictures[some_of_each])
    named = Named(vectors, labels, _table(tokenizer, ways), first, other)
    captioned = _told(tower, tokenizer, [pictures.flickr8k(data, "train").pictures], caption_sentences(data))
    drawings = [pictures.stamps(data, dev=False).pictures, pictures.emoji(data, dev=False).pictures]
    drawn = _told(tower, tokenizer, drawings, stamp_sentences(data) + emoji_sentences(data))
    return WordTuning(imitation, named, [captioned, drawn], settings.naming_counts)


def sound_task(data: Path, meanings: Meanings, settings: Settings) -> SoundAlignment:
    """A fresh sound encoder and its five sources."""
    sets = (
        (sounds.esc10(data, dev=False), SOUND_PROMPTS, 0.5),
        (sounds.digits(data, dev=False), DIGIT_PROMPTS, 0.0),
        (sounds.stamp_sounds(data, dev=False), ("{}",), 0.3),
        (sounds.stamp_speech(data, dev=False), ("{}",), 0.0),
        (sounds.caption_speech(data, "train"), ("{}",), 0.0),
    )
    sources = []
    for (held, prompts, mixing), share in zip(sets, settings.sound_shares, strict=True):
        said = sorted({sentence for (sentence,) in held.sentences})
        vectors = np.stack([meanings.mean([prompt.format(one) for prompt in prompts]) for one in said])
        place = {sentence: row for row, sentence in enumerate(said)}
        labels = np.array([place[sentence] for (sentence,) in held.sentences])
        sources.append(SoundSource(held.name, held.waves, labels, vectors, share, mixing))
    torch.manual_seed(0)
    return SoundAlignment(AudioEncoder(AudioConfig()), sources)


def _told(tower: nn.Module, tokenizer: object, sets: list[np.ndarray], sentences: list[list[str]]) -> Told:
    ends = np.cumsum([len(some) for some in sentences])
    rows = [np.arange(end - len(some), end) for some, end in zip(sentences, ends, strict=True)]
    vectors = np.concatenate([seen(tower, some) for some in sets])
    return Told(vectors, _table(tokenizer, [one for some in sentences for one in some]), rows)


def _table(tokenizer: object, texts: Sequence[str]) -> TokenTable:
    return TokenTable.of(tokenizer, texts, CONTEXT, END_ID)


def _described(name: str, sets: list[pictures.Described], meanings: Meanings, share: int, kinship: float) -> Source:
    sentences = [one for held in sets for one in held.sentences]
    return Source(
        name,
        np.concatenate([held.pictures for held in sets]),
        np.arange(len(sentences)),
        np.stack([meanings.mean(one) for one in sentences]),
        share,
        kinship,
        smallest=0.5,
    )


def _share(example: Example, words: set[str]) -> float:
    """How often an example is drawn, relative to a sentence of the sets."""
    if example.is_name:
        return NAME_SHARE
    text = example.text
    if example.language != "en" or text.count(" ") > 4 or text.split()[-1] not in words:
        return 1.0
    return WORD_SHARE if text in words or text.startswith(("a photo of", "a picture of")) else 1.0


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
