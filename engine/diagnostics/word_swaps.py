"""Wrong sentences made of right ones: two words of a kind change places, so that the same words say something else.

Yuksekgonul et al. 2023 (arXiv:2210.01936) tag words with a parser; ours has word lists of attributes, numbers and relations for English,
German, French and Spanish, and takes what lies around a relation as its two sides. A sentence that cannot be changed gives nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+")
ATTRIBUTES = frozenset(
    [
        "red",
        "blue",
        "green",
        "yellow",
        "black",
        "white",
        "brown",
        "grey",
        "gray",
        "orange",
        "pink",
        "purple",
        "dark",
        "bright",
        "light",
        "blond",
        "blonde",
        "big",
        "large",
        "small",
        "little",
        "tiny",
        "huge",
        "tall",
        "short",
        "long",
        "old",
        "young",
        "new",
        "wet",
        "dry",
        "open",
        "closed",
        "empty",
        "full",
        "wooden",
        "metal",
        "plastic",
        "striped",
        "happy",
        "sad",
        "sleeping",
        "standing",
        "sitting",
        "rot",
        "rote",
        "roter",
        "rotes",
        "roten",
        "blau",
        "blaue",
        "blauer",
        "blaues",
        "blauen",
        "grün",
        "grüne",
        "grüner",
        "grünes",
        "grünen",
        "gelb",
        "gelbe",
        "gelber",
        "gelbes",
        "gelben",
        "schwarz",
        "schwarze",
        "schwarzer",
        "schwarzes",
        "schwarzen",
        "weiß",
        "weiße",
        "weißer",
        "weißes",
        "weißen",
        "braun",
        "braune",
        "brauner",
        "braunes",
        "braunen",
        "groß",
        "große",
        "großer",
        "großes",
        "großen",
        "klein",
        "kleine",
        "kleiner",
        "kleines",
        "kleinen",
        "alt",
        "alte",
        "alter",
        "altes",
        "alten",
        "jung",
        "junge",
        "junger",
        "junges",
        "jungen",
        "rouge",
        "rouges",
        "bleu",
        "bleue",
        "bleus",
        "vert",
        "verte",
        "verts",
        "jaune",
        "jaunes",
        "noir",
        "noire",
        "noirs",
        "blanc",
        "blanche",
        "blancs",
        "grand",
        "grande",
        "petit",
        "petite",
        "vieux",
        "rojo",
        "roja",
        "rojos",
        "azul",
        "azules",
        "verde",
        "verdes",
        "amarillo",
        "amarilla",
        "negro",
        "negra",
        "negros",
        "blanco",
        "blanca",
        "grande",
        "pequeño",
        "pequeña",
        "viejo",
        "vieja",
    ]
)
NUMBERS = frozenset(
    [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "ein",
        "eine",
        "einen",
        "zwei",
        "drei",
        "vier",
        "fünf",
        "sechs",
        "sieben",
        "acht",
        "neun",
        "zehn",
        "un",
        "une",
        "deux",
        "trois",
        "quatre",
        "cinq",
        "six",
        "sept",
        "huit",
        "neuf",
        "dix",
        "uno",
        "una",
        "dos",
        "tres",
        "cuatro",
        "cinco",
        "seis",
        "siete",
        "ocho",
        "nueve",
        "diez",
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
        "9",
        "10",
    ]
)
RELATIONS = frozenset(
    [
        "on",
        "under",
        "above",
        "below",
        "behind",
        "beside",
        "near",
        "holding",
        "riding",
        "wearing",
        "chasing",
        "eating",
        "watching",
        "pulling",
        "pushing",
        "carrying",
        "over",
        "inside",
        "through",
        "left",
        "right",
        "front",
        "auf",
        "unter",
        "über",
        "hinter",
        "neben",
        "vor",
        "hält",
        "reitet",
        "trägt",
        "jagt",
        "sur",
        "sous",
        "derrière",
        "devant",
        "près",
        "sobre",
        "bajo",
        "detrás",
        "encima",
    ]
)
STOP = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "to",
        "and",
        "with",
        "in",
        "at",
        "by",
        "for",
        "from",
        "is",
        "are",
        "his",
        "her",
        "its",
        "their",
        "der",
        "die",
        "das",
        "dem",
        "den",
        "des",
        "ein",
        "eine",
        "einem",
        "einen",
        "einer",
        "und",
        "mit",
        "im",
        "am",
        "zum",
        "le",
        "la",
        "les",
        "un",
        "une",
        "des",
        "du",
        "de",
        "et",
        "avec",
        "dans",
        "el",
        "los",
        "las",
        "un",
        "una",
        "de",
        "y",
        "con",
        "en",
    ]
)
KINDS = ("attributes", "relations", "counting", "word order")


def swapped(sentence: str, kind: str, random: np.random.Generator) -> str | None:
    """`sentence` with two words (or sides) of a kind exchanged; None where that changes nothing."""
    words = [(found.group(), found.start(), found.end()) for found in WORD.finditer(sentence)]
    lower = [word.lower() for word, *_ in words]
    if kind == "relations":
        return _sides(sentence, words, lower, random)
    if kind == "word order":
        return _shuffled(sentence, words, random)
    wanted = ATTRIBUTES if kind == "attributes" else NUMBERS
    places = [place for place, word in enumerate(lower) if word in wanted]
    return _exchanged(sentence, words, list(_pairs(places, lower)), random)


def _pairs(places: list[int], lower: list[str]) -> Iterator[tuple[int, int]]:
    for number, one in enumerate(places):
        for other in places[number + 1 :]:
            if lower[one] != lower[other]:
                yield one, other


def _sides(
    sentence: str, words: list[tuple[str, int, int]], lower: list[str], random: np.random.Generator
) -> str | None:
    """The last telling word before a relation and the first behind it change places."""
    found = []
    for place, word in enumerate(lower):
        if word not in RELATIONS:
            continue
        before = [n for n in range(place) if _tells(lower[n])]
        behind = [n for n in range(place + 1, len(lower)) if _tells(lower[n])]
        if before and behind and lower[before[-1]] != lower[behind[0]]:
            found.append((before[-1], behind[0]))
    return _exchanged(sentence, words, found, random)


def _tells(word: str) -> bool:
    return (
        len(word) > 2 and word not in STOP and word not in RELATIONS and word not in ATTRIBUTES and word not in NUMBERS
    )


def _exchanged(
    sentence: str, words: list[tuple[str, int, int]], pairs: list[tuple[int, int]], random: np.random.Generator
) -> str | None:
    if not pairs:
        return None
    one, other = pairs[int(random.integers(len(pairs)))]
    (first, a, b), (second, c, d) = words[one], words[other]
    made = sentence[:a] + _as(second, first) + sentence[b:c] + _as(first, second) + sentence[d:]
    return made if made.lower() != sentence.lower() else None


def _as(word: str, place: str) -> str:
    """A word with the capital of the one it takes the place of."""
    return word[:1].upper() + word[1:] if place[:1].isupper() else word[:1].lower() + word[1:]


def _shuffled(sentence: str, words: list[tuple[str, int, int]], random: np.random.Generator) -> str | None:
    """All words in another order; the same words, so that only order tells."""
    plain = [word.lower() for word, *_ in words]
    if len(set(plain)) < 4:
        return None
    for _ in range(8):
        order = random.permutation(len(plain))
        if [plain[place] for place in order] != plain:
            return " ".join(plain[place] for place in order).capitalize() + (
                "." if sentence.rstrip().endswith(".") else ""
            )
    return None
