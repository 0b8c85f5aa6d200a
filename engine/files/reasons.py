"""Why a file did not become an item: the sentences, word for word as the window shows them."""

from __future__ import annotations

CUT_SHORT = "Cut short: the end of the file is missing"
MISNAMED = "Not what its name says"
TOO_LARGE = "Too large to open safely"
NO_DECODER = "Needs a decoder that is not installed"
TOO_SLOW = "Took longer than 30 seconds"
NOT_ALLOWED = "Not allowed to read"
EMPTY = "Empty file"
UNKNOWN_ENCODING = "Unknown text encoding"
SILENT = "Silent or has no sound"
LOCKED = "Locked with a password"
DAMAGED = "Damaged: its contents cannot be read"
READER_STOPPED = "Made the reader stop"
NO_WORDS = "Has no words that can be read"

LEFT_ALONE = "Of another kind: left alone"
ON_JUNK_LIST = "On the list of files to skip"

REASONS = (
    CUT_SHORT,
    MISNAMED,
    TOO_LARGE,
    NO_DECODER,
    TOO_SLOW,
    NOT_ALLOWED,
    EMPTY,
    UNKNOWN_ENCODING,
    SILENT,
    LOCKED,
    DAMAGED,
    READER_STOPPED,
    NO_WORDS,
)
SKIPPED = (LEFT_ALONE, ON_JUNK_LIST)


class Unreadable(Exception):
    """A file that cannot become an item. `reason` is one of `REASONS`, `detail` what the decoder said."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(f"{reason} ({detail})" if detail else reason)
