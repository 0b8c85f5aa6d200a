"""How numbers, sizes, times and dates are written everywhere in the window."""

from __future__ import annotations

import math
from datetime import datetime

THIN = "\u202f"  # narrow space that does not break, before units and between thousands' neighbours


def count(number: int, one: str = "", many: str = "") -> str:
    """`41,286`, or with words `41,286 items` and `1 item`."""
    figure = f"{number:,}"
    if not one:
        return figure
    return f"{figure} {one if number == 1 else many or one + 's'}"


def percent(share: float) -> str:
    """A share from 0 to 1 as `59 %`; never 100 before it is done."""
    whole = 100 if share >= 1 else min(99, math.floor(share * 100))
    return f"{whole}{THIN}%"


def size(octets: int) -> str:
    """`612 kB`, `1.2 MB`, `2.0 GB`."""
    if octets < 1000:
        return f"{octets}{THIN}B"
    value = float(octets)
    for unit in ("kB", "MB", "GB", "TB"):
        value /= 1000
        if value < 999.5:
            return f"{value:.0f}{THIN}{unit}" if value >= 9.95 or unit == "kB" else f"{value:.1f}{THIN}{unit}"
    return f"{value:.0f}{THIN}TB"


def time_left(seconds: float) -> str:
    """Rounded up, so that the promise is kept: `3 min left`, `about 2 h`."""
    if seconds < 10:
        return "a few seconds left"
    if seconds < 55:
        return f"{math.ceil(seconds / 10) * 10}{THIN}s left"
    minutes = math.ceil(seconds / 60)
    return f"{minutes}{THIN}min left" if minutes < 90 else f"about {math.ceil(minutes / 60)}{THIN}h"


def took(seconds: float) -> str:
    """How long something took: `0.8 s`, `12 s`, `3 min 20 s`."""
    if seconds < 10:
        return f"{seconds:.1f}{THIN}s"
    if seconds < 60:
        return f"{seconds:.0f}{THIN}s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}{THIN}min {rest}{THIN}s" if minutes < 60 else f"{minutes // 60}{THIN}h {minutes % 60}{THIN}min"


def date(when: float, today: datetime | None = None) -> str:
    """`14:08` today, `31 October, 14:08` this year, `31 October 2024, 14:08` before."""
    moment, now = datetime.fromtimestamp(when), today or datetime.now()
    clock = moment.strftime("%H:%M")
    if moment.date() == now.date():
        return clock
    day = f"{moment.day} {moment.strftime('%B')}"
    return f"{day}, {clock}" if moment.year == now.year else f"{day} {moment.year}, {clock}"


def quoted(text: str) -> str:
    """A name in quotation marks that open and close."""
    return f"“{text}”"
