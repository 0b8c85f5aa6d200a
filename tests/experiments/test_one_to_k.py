"""1-to-K against one language at a time and against a pivot language: found more often, and at like ranks in each language."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import normalize

from engine.objectives.info_nce import info_nce
from engine.objectives.one_to_k import one_to_k
from tests.experiments.towers import descend, seeded, tower

NOISES = (0.1, 0.3, 0.5, 0.7)  # of four languages
LANGUAGES = len(NOISES)


def measure(seed: int) -> dict[str, float]:
    """Mean recall@1 over languages among 500 pictures, and how far a picture's rank varies between them (mean s.d.)."""
    found: dict[str, float] = {}
    for name, way in (("effect", "all"), ("baseline", "random"), ("pivot", "pivot")):
        right, varies = trained(seed, way)
        found |= {name: right, f"{name}_rank_sd": varies}
    return found


def trained(seed: int, way: str) -> tuple[float, float]:
    chance = seeded(seed)
    picture_map = torch.randn(10, 40, generator=chance)
    maps = [torch.randn(10, 40, generator=chance) for _ in NOISES]
    pictures_tower, texts_tower = tower(40, 16), tower(40 + LANGUAGES, 16)

    def say(hidden: Tensor, language: int) -> Tensor:
        words = torch.tanh(hidden @ maps[language]) + NOISES[language] * torch.randn(len(hidden), 40, generator=chance)
        which = torch.zeros(len(hidden), LANGUAGES)
        which[:, language] = 1
        return texts_tower(torch.cat([words, which], dim=1))

    def loss(_: int) -> Tensor:
        hidden = torch.randn(48, 10, generator=chance)
        pictures = pictures_tower(torch.tanh(hidden @ picture_map))
        other = int(torch.randint(1, LANGUAGES, (1,), generator=chance))
        if way == "all":
            texts = torch.cat([say(hidden, language) for language in range(LANGUAGES)])
            return one_to_k(pictures, texts, torch.arange(48).repeat(LANGUAGES))
        if way == "random":
            return info_nce(pictures, say(hidden, int(torch.randint(LANGUAGES, (1,), generator=chance))))
        english = say(hidden, 0)
        return info_nce(pictures, english) + info_nce(english, say(hidden, other))

    descend((pictures_tower, texts_tower), 400, loss, 2e-3)
    hidden = torch.randn(500, 10, generator=chance)
    pictures = normalize(pictures_tower(torch.tanh(hidden @ picture_map)), dim=-1)
    ranks = []
    for language in range(LANGUAGES):
        scores = normalize(say(hidden, language), dim=-1) @ pictures.T
        ranks.append((scores > scores.diagonal()[:, None]).sum(1))
    by_language = torch.stack(ranks).float()
    return float((by_language == 0).float().mean()), float(by_language.std(0, correction=0).mean())


def test_all_languages_at_once_find_more_and_rank_alike():
    """It reads four texts a picture and step where the others read one or two."""
    found = measure(0)
    assert found["effect"] > max(found["baseline"], found["pivot"]) + 0.1
    assert found["effect_rank_sd"] < 0.6 * min(found["baseline_rank_sd"], found["pivot_rank_sd"])
