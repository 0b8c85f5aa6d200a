"""Measures a model on a table of pictures: naming them without training (zero-shot), or finding them by their captions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from engine.errors import UserFixable
from engine.values import LearnFrom

if TYPE_CHECKING:
    from engine.datasets.prepare import Prepared
    from engine.engine import Engine
    from engine.jobs.progress import Progress
    from engine.models.encoder import Encoder
    from engine.training.evaluation import Figure

TEMPLATES = ("a photo of a {}.", "a picture of a {}.", "{}")
WITHIN = (1, 5, 10)
AT_ONCE = 256


@dataclass(frozen=True)
class Measured:
    """`figures` by name, each {"value", "low", "high", "n"} or a group of such; `facts` say on what."""

    what: str
    model: str
    figures: dict[str, Any]
    facts: dict[str, Any]


@dataclass(frozen=True)
class EvaluateModel:
    """`what` is "zero-shot" (a table with labels) or "retrieval" (a table with captions, several a picture are welcome)."""

    what: Literal["zero-shot", "retrieval"]
    model: str
    table: str
    templates: tuple[str, ...] = TEMPLATES
    lane: str = "engine"

    @property
    def title(self) -> str:
        return f"Measuring “{self.model}”"

    def run(self, engine: Engine, progress: Progress) -> Measured:
        """Raises UserFixable when the table has no labels or captions, or none of its pictures can be read."""
        from engine.datasets.enough import usable
        from engine.datasets.gather import gather
        from engine.datasets.prepare import forget_prepared, prepare_pictures

        if bad := [one for one in self.templates if one.count("{}") != 1]:
            raise UserFixable(f"“{bad[0]}” is not a template.", "Nothing was measured.", "Put {} where the name goes.")
        gathered = usable(
            gather(engine.library, LearnFrom(table=self.table)), "labels" if self.what == "zero-shot" else "captions"
        )
        encoder = engine.models.encoder(self.model)
        if missing := {"image", "text"} - encoder.kinds:
            raise UserFixable(
                f"“{self.model}” has no encoder for {'words' if 'text' in missing else 'pictures'}.",
                "Nothing was measured.",
                "Choose a model that reads pictures and words.",
            )
        folder = engine.training.prepared_folder
        prepared = prepare_pictures(gathered.files, encoder.image, folder, progress)
        forget_prepared(folder)
        progress.start(len(prepared.files), "pictures", "Encoding")
        pictures = _encoded(encoder, prepared, progress)
        facts: dict[str, Any] = {
            "pictures": len(prepared.files),
            "left_out": len(gathered.missing) + len(prepared.failed),
        }
        if self.what == "zero-shot":
            figures, told = _zero_shot(encoder, prepared, pictures, self.templates)
        else:
            figures, told = _retrieval(encoder, prepared, pictures)
        return Measured(self.what, self.model, figures, facts | told)


def _encoded(encoder: Encoder, prepared: Prepared, progress: Progress) -> np.ndarray:
    parts = []
    for start in range(0, len(prepared.files), AT_ONCE):
        parts.append(encoder.encode_images(np.array(prepared.pictures[start : start + AT_ONCE])))
        progress.step(len(parts[-1]))
    return np.concatenate(parts)


def _zero_shot(
    encoder: Encoder, prepared: Prepared, pictures: np.ndarray, templates: tuple[str, ...]
) -> tuple[dict[str, Any], dict[str, Any]]:
    from engine.training.evaluation import zero_shot

    names = sorted({one.label or "" for one in prepared.files})
    labels = np.array([names.index(one.label or "") for one in prepared.files])
    said = np.stack([encoder.encode_texts([template.format(name) for name in names]) for template in templates])
    vectors = said.mean(0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    tops = [top for top in (1, 5) if top < len(names)]
    figures = {f"top_{top}": as_json(zero_shot(pictures, vectors, labels, top=top)) for top in tops}
    return figures, {"classes": len(names), "templates": list(templates), "chance": round(1 / len(names), 5)}


def _retrieval(encoder: Encoder, prepared: Prepared, pictures: np.ndarray) -> tuple[dict[str, Any], dict[str, Any]]:
    from engine.training.evaluation import grouped_bootstrap, ranks_of_owners

    place: dict[str, int] = {}
    owned = [
        (row, place.setdefault(sentence, len(place)))
        for row, one in enumerate(prepared.files)
        for sentence in one.sentences
    ]
    sentences = encoder.encode_texts(list(place))
    owners = np.array(owned)
    found = ranks_of_owners(sentences, pictures, owners[:, ::-1])
    first_owner = np.zeros(len(place), np.int64)
    first_owner[owners[::-1, 1]] = owners[::-1, 0]
    named = ranks_of_owners(pictures, sentences, owners)
    everything = np.arange(len(pictures))
    figures = {
        "text_to_image": {f"recall_at_{k}": as_json(grouped_bootstrap(found < k, first_owner)) for k in WITHIN},
        "image_to_text": {f"recall_at_{k}": as_json(grouped_bootstrap(named < k, everything)) for k in WITHIN},
    }
    return figures, {"captions": len(place)}


def as_json(figure: Figure) -> dict[str, float]:
    """A figure with its interval as plain numbers."""
    return {
        "value": round(figure.value, 5),
        "low": round(figure.low, 5),
        "high": round(figure.high, 5),
        "n": figure.examples,
    }
