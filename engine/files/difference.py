"""What became of a folder since it was last looked at, from sizes and times alone. Contents are compared only where these differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.files.reasons import ON_JUNK_LIST
from engine.files.scan import Found


@dataclass(frozen=True, slots=True)
class Known:
    """What the library remembers of a place. `status` is ok, failed, skipped or missing."""

    file_id: int
    path: str
    size: int
    mtime_ns: int
    content_hash: str | None
    status: str
    kind: str | None
    reason: str | None


@dataclass
class Difference:
    """Iterate to get (`Found`, its `Known` or None) of files to be read; the rest is counted while passing.

    `unchanged` fills with places whose size and time are the same; `gone()` is known once the iteration ended.
    """

    known: Mapping[str, Known]
    again: frozenset[str] = frozenset()  # paths to be read whatever their size and time say
    unchanged: list[Known] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def to_read(self, walk: Iterable[Found]) -> Iterator[tuple[Found, Known | None]]:
        """Files that are new or look different; junk is passed on only when it was not known as such."""
        for found in walk:
            self._seen.add(found.path)
            before = self.known.get(found.path)
            if (
                before is not None
                and found.path not in self.again
                and before.status != "missing"
                and before.size == found.size
                and before.mtime_ns == found.mtime_ns
                and found.junk == (before.reason == ON_JUNK_LIST)
            ):
                self.unchanged.append(before)
                continue
            yield found, before

    def gone(self, refused: Iterable[str] = (), below: tuple[str, ...] = ()) -> list[Known]:
        """Places that were there and are not now, leaving out what lies below folders that could not be listed.

        `below`: only the parts of the root that were walked.
        """
        if "" in refused:
            return []
        closed = tuple(folder + "/" for folder in refused)
        inside = tuple(start + "/" for start in below)
        return [
            place
            for path, place in self.known.items()
            if path not in self._seen
            and place.status != "missing"
            and (not inside or path in below or path.startswith(inside))
            and not (closed and path.startswith(closed))
        ]
