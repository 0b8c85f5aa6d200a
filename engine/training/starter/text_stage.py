"""The text stage: a small transformer learns to point where the teacher points, from sentences in many languages.

Multilingual distillation after Reimers & Gurevych 2020 (arXiv:2004.09813): a sentence in any language gets the teacher's
vector of the English sentence of the same meaning; an in-batch contrast keeps close meanings apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from engine.objectives.cosine_distance import cosine_distance
from engine.objectives.info_nce import info_nce


@dataclass(frozen=True, eq=False)
class TokenTable:
    """Sentences as padded token ids, int32 (n, context), with their lengths (n,)."""

    ids: np.ndarray
    lengths: np.ndarray

    @classmethod
    def of(cls, tokenizer: object, texts: Sequence[str], context: int, end_id: int) -> TokenTable:
        """Encode with a `tokenizers.Tokenizer`; longer sentences are cut and still end in `end_id`."""
        encoded = [one.ids for one in tokenizer.encode_batch(list(texts))]  # type: ignore[attr-defined]
        ids = np.zeros((len(texts), context), np.int32)
        for row, tokens in zip(ids, encoded, strict=True):
            kept = tokens if len(tokens) <= context else [*tokens[: context - 1], end_id]
            row[: len(kept)] = kept
        return cls(ids, np.array([min(len(tokens), context) for tokens in encoded]))


def encode_short(clip: nn.Module, ids: Tensor) -> Tensor:
    """`clip.encode_text` for ids cut to the batch's longest sentence: (n, length) -> (n, d), several times faster."""
    length = ids.shape[1]
    hidden = clip.token_embedding(ids) + clip.positional_embedding[:length]  # type: ignore[operator,index]
    hidden = clip.transformer(hidden, attn_mask=clip.attn_mask[:length, :length])  # type: ignore[operator,index]
    ends = torch.eq(ids, int(clip.text_eos_id)).int().argmax(dim=-1)  # type: ignore[arg-type]
    pooled = clip.ln_final(hidden[torch.arange(len(ids)), ends])  # type: ignore[operator]
    return pooled @ clip.text_projection  # type: ignore[operator,no-any-return]


class TextImitation:
    """The text stage's task. `targets` (n, d): the wished vector of each sentence; `shares` (n,): how often it is drawn."""

    def __init__(self, clip: nn.Module, table: TokenTable, targets: np.ndarray, shares: np.ndarray, batch: int) -> None:
        self.network = clip
        self.weights = {"imitation": 4.0, "contrast": 0.5}
        self._table, self._targets, self._batch = table, targets, batch
        # Sentences of like length share a batch, so that little is spent on padding.
        self._by_length = np.argsort(table.lengths, kind="stable")
        self._cumulative = np.cumsum(shares[self._by_length] / shares.sum())

    def parts(self, done: float, count: int, generator: torch.Generator) -> list[tuple[Tensor, Tensor]]:
        """Token ids (n, length) and wished vectors (n, d), `count` times."""
        return [self._part(self._draw(generator)) for _ in range(count)]

    def losses(self, network: nn.Module, part: tuple[Tensor, Tensor]) -> dict[str, Tensor]:
        """Imitation, and a contrast in which rows of nearly the same meaning are no negatives."""
        ids, wished = part
        given = encode_short(network, ids).float()
        directions = normalize(wished, dim=-1)
        alike = (directions @ directions.T > 0.98).float()
        return {
            "imitation": cosine_distance(given, wished),
            "contrast": info_nce(given, wished, targets=alike, temperature=0.05),
        }

    def _part(self, chosen: np.ndarray) -> tuple[Tensor, Tensor]:
        length = int(self._table.lengths[chosen].max())
        ids = torch.from_numpy(self._table.ids[chosen, :length]).long()
        return ids, torch.from_numpy(self._targets[chosen].astype(np.float32))

    def _draw(self, generator: torch.Generator) -> np.ndarray:
        """Rows drawn by share from a window of neighbouring lengths."""
        window = 0.12
        start = float(torch.rand((), generator=generator)) * (1 - window)
        points = start + window * torch.rand(self._batch, generator=generator, dtype=torch.float64).numpy()
        return self._by_length[np.searchsorted(self._cumulative, points).clip(max=len(self._by_length) - 1)]
