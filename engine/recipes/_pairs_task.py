"""What recipes over pictures and words share: encode both (and their copies) in one pass each, compare by a mixture of objectives.

Not a recipe: the registry passes over files that begin with an underscore.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from engine.errors import UserFixable

if TYPE_CHECKING:
    from torch import Tensor, nn

    from engine.datasets.views import PairViews
    from engine.objectives.weighting import Mixture
    from engine.training.comparing import Comparing, Rows

FROM_ROWS = {
    "anchors": "pictures",
    "partners": "words",
    "anchor_views": "picture_copies",
    "partner_views": "word_copies",
    "teacher_anchors": "teacher_pictures",
    "teacher_partners": "teacher_words",
}
TEACHERS = {"teacher_anchors", "teacher_partners"}


class Teacher:
    """A frozen copy of a network that looks at the same pictures and words; nothing of it is trained or saved."""

    def __init__(self, network: nn.Module, device: str) -> None:
        import copy

        self._network: Any = copy.deepcopy(network).to(device).eval().requires_grad_(False)

    def vectors(self, rows: Rows) -> Rows:
        """Its vectors of the plain pictures and words, as `teacher_pictures` and `teacher_words`."""
        import torch

        with torch.no_grad():
            return {
                "teacher_pictures": self._network.encode_image(rows["pictures"]),
                "teacher_words": self._network.encode_text(rows["tokens"]),
            }

    def right_on(self, views: PairViews, batches: int) -> float:
        """The share of rows, both ways, whose own words are nearest for it, over the first batches of a run."""
        import torch

        from engine.objectives.off_diagonal_distillation import known_share

        device = next(self._network.parameters()).device
        found = []
        for step in range(batches):
            rows = views.draw(step, torch.Generator().manual_seed(step))
            seen = self.vectors({name: value.to(device) for name, value in rows.items()})
            found.append(known_share(seen["teacher_pictures"], seen["teacher_words"]))
        return sum(found) / len(found)


def mixture_of(words: str) -> Mixture:
    """“info_nce 1, uniformity 0.1” as a mixture; a name without a number has weight 1. Raises UserFixable for anything else."""
    from engine.objectives.weighting import Mixture

    weights: dict[str, float] = {}
    for part in filter(None, re.split(r"[,;+]", words)):
        found = re.fullmatch(r"\s*([a-z_0-9]+)\s*[:= ]?\s*([0-9.eE+-]+)?\s*", part)
        if not found:
            raise UserFixable(
                f"“{part.strip()}” is not an objective and its weight.",
                "Nothing was trained or changed.",
                "Write them like this: info_nce 1, uniformity 0.1",
            )
        weights[found[1]] = float(found[2] or 1)
    return Mixture(weights)


def learned_temperatures(mixture: Mixture, temperature: Tensor) -> Mapping[str, Mapping[str, Tensor]]:
    """The model's own temperature for every term that has one."""
    from engine.objectives import objectives

    having = [name for name in mixture.used if any(p.name == "temperature" for p in objectives[name].parameters)]
    return {name: {"temperature": temperature} for name in having}


def pairs_task(
    network: nn.Module,
    views: PairViews,
    mixture: Mixture,
    steps: int,
    *,
    released: Callable[[], nn.Module] | None = None,
    teacher: Teacher | None = None,
    taught: bool = False,
) -> Comparing:
    """Train `network` so that `mixture` becomes small on `views`. Raises UserFixable when a term asks for what pairs do not have.

    `teacher` looks at the same rows; its vectors come beside the network's. `taught`: the caller brings a teacher's vectors.
    """
    from engine.training.comparing import Comparing
    from engine.training.temperature import bound_temperature, temperature_of

    lacking = mixture.needed - FROM_ROWS.keys() - {"labels"} | (
        mixture.needed & TEACHERS if teacher is None and not taught else set()
    )
    if lacking:
        raise UserFixable(
            f"{', '.join(mixture.used)} cannot be learnt from pairs alone: {', '.join(sorted(lacking))} would be needed.",
            "Nothing was trained or changed.",
            "Use objectives that compare pictures with words, such as info_nce or siglip.",
        )

    def compare(network: Any, vectors: Rows, rows: Rows) -> dict[str, Tensor]:
        given: dict[str, Any] = {name: vectors[row] for name, row in FROM_ROWS.items() if row in vectors}
        if "labels" in mixture.needed:
            given["labels"] = rows["labels"]
        return mixture.terms(given, learned_temperatures(mixture, temperature_of(network)))

    def encode(network: Any, rows: Rows) -> Rows:
        return encode_pairs(network, rows) | (teacher.vectors(rows) if teacher is not None else {})

    return Comparing(
        network,
        mixture.used,
        steps,
        views.draw,
        encode,
        compare,
        released or (lambda: network),
        after=lambda step: bound_temperature(network),
    )


def encode_pairs(network: Any, rows: Rows) -> Rows:
    """Vectors of pictures and words, and of their copies where there are any; each tower runs once."""
    import torch

    made: Rows = {}
    for encode, plain, copies, name, copy_name in (
        (network.encode_image, "pictures", "picture_copies", "pictures", "picture_copies"),
        (network.encode_text, "tokens", "token_copies", "words", "word_copies"),
    ):
        if plain not in rows:
            continue
        both = torch.cat([rows[plain], rows[copies]]) if copies in rows else rows[plain]
        vectors = encode(both)
        made[name] = vectors[: len(rows[plain])]
        if copies in rows:
            made[copy_name] = vectors[len(rows[plain]) :]
    return made


def steps_for(passes: float, count: int, batch: int) -> int:
    """Steps in which `count` pairs are seen `passes` times in whole batches; at least one."""
    return max(1, round(passes * max(1, count // min(batch, max(1, count)))))


def looks_and_saves(steps: int) -> dict[str, Any]:
    """How often a run reports, looks and saves: about 100 reports, 20 looks and 20 checkpoints, none too close."""
    log_every = max(1, steps // 100)
    every = max(20, -(-steps // 20))
    save_every = -(-every // log_every) * log_every
    return {"log_every": log_every, "look_every": every, "save_every": save_every}
