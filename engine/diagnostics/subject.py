"""What a diagnostic looks at: one model on one choice of items. Lends what is known of them and computes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import UserFixable
from engine.values import KINDS, Filter, ItemCard, Kind

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.evidence import Cell
    from engine.models.encoder import Encoder

NAMES: dict[str, str] = {"image": "pictures", "audio": "sounds", "text": "texts"}


class Subject:
    """`model_key` None is the model in use; `wanted` chooses the items; `seed` is for everything drawn at random."""

    def __init__(
        self, engine: Engine, model_key: str | None = None, wanted: Filter | None = None, seed: int = 0
    ) -> None:
        self.engine = engine
        self.wanted = wanted or Filter()
        self.seed = seed
        self._model_key = model_key
        self._used: dict[str, tuple[str, str, str]] = {}

    @property
    def model_key(self) -> str:
        """Raises UserFixable when no model is installed."""
        return self._model_key or self.engine.models.key_in_use()

    @cached_property
    def ids(self) -> np.ndarray:
        """Ids of the chosen items, ascending, int64 (n,)."""
        return np.sort(self.engine.items.ids(self.wanted))

    @cached_property
    def kinds(self) -> np.ndarray:
        """Kind of each of `ids`, index into `KINDS`, int8 (n,)."""
        return self.engine.items.kinds(self.ids)

    def of_kind(self, kind: Kind) -> np.ndarray:
        """Ids of one kind, ascending."""
        return self.ids[self.kinds == KINDS.index(kind)]

    def vectors(self, ids: np.ndarray, model_key: str | None = None) -> tuple[np.ndarray, np.ndarray]:
        """(those `ids` that have a vector in a model's space, their unit vectors float32 (n, d))."""
        key = model_key or self.model_key
        self.uses(key)
        space = self.engine.models.space(key)
        found, rows = self.engine.vectors.of(space.id, ids)
        return found, rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)

    def enough(self, kind: Kind, fewest: int, model_key: str | None = None) -> tuple[np.ndarray, np.ndarray]:
        """`vectors` of a kind. Raises UserFixable when fewer than `fewest` items have one."""
        ids = self.of_kind(kind)
        found, vectors = self.vectors(ids, model_key)
        if len(found) < fewest:
            key = model_key or self.model_key
            there = (
                f"{len(ids):,} of them are here" if len(ids) < fewest else f"{len(found):,} of {len(ids):,} have one"
            )
            raise UserFixable(
                f"At least {fewest:,} {NAMES[kind]} with vectors of “{key}” are needed; {there}.",
                "Nothing was measured and nothing was changed.",
                "Add more of them."
                if len(ids) < fewest
                else f"Index with it first: sightline index FOLDER --model {key}",
            )
        return found, vectors

    def pairs(self, left: Kind = "image", right: Kind = "text") -> tuple[np.ndarray, np.ndarray, list[str | None]]:
        """(left ids, right ids, languages) of pairs between chosen items of two kinds, in the order they were found."""
        from engine.catalogue.queries.paired import pairs_between

        with self.engine.library.read() as session:
            lefts, rights, languages = pairs_between(session, left, right)
        keep = np.isin(lefts, self.ids)  # words of a chosen picture count also where only pictures were chosen
        return lefts[keep], rights[keep], [language for language, kept in zip(languages, keep) if kept]

    def texts(self, ids: Sequence[int] | np.ndarray) -> dict[int, str]:
        """Words of text items."""
        from engine.catalogue.queries.paired import words_of

        with self.engine.library.read() as session:
            return words_of(session, ids)

    def cards(self, ids: Sequence[int] | np.ndarray) -> list[ItemCard]:
        return self.engine.items.cards(ids)

    def name(self, item_id: int) -> str:
        """What an item is called, for a sentence."""
        cards = self.cards([item_id])
        return cards[0].name if cards else f"item {item_id}"

    def encoder(self, model_key: str | None = None) -> Encoder:
        key = model_key or self.model_key
        self.uses(key)
        return self.engine.models.encoder(key)

    def uses(self, key: str) -> None:
        """Note that the answer depends on this model."""
        if key not in self._used:
            card = self.engine.models.card(key)
            self._used[key] = (key, card.checkpoint_hash, self.engine.models.space(key).key)

    @property
    def used(self) -> tuple[tuple[str, str, str], ...]:
        """(key, checkpoint hash, space key) of every model that had a part in the answer."""
        return tuple(self._used.values())

    def random(self) -> np.random.Generator:
        """A fresh generator with the subject's seed."""
        return np.random.default_rng(self.seed)

    def snapshot(self) -> str:
        """BLAKE3 of the chosen items' ids and contents."""
        from blake3 import blake3

        from engine.catalogue.queries.paired import contents_of

        with self.engine.library.read() as session:
            return blake3("\n".join(contents_of(session, self.ids)).encode()).hexdigest()

    def chosen(self) -> str:
        """The choice of items in words; empty for the whole library."""
        from dataclasses import fields

        plain = Filter()
        told: list[tuple[str, Cell]] = []
        for field in fields(Filter):
            value = getattr(self.wanted, field.name)
            if value != getattr(plain, field.name):
                told.append((field.name, f"{len(value):,} items" if field.name == "item_ids" else str(value)))
        return ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in told)
