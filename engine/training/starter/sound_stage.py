"""The sound stage: sounds and speech are moved to the vectors of the words and sentences that describe or repeat them.

Contrastive alignment of sound to a fixed text space, as CLAP (Elizalde et al. 2023, arXiv:2206.04769) with the text side
locked; every set is compared with all of its sentences, and all sets together with all sentences.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import normalize, one_hot, softmax

from engine.datasets.random_sounds import masked, random_cuts
from engine.models.audio_encoder import AudioEncoder
from engine.objectives.prototype_nce import prototype_nce


@dataclass(frozen=True, eq=False)
class SoundSource:
    """One set: sound i means `meanings[labels[i]]`, one of (k, d) unit vectors; `share` of each part comes from it.

    Two sounds of the set are mixed with probability `mixing`, and their meanings with them (mixup, arXiv:1710.09412).
    """

    name: str
    waves: list[np.ndarray]
    labels: np.ndarray
    meanings: np.ndarray
    share: int
    mixing: float = 0.0


@dataclass(frozen=True, eq=False)
class SoundPart:
    """Masked log-mels (m, mels, frames) of all sources and, by source, shares of its meanings (share, k)."""

    mels: Tensor
    targets: list[Tensor]


class SoundAlignment:
    """The sound stage's task."""

    def __init__(self, network: AudioEncoder, sources: list[SoundSource], temperature: float = 0.07) -> None:
        self.network: nn.Module = network
        self._spectrum, self._samples = network.spectrum, network.config.samples
        self._sources, self._temperature = sources, temperature
        total = sum(source.share for source in sources)
        self.weights = {source.name: source.share / total for source in sources} | {"together": 0.3}
        self._meanings = [normalize(torch.from_numpy(source.meanings).float(), dim=-1) for source in sources]
        self._all = torch.cat(self._meanings)
        self._kin = softmax(self._all @ self._all.T / 0.05, dim=-1)

    def parts(self, done: float, count: int, generator: torch.Generator) -> list[SoundPart]:
        """Freshly cut, disturbed and masked sounds, `count` times."""
        return [self._part(generator) for _ in range(count)]

    def losses(self, network: nn.Module, part: SoundPart) -> dict[str, Tensor]:
        """Naming each sound among its own set's meanings, and among those of all sets."""
        vectors = network.encode_spectrum(part.mels).float()  # type: ignore[operator]
        rows = vectors.split([len(targets) for targets in part.targets])
        losses = {
            source.name: prototype_nce(own, meanings, targets, temperature=self._temperature, smoothing=0.1)
            for source, own, meanings, targets in zip(self._sources, rows, self._meanings, part.targets, strict=True)
        }
        joint = torch.block_diag(*part.targets)  # each source's shares at its place among all meanings
        joint = 0.8 * joint + 0.2 * joint @ self._kin
        losses["together"] = prototype_nce(vectors, self._all, joint, temperature=self._temperature)
        return losses

    def _part(self, generator: torch.Generator) -> SoundPart:
        mels, targets = [], []
        for source in self._sources:
            rows = torch.randint(len(source.waves), (source.share,), generator=generator)
            cuts = random_cuts([source.waves[row] for row in rows.tolist()], self._samples, generator)
            shares = one_hot(torch.from_numpy(source.labels)[rows], len(source.meanings)).float()
            if source.mixing:
                cuts, shares = _mixed(cuts, shares, source.mixing, generator)
            with torch.no_grad():
                mels.append(self._spectrum(cuts))
            targets.append(shares)
        return SoundPart(masked(torch.cat(mels), generator), targets)


def _mixed(cuts: Tensor, shares: Tensor, probability: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    partner = torch.randperm(len(cuts), generator=generator)
    part = torch.rand(len(cuts), 1, generator=generator) * 0.5
    part = part * (torch.rand(len(cuts), 1, generator=generator) < probability)
    levelled = cuts / (cuts.square().mean(1, keepdim=True).sqrt() + 1e-4)
    return (1 - part) * levelled + part * levelled[partner], (1 - part) * shares + part * shares[partner]
