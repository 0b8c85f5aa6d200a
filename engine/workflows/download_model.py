"""A job that downloads a pretrained open_clip model and installs it. Only ever started by the user, after seeing the offer."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs import Progress


@dataclass(frozen=True)
class DownloadModel:
    """Fetch architecture `name` with weights `tag`; a download that stopped continues. It is used once the user chooses it."""

    name: str
    tag: str
    lane: str = "download"

    @property
    def title(self) -> str:
        return f"Downloading {self.name}, {self.tag}"

    def run(self, engine: Engine, progress: Progress) -> str:
        from engine.models import download

        offer = download.ask(download.choose(self.name, self.tag))
        folder = engine.folder / "downloads" / offer.model.key.replace("/", "-")
        weights = download.fetch(offer, folder, progress)
        progress.start(None, "steps", "Checking the weights")
        card = engine.models.add(
            weights,
            offer.model.key,
            architecture=offer.model.name,
            preprocess=download.preprocessing(offer.model),
            licence=offer.licence,
        )
        shutil.rmtree(folder, ignore_errors=True)
        return f"“{card.name}” is installed. It is used once you choose it."
