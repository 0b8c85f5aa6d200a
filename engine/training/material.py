"""From a choice of pairs to arrays: what a run learns from, what it is checked with, and the sample archive that it must not forget."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.datasets.captioned import Captioned, Gathered
from engine.datasets.pairs import Pairs, pairs_of
from engine.datasets.prepare import forget_prepared, prepare_pictures
from engine.datasets.split import split
from engine.datasets.table import pairs_of_table
from engine.errors import UserFixable
from engine.models.specs import ImageSpec
from engine.training.probe import Questions
from engine.training.recipe import Learns

if TYPE_CHECKING:
    from engine.catalogue.library import Library
    from engine.jobs.progress import Progress
    from engine.models.loader import Towers

SAMPLE = Path(__file__).resolve().parents[2] / "resources" / "sample" / "archive" / "captions.csv"
MOST_SAMPLES = 160
MOST_LOOKED_AT = 192
LARGER = 1.17  # decoded a little larger than the model looks, so that crops have room
NAMING = "a photo of a {}"


@dataclass(frozen=True, eq=False)
class Material:
    """`pairs` to learn from, their `files`, the `held_out` ones, `failed` files with reasons."""

    pairs: Pairs
    files: tuple[Captioned, ...]
    held_out: tuple[Captioned, ...]
    failed: tuple[tuple[str, str], ...]
    hidden: int = 0


def decode(
    gathered: Gathered, image: ImageSpec, folder: Path, progress: Progress, library: Library | None, share: float
) -> Material:
    """Decode the files, leave out what is hidden in the library, and hold some out."""
    prepared = prepare_pictures(gathered.files, training_spec(image), folder, progress)
    hidden = _hidden(library, prepared.files)
    shown = [row for row, one in enumerate(prepared.files) if one.content_hash not in hidden]
    learnt, held = split([prepared.files[row] for row in shown], share)
    kept = {id(one) for one in learnt}
    rows = [row for row in shown if id(prepared.files[row]) in kept]
    pairs = pairs_of(prepared.files, prepared.pictures).only(rows)
    forget_prepared(folder, keep=6)
    return Material(pairs, tuple(learnt), tuple(held), prepared.failed, len(prepared.files) - len(shown))


def decode_again(
    learnt: list[Captioned], held: list[Captioned], image: ImageSpec, folder: Path, progress: Progress
) -> Material:
    """The same material from a run's snapshot. Raises UserFixable when files changed since, because the run would not be the same."""
    prepared = prepare_pictures(learnt, training_spec(image), folder, progress)
    known = {one.content_hash for one in prepared.files}
    gone = [one for one in learnt if one.content_hash not in known]
    if gone:
        raise UserFixable(
            f"{len(gone):,} of the run's {len(learnt):,} pictures changed or are gone, such as “{gone[0].path.name}”.",
            "The run and its checkpoints are as they were.",
            "Bring them back, keep the best step so far, or start a new run.",
        )
    return Material(pairs_of(prepared.files, prepared.pictures), tuple(learnt), tuple(held), ())


def training_spec(image: ImageSpec) -> ImageSpec:
    """How pictures are decoded for training: the same square, a little larger."""
    return ImageSpec(round(image.size * LARGER), image.mean, image.std, image.interpolation, image.mode, image.fill)


def held_out_questions(
    files: tuple[Captioned, ...],
    learns: Learns,
    names: tuple[str, ...],
    towers: Towers,
    folder: Path,
    progress: Progress,
) -> Questions | None:
    """Questions about held-out files, decoded exactly as indexing does. None when there are too few, or nothing is said of them."""
    told = [
        one for one in files if learns == "pictures" or (one.label in names if learns == "labels" else one.sentences)
    ]
    if len(told) < 2:
        return None
    prepared = prepare_pictures(told[:MOST_LOOKED_AT], towers.folder.image, folder, progress)
    pictures = np.asarray(prepared.pictures)
    if learns == "pictures":
        return Questions(pictures)
    if learns == "labels":
        labels = np.array([names.index(one.label or "") for one in prepared.files])
        return Questions.of_classes(pictures, labels, names, towers.tokenize, NAMING)
    return Questions.of_captions(pictures, [one.sentences for one in prepared.files], towers.tokenize)


def sample_questions(towers: Towers, folder: Path, progress: Progress) -> Questions | None:
    """The sample archive's pictures and their English sentences: what a model knew before, whatever the user's pairs are."""
    if not SAMPLE.is_file():
        return None
    files = [
        Captioned(one.path, one.sentences[:1], one.languages[:1])
        for one in pairs_of_table(SAMPLE, ("en",)).files
        if one.sentences and one.path.suffix == ".webp"
    ]
    every = max(1, len(files) // MOST_SAMPLES)
    prepared = prepare_pictures(files[::every], towers.folder.image, folder, progress)
    return Questions.of_captions(
        np.asarray(prepared.pictures), [one.sentences for one in prepared.files], towers.tokenize
    )


def _hidden(library: Library | None, files: tuple[Captioned, ...]) -> set[str]:
    from engine.catalogue.queries.captioned import hidden_among

    if library is None:
        return set()
    with library.read() as session:
        return hidden_among(session, {one.content_hash for one in files if one.content_hash})
