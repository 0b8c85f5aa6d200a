"""What a scan came to, in numbers and in a sentence."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass
class ScanSummary:
    """Counts of files by what became of them, and of items. `notes` are sentences the user should read."""

    added: int = 0
    unchanged: int = 0
    moved: int = 0
    removed: int = 0
    failed: int = 0
    left_alone: int = 0
    items: int = 0
    encoded: int = 0
    began: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)
    where: str = ""  # names of what was looked through, for people

    def end(self) -> ScanSummary:
        """Stop the clock."""
        self.seconds = time.monotonic() - self.began
        return self

    @property
    def files(self) -> int:
        return self.added + self.unchanged + self.moved + self.failed + self.left_alone

    @property
    def items_per_s(self) -> float:
        """Items that came in or got vectors, per second."""
        return max(self.items, self.encoded) / self.seconds if self.seconds > 0 else 0.0

    def as_figures(self) -> dict[str, float | int | list[str]]:
        """For programs."""
        return {
            "files": self.files,
            "added": self.added,
            "unchanged": self.unchanged,
            "moved": self.moved,
            "removed": self.removed,
            "failed": self.failed,
            "left_alone": self.left_alone,
            "items": self.items,
            "encoded": self.encoded,
            "seconds": round(self.seconds, 3),
            "items_per_s": round(self.items_per_s, 2),
            "notes": self.notes,
        }

    @property
    def _none_found(self) -> str:
        return "No photos, sounds or texts were found" + (f" in {self.where}" if self.where else "")

    @property
    def sentence(self) -> str:
        """For the job strip: what came in, and what needs a look."""
        parts = [
            _counted(self.added, "file added", "files added"),
            _counted(self.moved, "moved", "moved"),
            _counted(self.removed, "removed", "removed"),
            _counted(self.failed, "could not be read", "could not be read"),
        ]
        told = ", ".join(part for part in parts if part)
        if not told and self.notes and not self.files:
            return " ".join(self.notes)
        if not told:
            told = "Nothing has changed" if self.unchanged else self._none_found
            if self.left_alone:
                told += f". {_counted(self.left_alone, 'file', 'files')} of other kinds {'was' if self.left_alone == 1 else 'were'} left alone"
        return " ".join([told + ".", *self.notes])


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}" if count else ""
