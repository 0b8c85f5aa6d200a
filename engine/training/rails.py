"""The guard rails of a run: what it forgets, whether the space falls together, and which of its steps was the best.

A rail that is crossed at two looks in a row stops the run with a sentence (a warm-up may sway for a moment); nothing it made
replaces anything. The best healthy step is kept aside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from torch import nn

from engine.models.specs import ImageSpec
from engine.training import probe
from engine.training.limits import Limits
from engine.training.probe import Answers, Questions

LEAST_COSINE_LIMIT = (
    0.60  # pairs of different things that look more alike than this are an alarm, unless they did before
)
RANK_LEFT = 0.25  # of the effective rank before
LIKELY = 2.0  # standard errors: a drop that chance explains is no alarm
KNOWN_AT_LEAST = 3.0  # times chance: what a model never knew it cannot forget
KEPT_WITHIN = 5  # a sample picture counts as known when its sentence finds it among the first five


class Alarm(Exception):
    """A rail was crossed at `step`. `sentence` says what, `remedy` what to try; both for people."""

    def __init__(self, kind: str, step: int, sentence: str, remedy: str) -> None:
        self.kind, self.step, self.sentence, self.remedy = kind, step, sentence, remedy
        super().__init__(sentence)


@dataclass(eq=False)
class Rails:
    """Looks at a network with fixed questions. `own` are held-out pairs of the user, `sample` the sample archive.

    Vectors may be alike for the first `patience` steps, as they are where an encoder starts from random weights.
    `keep_best(network, step)` is called whenever a look finds the lowest held-out loss so far, below the one before training.
    """

    own: Questions | None
    sample: Questions | None
    spec: ImageSpec
    limits: Limits = field(default_factory=Limits)
    keep_best: Callable[[nn.Module, int], None] = lambda network, step: None
    temperature: float = 0.07
    patience: int = 0
    best: float = float("inf")
    _own_before: Answers | None = field(default=None, init=False)
    _known: np.ndarray | None = field(default=None, init=False)
    _spread: dict[str, float] = field(default_factory=dict, init=False)
    _warned: bool = field(default=False, init=False)

    def begin(self, network: Any) -> dict[str, float]:
        """Look at the model before the first step; everything later is compared with this."""
        if (scale := getattr(network, "logit_scale", None)) is not None:
            self.temperature = float(np.clip(1 / scale.detach().exp().max().item(), 0.01, 0.2))
        own, sample = self._answers(network)
        self._own_before = own
        if sample is not None and self.sample is not None:
            self._known = probe.found(sample, self.sample, KEPT_WITHIN)
        self._spread = self._spread_of(own or sample)
        seen = self._seen(own, sample)
        self.best = min(self.best, seen.get("held_out_loss", float("inf")))
        return seen

    def look(self, step: int, network: nn.Module) -> dict[str, float]:
        """Figures of the network after `step`. Raises Alarm when a rail is crossed for the second time in a row."""
        own, sample = self._answers(network)
        seen = self._seen(own, sample)
        alarm = self._collapsed(step, self._spread_of(own or sample)) or self._forgot(step, sample)
        if alarm is not None and self._warned:
            raise alarm
        self._warned = alarm is not None
        if seen.get("held_out_loss", float("inf")) < self.best:
            self.best = seen["held_out_loss"]
            self.keep_best(network, step)
        return seen

    def seen(self, network: nn.Module) -> dict[str, float]:
        """Figures of a network, without any alarm."""
        return self._seen(*self._answers(network))

    def _answers(self, network: nn.Module) -> tuple[Answers | None, Answers | None]:
        own, sample = (
            probe.answer(network, one, self.spec) if one is not None else None for one in (self.own, self.sample)
        )
        return own, sample

    def _seen(self, own: Answers | None, sample: Answers | None) -> dict[str, float]:
        seen: dict[str, float] = {}
        if own is not None and self.own is not None:
            if self.own.asks:
                seen["held_out_loss"] = probe.loss(own, self.own, self.temperature)
            seen |= probe.shares(own, self.own)
            if self._own_before is not None:
                seen["neighbours_kept"] = probe.neighbour_overlap(self._own_before.pictures, own.pictures)
        if sample is not None and self.sample is not None and self._known is not None and self._known.any():
            seen["retention"] = float(probe.found(sample, self.sample, KEPT_WITHIN).mean() / self._known.mean())
        return seen | self._spread_of(own or sample)

    def _spread_of(self, answers: Answers | None) -> dict[str, float]:
        if answers is None:
            return {}
        spread = {
            "picture_cosine": probe.mean_cosine(answers.pictures),
            "picture_rank": probe.effective_rank(answers.pictures),
        }
        if len(answers.sentences):
            spread["sentence_cosine"] = probe.mean_cosine(answers.sentences)
            spread["sentence_rank"] = probe.effective_rank(answers.sentences)
        return spread

    def _collapsed(self, step: int, now: dict[str, float]) -> Alarm | None:
        if not self.limits.collapse or step < self.patience:
            return None
        for what, plural in (("picture", "pictures"), ("sentence", "sentences")):
            if f"{what}_cosine" not in now:
                continue
            before, cosine = self._spread[f"{what}_cosine"], now[f"{what}_cosine"]
            limit = max(LEAST_COSINE_LIMIT, (1 + before) / 2)
            few = now[f"{what}_rank"] < RANK_LEFT * self._spread[f"{what}_rank"]
            if what == "picture" and self.own is not None and self.own.frozen is not None:
                plural = "sounds"
            if cosine > limit or few or not np.isfinite(cosine):
                return Alarm(
                    "collapse",
                    step,
                    f"Stopped at step {step}: the vectors of {plural} were becoming the same "
                    f"(mean cosine {cosine:.2f}, {before:.2f} before).",
                    "Try a learning rate ten times smaller.",
                )
        return None

    def _forgot(self, step: int, sample: Answers | None) -> Alarm | None:
        if self.limits.retention <= 0 or sample is None or self.sample is None or self._known is None:
            return None
        before = self._known.astype(float)
        chance = KEPT_WITHIN / max(1, len(self.sample))
        if before.mean() < KNOWN_AT_LEAST * chance:
            return None
        now = probe.found(sample, self.sample, KEPT_WITHIN).astype(float)
        lacking = now - self.limits.retention * before
        if lacking.mean() + LIKELY * lacking.std() / np.sqrt(len(lacking)) >= 0:
            return None
        return Alarm(
            "retention",
            step,
            f"Stopped at step {step}: of what the model knew before, {now.mean() / before.mean():.1%} is left; "
            f"the run stops below {self.limits.retention:.0%}.",
            "Try a smaller learning rate, fewer passes, or change only the head.",
        )
