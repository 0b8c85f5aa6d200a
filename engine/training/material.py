"""From a choice of pairs to arrays: what a run learns from, what it is checked with, and the sample archive that it must not forget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.datasets.captioned import Captioned, Gathered
from engine.datasets.pairs import Pairs, pairs_of
from engine.datasets.prepare import forget_prepared, prepare_pictures
from engine.datasets.sounds import LONGEST, SoundPairs, prepare_sounds
from engine.datasets.split import split
from engine.datasets.table import pairs_of_table
from engine.errors import UserFixable
from engine.models.folder import ModelFolder
from engine.models.specs import AudioSpec, ImageSpec
from engine.training.probe import Questions, encode_tokens
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

    pairs: Pairs | SoundPairs
    files: tuple[Captioned, ...]
    held_out: tuple[Captioned, ...]
    failed: tuple[tuple[str, str], ...]
    hidden: int = 0


def decode(
    gathered: Gathered,
    model: ModelFolder,
    learns: Learns,
    folder: Path,
    progress: Progress,
    library: Library | None,
    share: float,
) -> Material:
    """Decode the files, leave out what is hidden in the library, and hold some out."""
    files, pairs, failed = _prepared(gathered.files, model, learns, folder, progress)
    hidden = _hidden(library, files)
    shown = [row for row, one in enumerate(files) if one.content_hash not in hidden]
    learnt, held = split([files[row] for row in shown], share)
    kept = {id(one) for one in learnt}
    rows = [row for row in shown if id(files[row]) in kept]
    forget_prepared(folder, keep=6)
    return Material(pairs.only(rows), tuple(learnt), tuple(held), failed, len(files) - len(shown))


def decode_again(
    learnt: list[Captioned], held: list[Captioned], model: ModelFolder, learns: Learns, folder: Path, progress: Progress
) -> Material:
    """The same material from a run's snapshot. Raises UserFixable when files changed since, because the run would not be the same."""
    files, pairs, _ = _prepared(learnt, model, learns, folder, progress)
    known = {one.content_hash for one in files}
    gone = [one for one in learnt if one.content_hash not in known]
    if gone:
        raise UserFixable(
            f"{len(gone):,} of the run's {len(learnt):,} files changed or are gone, such as “{gone[0].path.name}”.",
            "The run and its checkpoints are as they were.",
            "Bring them back, keep the best step so far, or start a new run.",
        )
    return Material(pairs, tuple(learnt), tuple(held), ())


def _prepared(
    files: Sequence[Captioned], model: ModelFolder, learns: Learns, folder: Path, progress: Progress
) -> tuple[tuple[Captioned, ...], Pairs | SoundPairs, tuple[tuple[str, str], ...]]:
    """(files that can be read, what is in them, the others with reasons)."""
    if learns == "sounds":
        heard = prepare_sounds(files, audio_spec(model), folder, progress)
        return heard.files, heard.pairs, heard.failed
    seen = prepare_pictures(files, training_spec(model.image), folder, progress)
    return seen.files, pairs_of(seen.files, seen.pictures), seen.failed


def bytes_per_file(model: ModelFolder, learns: Learns) -> int:
    """Room that a decoded file takes on the disk, at most."""
    if learns == "sounds":
        return round(LONGEST * audio_spec(model).sample_rate * 2)
    return training_spec(model.image).size ** 2 * 3


def audio_spec(model: ModelFolder) -> AudioSpec:
    """How sounds are decoded for a model; as our own encoder wants them where it cannot hear yet."""
    return model.audio or AudioSpec()


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
    if learns == "sounds":
        return _sound_questions(told[:MOST_LOOKED_AT], towers, folder, progress)
    prepared = prepare_pictures(told[:MOST_LOOKED_AT], towers.folder.image, folder, progress)
    pictures = np.asarray(prepared.pictures)
    if learns == "pictures":
        return Questions(pictures)
    if learns == "labels":
        labels = np.array([names.index(one.label or "") for one in prepared.files])
        return Questions.of_classes(pictures, labels, names, towers.tokenize, NAMING)
    return Questions.of_captions(pictures, [one.sentences for one in prepared.files], towers.tokenize)


def _sound_questions(files: list[Captioned], towers: Towers, folder: Path, progress: Progress) -> Questions:
    heard = prepare_sounds(files, audio_spec(towers.folder), folder, progress)
    length = audio_spec(towers.folder).samples
    asked = Questions.of_captions(
        heard.pairs.segments(range(len(heard.files)), length), heard.pairs.sentences, towers.tokenize
    )
    assert asked.tokens is not None
    towers.network.eval()
    return replace(asked, tokens=None, frozen=encode_tokens(towers.network, asked.tokens))


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
