"""Texts as passages with line or page, and caption tables as sentences that belong to files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np

from engine.files.kinds import TABLE_SUFFIXES, TEXT_SUFFIXES
from engine.files.reasons import EMPTY, NO_WORDS, TOO_LARGE, Unreadable
from engine.modalities import modality
from engine.modalities.reading import Passage, Reading, Source, Wish

LARGEST = 200_000_000  # bytes


@modality("text", suffixes=tuple(TEXT_SUFFIXES | TABLE_SUFFIXES))
class Text:
    """A text of any encoding, cut into passages."""

    def decode(self, source: Source, wish: Wish) -> Reading:
        """`passages` of a text, or the `captions` of a caption table. Raises `Unreadable`."""
        from engine.modalities.words.encodings import decoded
        from engine.modalities.words.passages import MOST
        from engine.modalities.words.tables import captions_of_table

        if source.data is None or source.size > LARGEST:
            raise Unreadable(TOO_LARGE, f"{source.size:,} bytes")
        if source.format == "pdf":
            passages = tuple(islice(_of_pages(source.data), MOST))
            if not passages:
                raise Unreadable(NO_WORDS)
            return Reading(kind="text", format="PDF", passages=passages)
        text = decoded(source.data)
        if not text.strip():
            raise Unreadable(EMPTY, "only white space")
        if source.format in TABLE_SUFFIXES:
            captions = captions_of_table(text, source.format)
            if captions is not None:
                return Reading(kind="text", format=source.format.upper(), captions=tuple(captions), table=True)
        passages = tuple(islice(_of_text(text, source.format), MOST))
        if not passages:
            raise Unreadable(NO_WORDS)
        return Reading(kind="text", format=source.format.upper(), passages=passages)

    def encode(self, encoder: Any, parts: Sequence[str]) -> np.ndarray:
        """Sentences to (n, d)."""
        return encoder.encode_texts(list(parts))


def _of_pages(data: bytes) -> Iterator[Passage]:
    from engine.modalities.words.encodings import UNWANTED
    from engine.modalities.words.pages import pages_of_pdf
    from engine.modalities.words.passages import passages_of

    for page, words in pages_of_pdf(data):
        yield from passages_of(UNWANTED.sub("", words), page=page)


def _of_text(text: str, form: str) -> Iterator[Passage]:
    from engine.modalities.words.markup import words_of_html, words_of_markdown
    from engine.modalities.words.passages import passages_of

    if form == "html":
        for line, words in words_of_html(text):
            yield from (Passage(passage.text, line) for passage in passages_of(words))
    else:
        yield from passages_of(words_of_markdown(text) if form == "md" else text)
