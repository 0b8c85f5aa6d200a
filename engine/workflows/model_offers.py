"""What models could be downloaded, and what one would bring. Listing opens no connection; asking for an offer does, as a job."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs import Progress


@dataclass(frozen=True)
class ModelOffer:
    """A model that can be fetched, with the sentence to show before anything is."""

    name: str
    tag: str
    sentence: str


def models_to_fetch() -> tuple[tuple[str, str], ...]:
    """(architecture, weights) of every model that open_clip knows. Opens no connection; imports torch."""
    from engine.models import download

    return tuple((one.name, one.tag) for one in download.available())


@dataclass(frozen=True)
class AskForOffer:
    """Ask the hub for size and licence of one model. Only ever started by the user."""

    name: str
    tag: str
    lane: str = "download"

    @property
    def title(self) -> str:
        return f"Downloading the details of {self.name}, {self.tag}"

    def run(self, engine: Engine, progress: Progress) -> ModelOffer:
        """Returns the offer. Raises `UserFixable` when the hub cannot be reached or has no such model."""
        from engine.models import download

        progress.start(None, "steps")
        engine.settings.set("privacy.last_connection", time.time())
        offer = download.ask(download.choose(self.name, self.tag))
        return ModelOffer(self.name, self.tag, offer.sentence)
