"""Bytes to text, whatever wrote them: byte order marks, UTF-8, then the most plausible legacy encoding."""

from __future__ import annotations

import re

from engine.files.reasons import UNKNOWN_ENCODING, Unreadable

MARKS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
LOOKED_AT = 65_536
MOST_CONTROLS = 0.02  # of all characters; more than that is no text
# Controls other than tab and line ends, and the marks that turn the direction of what follows: shown text could hide behind them.
CONTROLS = re.compile("[\0-\x08\x0e-\x1f\x7f]")
UNWANTED = re.compile(
    "[\0-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)


def decoded(data: bytes) -> str:
    """The text of a file with "\\n" line ends and without control and direction marks. Raises `Unreadable`."""
    text = _as_text(data)
    controls = len(CONTROLS.findall(text))
    if controls > max(8, MOST_CONTROLS * len(text)):
        raise Unreadable(UNKNOWN_ENCODING, f"{controls:,} control characters")
    return (
        UNWANTED.sub("", text)
        .replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\f", "\n")
        .replace("\u2028", "\n")
        .replace("\u0085", "\n")
    )


def _as_text(data: bytes) -> str:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding, "replace")
            except UnicodeDecodeError as fault:
                raise Unreadable(UNKNOWN_ENCODING, str(fault)) from fault
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as fault:
        broken = data.decode("utf-8", "replace")
        if len(data) > 64 and broken.count("\ufffd") < len(broken) / 500:
            return broken  # UTF-8 with a few damaged characters
        guess = _guessed(data)
        if guess is None:
            raise Unreadable(UNKNOWN_ENCODING, str(fault)) from fault
        return data.decode(guess, "replace")


def _guessed(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    if data.count(b"\0") > len(data) // 100:
        return None
    best = from_bytes(data[:LOOKED_AT]).best()
    if best is not None:
        return best.encoding
    return "cp1252" if len(data) < 64 else None  # too short to judge; West European is the commonest
