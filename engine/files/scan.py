"""Walk a folder: every file with its size and time, without opening one.

Symlinked folders are followed once each (by device and inode), so loops end. Folders that may not be read are named, and what was
known below them is not taken for gone.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.files.junk import JunkList
from engine.files.kinds import kind_by_name
from engine.files.names import text_of


@dataclass(frozen=True, slots=True)
class Found:
    """A file below the root. `path` has "/" between parts; `raw_path` is set where the name is not valid UTF-8."""

    path: str
    raw_path: bytes | None
    size: int
    mtime_ns: int
    junk: bool = False


@dataclass
class Walk:
    """One pass over a root. `refused` fills with folders (text paths, "" for the root) that could not be listed."""

    root: str
    junk: JunkList = field(default_factory=JunkList)
    below: tuple[bytes, ...] = ()  # only these folders and files, relative to the root; none: everything
    refused: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Found]:
        """Files in the order of their folders, names sorted, each once."""
        seen: set[tuple[int, int]] = set()
        for start in self.below or (b"",):
            top = os.path.join(os.fsencode(self.root), start)
            if start and not os.path.isdir(top):
                yield from self._one(top, start)
            else:
                yield from self._inside(start, seen)

    def _inside(self, start: bytes, seen: set[tuple[int, int]]) -> Iterator[Found]:
        waiting = [start]
        while waiting:
            folder = waiting.pop()
            place = os.path.join(os.fsencode(self.root), folder) if folder else os.fsencode(self.root)
            inside: list[bytes] = []
            try:
                identity = os.stat(place)
                if (identity.st_dev, identity.st_ino) in seen and identity.st_ino:
                    continue
                seen.add((identity.st_dev, identity.st_ino))
                with os.scandir(place) as entries:
                    listed = sorted(entries, key=lambda entry: entry.name)
            except OSError:
                self.refused.append(text_of(folder)[0])
                continue
            for entry in listed:
                relative = folder + b"/" + entry.name if folder else entry.name
                try:
                    if entry.is_dir():
                        if os.fsdecode(entry.name) not in self.junk:
                            inside.append(relative)
                        continue
                    found = self._found(relative, entry.name, entry.stat())
                except OSError:  # it vanished meanwhile, or is a link to nowhere
                    continue
                if found is not None:
                    yield found
            waiting += reversed(inside)

    def _one(self, place: bytes, relative: bytes) -> Iterator[Found]:
        try:
            found = self._found(relative, os.path.basename(relative), os.stat(place))
        except OSError:
            return
        if found is not None:
            yield found

    def _found(self, relative: bytes, name: bytes, status: os.stat_result) -> Found | None:
        if not stat.S_ISREG(status.st_mode):  # pipes and devices would be waited for
            return None
        junk = os.fsdecode(name) in self.junk
        if junk and kind_by_name(name) is None:
            return None
        path, raw = text_of(relative)
        return Found(path, raw, status.st_size, status.st_mtime_ns, junk)
