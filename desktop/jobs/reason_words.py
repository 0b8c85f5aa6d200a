"""What each reason means and what to do about it, in a sentence, beside the reason's own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class ReasonWords:
    """`brief` stands under the reason in the list, `advice` beside the one file. `level` chooses the icon."""

    brief: str
    advice: str
    level: Literal["warn", "error"] = "warn"


WORDS: dict[str, ReasonWords] = {
    "Cut short: the end of the file is missing": ReasonWords(
        "The rest of the file is shown where it can be read.",
        "The copy was probably interrupted. Copy it again from the card or a backup, then try again.",
    ),
    "Not what its name says": ReasonWords(
        "The content is of another kind than the end of the name.",
        "Give it the right ending, or fetch it again: web pages are often saved under a picture's name.",
    ),
    "Too large to open safely": ReasonWords(
        "Over the limit that is set in Settings.",
        "Raise the limit in Settings, under Files and formats, if you trust the file; then try again.",
        "error",
    ),
    "Needs a decoder that is not installed": ReasonWords(
        "This format needs a part that is not there.", "Install the missing part, then try these again."
    ),
    "Took longer than 30 seconds": ReasonWords(
        "The reader was stopped; nothing else was affected.",
        "Allow more time in Settings, under Files and formats, then try again.",
        "error",
    ),
    "Not allowed to read": ReasonWords(
        "The system refused access to this file.", "Give yourself the right to read it, then try again.", "error"
    ),
    "Empty file": ReasonWords("It holds no bytes at all.", "Fetch it again from where it came from."),
    "Unknown text encoding": ReasonWords(
        "Its letters could not be told apart.", "Save it as UTF-8 in a text editor, then try again."
    ),
    "Silent or has no sound": ReasonWords("Nothing can be heard in it.", "Nothing needs to be done."),
    "Locked with a password": ReasonWords(
        "It opens only with its password.", "Save a copy without a password if you want to find it here."
    ),
    "Damaged: its contents cannot be read": ReasonWords(
        "The bytes do not follow the format.", "Fetch it again from a backup, then try again.", "error"
    ),
    "Made the reader stop": ReasonWords(
        "It was set aside and the work went on.", "Nothing else was affected. Try again after an update.", "error"
    ),
    "Has no words that can be read": ReasonWords(
        "There is no text in it, perhaps only pictures of text.", "Nothing needs to be done."
    ),
}
_OTHER = ReasonWords("The detail of each file says more.", "Try again; if it stays, open the file in its own program.")


def words_for(reason: str) -> ReasonWords:
    """Words for a reason; a general sentence for one that has none."""
    return WORDS.get(reason, _OTHER)
