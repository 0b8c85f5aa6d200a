"""The naming stage: the picture tower is locked, and the words move to where it puts what they name.

Locked-image tuning (Zhai et al. 2022, arXiv:2111.07991), begun from the text stage's encoder instead of from nothing:
its imitation of the teacher goes on in every step, so that sentences about no picture keep their place.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, normalize

from engine.objectives.info_nce import info_nce
from engine.objectives.prototype_nce import prototype_nce
from engine.training.starter.architecture import IMAGE_SIZE, MEAN, STD
from engine.training.starter.text_stage import TextImitation, TokenTable, encode_short

TEMPERATURE = 0.05
FIRST_NAME = 0.6  # a class goes by its first name this often, else by one of its synonyms


@dataclass(frozen=True, eq=False)
class Named:
    """Photos of classes: unit `vectors` (n, d) of the locked tower, `labels` (n,), and every way to write each class.

    `ways` holds all prompts with all names; `first[c]` and `other[c]` are the rows of it that write class c.
    """

    vectors: np.ndarray
    labels: np.ndarray
    ways: TokenTable
    first: list[np.ndarray]
    other: list[np.ndarray]


@dataclass(frozen=True, eq=False)
class Told:
    """Pictures with sentences of any language: unit `vectors` (n, d), and the rows of `sentences` that tell of each."""

    vectors: np.ndarray
    sentences: TokenTable
    rows: list[np.ndarray]


@dataclass(frozen=True, eq=False)
class Part:
    """Sentences to imitate, one way to write each class with photos of some, and pictures with a sentence each."""

    imitated: tuple[Tensor, Tensor]
    ways: Tensor
    photos: Tensor
    labels: Tensor
    sentences: Tensor
    pictures: Tensor


class WordTuning:
    """The naming stage's task. `counts`: photos, and pictures of each of `told`, in every part."""

    def __init__(self, imitation: TextImitation, named: Named, told: list[Told], counts: Sequence[int]) -> None:
        self.network = imitation.network
        self.weights = imitation.weights | {"naming": 1.0, "telling": 0.5}
        self._imitation, self._named, self._told, self._counts = imitation, named, told, tuple(counts)

    def parts(self, done: float, count: int, generator: torch.Generator) -> list[Part]:
        """`count` equal parts; no picture twice in one."""
        return [self._drawn(imitated, generator) for imitated in self._imitation.parts(done, count, generator)]

    def losses(self, network: nn.Module, part: Part) -> dict[str, Tensor]:
        """The text stage's losses; naming each photo among all classes; telling pictures of one batch apart."""
        names = encode_short(network, part.ways).float()
        sentences = encode_short(network, part.sentences).float()
        return self._imitation.losses(network, part.imitated) | {
            "naming": prototype_nce(part.photos, names, part.labels, temperature=TEMPERATURE, smoothing=0.1),
            "telling": info_nce(sentences, part.pictures, temperature=TEMPERATURE, smoothing=0.1),
        }

    def _drawn(self, imitated: tuple[Tensor, Tensor], generator: torch.Generator) -> Part:
        chance = np.random.default_rng(int(torch.randint(2**62, (), generator=generator)))
        named = self._named
        ways = [
            chance.choice(first if chance.random() < FIRST_NAME or len(other) == 0 else other)
            for first, other in zip(named.first, named.other, strict=True)
        ]
        photos = chance.choice(len(named.vectors), min(self._counts[0], len(named.vectors)), replace=False)
        ids, vectors = [], []
        for told, wanted in zip(self._told, self._counts[1:], strict=True):
            chosen = chance.choice(len(told.rows), min(wanted, len(told.rows)), replace=False)
            ids.append(told.sentences.ids[[chance.choice(told.rows[row]) for row in chosen]])
            vectors.append(told.vectors[chosen])
        return Part(
            imitated,
            _short(named.ways.ids[ways]),
            torch.from_numpy(named.vectors[photos]),
            torch.from_numpy(named.labels[photos]),
            _short(np.concatenate(ids)),
            torch.from_numpy(np.concatenate(vectors)),
        )


def seen(network: nn.Module, pictures: np.ndarray, batch: int = 64) -> np.ndarray:
    """Unit vectors (n, d) float32 of whole pictures (n, h, w, 3 or 4) uint8 as the shipped model sees them; white mats."""
    network = network.eval().to(memory_format=torch.channels_last)
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (MEAN, STD))

    @torch.inference_mode()
    def encode(start: int) -> Tensor:
        torch.set_num_threads(1)
        values = torch.from_numpy(pictures[start : start + batch]).permute(0, 3, 1, 2).float() / 255
        if values.shape[1] == 4:
            values = values[:, :3] * values[:, 3:] + 1 - values[:, 3:]
        values = interpolate(values, (IMAGE_SIZE, IMAGE_SIZE), mode="bicubic", antialias=True).clamp(0, 1)
        values = ((values - mean) / std).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            vectors: Tensor = network(values)
        return normalize(vectors.float(), dim=-1)

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        found: np.ndarray = torch.cat(list(threads.map(encode, range(0, len(pictures), batch)))).numpy()
    return found


def _short(ids: np.ndarray) -> Tensor:
    """Token ids (n, context) cut to the longest of them; padding is 0."""
    return torch.from_numpy(ids[:, : int((ids != 0).sum(1).max())]).long()
