"""Errors sorted by who must act: the user (`UserFixable`), nobody (`JobCancelled`), or us (every other exception)."""

from __future__ import annotations

import errno


class UserFixable(Exception):
    """Something the user can do something about.

    `what` happened, what it `means` for the user's data, and the `remedy`: each a plain sentence.
    """

    def __init__(self, what: str, means: str = "", remedy: str = "") -> None:
        self.what = what
        self.means = means
        self.remedy = remedy
        super().__init__(" ".join(part for part in (what, means, remedy) if part))


class JobCancelled(Exception):
    """Raised by `Progress` inside a job when its user wants to stop. Not a fault; opens no dialog."""


class LibraryLocked(UserFixable):
    """Another process holds the library; it can be opened read-only."""

    def __init__(self) -> None:
        super().__init__(
            "This library is open in another window.",
            "You can look at it here, but not change it.",
            "Close the other window, or open this one to look.",
        )


def disk_full(fault: BaseException | None) -> UserFixable | None:
    """The sentence for a fault that has a full disk behind it, however it was wrapped; None for any other."""
    while fault is not None:
        no_room = isinstance(fault, OSError) and fault.errno in (errno.ENOSPC, errno.EDQUOT)
        if no_room or "database or disk is full" in str(fault):
            return UserFixable(
                "The disk is full.",
                "What was finished is kept; nothing was lost.",
                "Free some space, then start again.",
            )
        fault = fault.__cause__ or fault.__context__
    return None
