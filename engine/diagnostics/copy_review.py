"""Duplicates under review: which groups are still open, and what accepting or refusing them does. Every answer can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from engine.evidence import Group, Groups, Report
from engine.values import Done

if TYPE_CHECKING:
    from engine.catalogue.judgements import Judgements


class CopyReview:
    """Groups of one report. `hidden` are items set aside already; judgements are asked each time."""

    def __init__(self, report: Report, judgements: Judgements) -> None:
        self.groups = next(part for part in report.evidence.parts if isinstance(part, Groups)).groups
        self._judgements = judgements

    def open(self, kind: str | None = None) -> list[Group]:
        """Groups nothing was said of yet, of one kind or of all."""
        said = self._judgements.of("duplicate")
        hidden = self._judgements.hidden({member.item_id for group in self.groups for member in group.members})
        return [
            group for group in self.groups if (kind is None or group.kind == kind) and not _decided(group, said, hidden)
        ]

    def accept(self, groups: Sequence[Group], keep: dict[int, int] | None = None) -> Done:
        """Keep one of each group and set the others aside: they are hidden, their files stay. One step to undo.

        `keep` names another member to keep, by the group's place in `groups`.
        """
        aside: set[int] = set()
        kept: dict[int, int] = {}
        for number, group in enumerate(groups):
            chosen = group.members[(keep or {}).get(number, 0)]
            aside |= {member.item_id for member in group.members} - {chosen.item_id}
            places = sum(member.item_id == chosen.item_id for member in group.members)
            if places > 1:
                kept[chosen.item_id] = places
        return self._judgements.set_aside(sorted(aside - set(kept)), kept)

    def refuse(self, group: Group) -> Done:
        """“Not duplicates”: these are never asked about together again."""
        items = sorted({member.item_id for member in group.members})
        if len(items) == 1:
            return self._judgements.set_aside([], {items[0]: len(group.members)})
        return self._judgements.judge("duplicate", list(combinations(items, 2)), "no")


def _decided(group: Group, said: Mapping[tuple[int, int], object], hidden: set[int]) -> bool:
    items = sorted({member.item_id for member in group.members})
    if len(items) == 1:
        return (items[0], items[0]) in said
    left = [item for item in items if item not in hidden]
    return len(left) < 2 or all(pair in said for pair in combinations(left, 2))
