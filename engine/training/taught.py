"""What a larger model says of the pairs, made once before a training, because that model is too slow to ask at every step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.datasets.prepare import prepare_pictures
from engine.errors import UserFixable

if TYPE_CHECKING:
    from engine.datasets.captioned import Captioned
    from engine.jobs.progress import Progress
    from engine.models.encoder import Encoder

AT_ONCE = 256


@dataclass(frozen=True, eq=False)
class Taught:
    """Unit vectors of the teacher: `pictures` (n, d), and `sentences` (m, d), those of picture i from `first[i]` on."""

    pictures: np.ndarray
    sentences: np.ndarray
    first: np.ndarray
    name: str

    def of(self, rows: np.ndarray, said: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Vectors of some pictures, and of the sentence number `said` of each."""
        return self.pictures[rows], self.sentences[self.first[rows] + said]


def ask_teacher(encoder: Encoder, name: str, files: Sequence[Captioned], prepared: Path, progress: Progress) -> Taught:
    """Encode every picture, decoded as the teacher wants it, and every sentence. Raises UserFixable when a picture is gone."""
    made = prepare_pictures(files, encoder.image, prepared, progress)
    if len(made.files) != len(files):
        raise UserFixable(
            f"{len(files) - len(made.files):,} pictures cannot be read any more.",
            "Nothing was trained or changed.",
            "Start again; they are left out then.",
        )
    progress.start(len(files), "pictures", f"“{name}” looks at the pairs")
    pictures = []
    for start in range(0, len(files), AT_ONCE):
        pictures.append(encoder.encode_images(np.array(made.pictures[start : start + AT_ONCE])))
        progress.step(len(pictures[-1]))
    counts = [len(one.sentences) for one in files]
    sentences = encoder.encode_texts([sentence for one in files for sentence in one.sentences])
    return Taught(np.concatenate(pictures), sentences, np.concatenate([[0], np.cumsum(counts)[:-1]]), name)
