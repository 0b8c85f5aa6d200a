"""What a training learns from before anything is decoded: files, and what is said of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.values import PairsCard


@dataclass(frozen=True)
class Captioned:
    """One picture or sound: its `sentences`, their `languages` (same length), and its class if it has one."""

    path: Path
    sentences: tuple[str, ...] = ()
    languages: tuple[str | None, ...] = ()
    label: str | None = None
    item_id: int | None = None
    content_hash: str | None = None  # known for items of a library

    @property
    def key(self) -> str:
        """What the file is known by: its content, else its place."""
        return self.content_hash or str(self.path)


@dataclass(frozen=True)
class Gathered:
    """The files of a choice in a stable order, and what had to be left out. `source` names the choice for people."""

    files: tuple[Captioned, ...]
    source: str
    missing: tuple[str, ...] = ()
    doubles: int = 0
    hidden: int = 0

    def card(self) -> PairsCard:
        """The figures that people see before they start."""
        languages = Counter(code or "" for one in self.files for code in one.languages)
        classes = Counter(one.label for one in self.files if one.label)
        first = Counter(sentence for one in self.files for sentence in set(one.sentences))
        return PairsCard(
            source=self.source,
            files=len(self.files),
            captions=sum(len(one.sentences) for one in self.files),
            languages=tuple(languages.most_common()),
            classes=tuple(classes.most_common()),
            without_captions=sum(not one.sentences for one in self.files),
            missing=self.missing,
            doubles=self.doubles,
            hidden=self.hidden,
            same_caption=first.most_common(1)[0][1] if first else 0,
        )

    def only(self, files: Iterable[Captioned]) -> Gathered:
        """The same choice with fewer files."""
        return replace(self, files=tuple(files))


@dataclass
class Gathering:
    """Collects rows that may name one file several times."""

    doubles: int = 0
    _files: dict[Path, Captioned] = field(default_factory=dict)

    def add(self, path: Path, sentence: str | None, language: str | None, label: str | None) -> None:
        """One row of a table. A sentence that the file already has counts as a double."""
        known = self._files.setdefault(path, Captioned(path))
        if sentence is not None and sentence in known.sentences and (label is None or label == known.label):
            self.doubles += 1
            return
        if sentence is not None and sentence not in known.sentences:
            known = replace(known, sentences=(*known.sentences, sentence), languages=(*known.languages, language))
        self._files[path] = replace(known, label=known.label or label)

    def files(self) -> tuple[Captioned, ...]:
        """In the order in which they were first named."""
        return tuple(self._files.values())


def in_languages(file: Captioned, wanted: tuple[str, ...]) -> Captioned:
    """The file with the captions in `wanted` languages only; a caption of unknown language is kept."""
    if not wanted:
        return file
    kept = [
        (sentence, code)
        for sentence, code in zip(file.sentences, file.languages, strict=True)
        if code is None or code.split("-")[0] in wanted
    ]
    return replace(file, sentences=tuple(s for s, _ in kept), languages=tuple(code for _, code in kept))
