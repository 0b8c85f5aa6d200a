"""Changed copies of sentences: one small edit of the words, as contrastive text training uses them.

EDA (Wei and Zou 2019, arXiv:1901.11196): replace by a synonym, insert a synonym, swap two words, delete a word. Theirs takes
synonyms from WordNet; ours takes them from a table that is passed in (see `engine/datasets/synonyms.py`), and where it has
none only swaps and deletes. Chance comes from a generator, so that a run can be repeated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import torch

Synonyms = Mapping[str, Sequence[str]]
WORD = re.compile(r"\w+(?:['’-]\w+)*")


def edited(sentence: str, generator: torch.Generator, *, rate: float = 0.1, synonyms: Synonyms | None = None) -> str:
    """`sentence` after one kind of edit, applied to `rate` of its words (at least one). Text without two words stays as it is.

    Words of scripts without spaces are cut into characters, so that they can be swapped and deleted as well.
    """
    words = sentence.split()
    joint = " "
    if len(words) < 2:
        words, joint = list(sentence), ""
        if len(words) < 4 or sentence.isascii():
            return sentence
    chance = torch.rand(1 + 4 * len(words), generator=generator).tolist()
    kind, rest = int(chance[0] * 4), iter(chance[1:])
    times = max(1, round(rate * len(words)))
    known = [place for place, word in enumerate(words) if synonyms and _bare(word) in synonyms]
    if kind in (0, 1) and not known:
        kind = 2 + int(next(rest) * 2)
    for _ in range(times):
        if kind == 0:
            place = known[int(next(rest) * len(known))]
            words[place] = _synonym(words[place], synonyms or {}, next(rest))
        elif kind == 1:
            like = words[known[int(next(rest) * len(known))]]
            words.insert(int(next(rest) * (len(words) + 1)), _synonym(like, synonyms or {}, next(rest)))
            known = [place for place, word in enumerate(words) if _bare(word) in (synonyms or {})]
        elif kind == 2:
            one, other = int(next(rest) * len(words)), int(next(rest) * len(words))
            words[one], words[other] = words[other], words[one]
        elif len(words) > 1:
            del words[int(next(rest) * len(words))]
    return joint.join(words)


def all_edited(
    sentences: Sequence[str], generator: torch.Generator, *, rate: float = 0.1, synonyms: Synonyms | None = None
) -> list[str]:
    """A changed copy of each."""
    return [edited(sentence, generator, rate=rate, synonyms=synonyms) for sentence in sentences]


def _bare(word: str) -> str:
    found = WORD.search(word)
    return found[0].lower() if found else ""


def _synonym(word: str, synonyms: Synonyms, place: float) -> str:
    """A synonym put where the word stood, between the same marks."""
    choices = synonyms.get(_bare(word))
    if not choices:
        return word
    return WORD.sub(lambda _: choices[int(place * len(choices))], word, count=1)
