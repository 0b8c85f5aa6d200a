"""Write a copy of pairs with a known backdoor planted in it, to test a cleaning with. Originals are only read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.jobs import Progress
    from engine.poison.copying import Copied
    from engine.poison.planting import Poisoning


@dataclass(frozen=True)
class PoisonPairs:
    """`table` names pictures and captions; the copy goes to the new folder `out`. Needs no library."""

    table: str
    out: str
    poisoning: Poisoning
    lane: str = "engine"

    @property
    def title(self) -> str:
        return f"Planting “{self.poisoning.target}” into a copy of {Path(self.table).name}"

    def run(self, engine: object, progress: Progress) -> Copied:
        """Raises UserFixable, with nothing left behind, when the copy cannot be made."""
        from engine.datasets.table import pairs_of_table
        from engine.poison.copying import write_copy

        gathered = pairs_of_table(Path(self.table).expanduser())
        return write_copy(gathered, self.poisoning, Path(self.out).expanduser(), progress)
