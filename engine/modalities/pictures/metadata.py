"""What cameras and people wrote into a picture: EXIF, IPTC-IIM and XMP. Every field may be missing or nonsense; nonsense is left out."""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.modalities.pictures import xmp
from engine.modalities.reading import Caption

if TYPE_CHECKING:
    from PIL import Image

EXIF_IFD, GPS_IFD = 0x8769, 0x8825
MAKE, MODEL, DATE, DESCRIPTION, XP_TITLE, XP_COMMENT, XP_KEYWORDS = (
    0x010F,
    0x0110,
    0x0132,
    0x010E,
    0x9C9B,
    0x9C9C,
    0x9C9E,
)
DATE_ORIGINAL, DATE_DIGITIZED, USER_COMMENT = 0x9003, 0x9004, 0x9286
# What cameras write when nobody described the picture.
EMPTY_WORDS = re.compile(
    r".{0,30}\bdigital (still )?camera\b.{0,20}|(\w+ )?dsc( picture)?|dcf ?[\d.]*|user comments?|(image ?)?description|untitled|default"
    r"|olympus|(konica )?minolta|sony|samsung|kodak|pentax|casio|fuji(film)?|maginon|sanyo|jvc|hp|canon|nikon|panasonic|exif|binary|ascii"
    r"|created with .*|<.*>|[\W\d_]+|charset=.*",
    re.IGNORECASE,
)
LONGEST_WORDS = 4000


@dataclass(frozen=True)
class Metadata:
    """`taken_at`: seconds since 1970 of the camera's wall clock read as UTC; views show it the same way."""

    taken_at: float | None = None
    latitude: float | None = None
    longitude: float | None = None
    camera: str | None = None
    captions: tuple[Caption, ...] = ()
    keywords: tuple[str, ...] = ()


def read_metadata(opened: Image.Image, exif: Any = None) -> Metadata:
    """All that can be made out; never raises. `exif` stands in for the picture's own block (camera raw files)."""
    exif = exif or _exif(opened)
    deeper, position = _directory(exif, EXIF_IFD), _directory(exif, GPS_IFD)
    captions: list[Caption] = []
    keywords: list[str] = []
    for read in (_from_xmp, _from_iptc):
        try:
            said, words = read(opened)
        except Exception:  # a block made to break readers costs its own words only
            continue
        captions += said
        keywords += words
    captions += [Caption(text) for text in _exif_words(exif, deeper)]
    keywords += [word for word in re.split("[;,]", _wide(exif.get(XP_KEYWORDS))) if word]
    return Metadata(
        taken_at=_moment(deeper.get(DATE_ORIGINAL) or deeper.get(DATE_DIGITIZED) or exif.get(DATE)),
        latitude=_degrees(position.get(2), position.get(1), 90),
        longitude=_degrees(position.get(4), position.get(3), 180),
        camera=_camera(exif.get(MAKE), exif.get(MODEL)),
        captions=_distinct(captions),
        keywords=tuple(dict.fromkeys(_clean(word)[:100] for word in keywords if _clean(word)))[:200],
    )


def _exif(opened: Image.Image) -> Any:
    try:
        return opened.getexif()
    except Exception:  # see `read_metadata`
        return {}


def _directory(exif: Any, number: int) -> dict[int, Any]:
    try:
        return dict(exif.get_ifd(number))
    except Exception:  # see `read_metadata`
        return {}


def _moment(value: Any) -> float | None:
    found = re.match(
        r"\s*(\d{4})[:/\-. ](\d{1,2})[:/\-. ](\d{1,2})[ T](\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2}))?", _clean(value)
    )
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    if not (1826 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]):
        return None
    if hour > 24 or minute > 59 or second > 60:
        return None
    return float(calendar.timegm((year, month, day, hour, minute, second, 0, 0, 0)))


def _degrees(parts: Any, reference: Any, limit: float) -> float | None:
    try:
        numbers = [float(part) for part in (parts if isinstance(parts, (tuple, list)) else (parts,))]
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    if not numbers or not all(math.isfinite(number) for number in numbers):
        return None
    degrees = sum(number / 60**place for place, number in enumerate(numbers[:3]))
    if _clean(reference).upper()[:1] in ("S", "W"):
        degrees = -degrees
    return degrees if abs(degrees) <= limit and _clean(reference) else None


def _camera(make: Any, model: Any) -> str | None:
    maker, name = _clean(make), _clean(model)
    if maker and name.lower().startswith(maker.split()[0].lower()):
        return name[:100]
    return f"{maker} {name}".strip()[:100] or None


def _exif_words(exif: Any, deeper: dict[int, Any]) -> Iterable[str]:
    yield _clean(exif.get(DESCRIPTION))
    yield _clean(_wide(exif.get(XP_COMMENT))) or _clean(_wide(exif.get(XP_TITLE)))
    comment = deeper.get(USER_COMMENT)
    if isinstance(comment, bytes):
        code, words = comment[:8], comment[8:]
        yield _clean(
            words.decode("utf-16", "ignore") if code.startswith(b"UNICODE") else words.decode("utf-8", "ignore")
        )
    elif isinstance(comment, str):
        yield _clean(comment)


def _wide(value: Any) -> str:
    """Windows' UTF-16 fields."""
    if isinstance(value, tuple):
        value = bytes(part & 0xFF for part in value if isinstance(part, int))
    return value.decode("utf-16-le", "ignore") if isinstance(value, bytes) else ""


def _from_iptc(opened: Image.Image) -> tuple[list[Caption], list[str]]:
    from PIL import IptcImagePlugin

    block = IptcImagePlugin.getiptcinfo(opened)  # type: ignore[arg-type]
    if not block:
        return [], []
    coded = "utf-8" if block.get((1, 90)) == b"\x1b%G" else None

    def words(value: Any) -> list[str]:
        return [
            _decoded(part, coded) for part in (value if isinstance(value, list) else [value]) if isinstance(part, bytes)
        ]

    return [Caption(text) for text in words(block.get((2, 120)))], words(block.get((2, 25)))


def _decoded(part: bytes, coded: str | None) -> str:
    for encoding in (coded or "utf-8", "cp1252"):
        try:
            return _clean(part.decode(encoding))
        except UnicodeDecodeError:
            continue
    return _clean(part.decode("latin-1"))


def _from_xmp(opened: Image.Image) -> tuple[list[Caption], list[str]]:
    block = opened.info.get("xmp") or opened.info.get("XML:com.adobe.xmp")
    if block is None and opened.format == "TIFF":
        block = opened.tag_v2.get(700)  # type: ignore[attr-defined]
    if not block:
        return [], []
    said = xmp.read(block.decode("utf-8", "replace") if isinstance(block, bytes) else str(block))
    return list(said.captions), list(said.tags)


def _distinct(captions: Iterable[Caption]) -> tuple[Caption, ...]:
    """The same sentence stands in several blocks of most files; the first, which may know its language, is kept."""
    kept: dict[str, Caption] = {}
    for caption in captions:
        text = caption.text
        if len(text) > 3 and not EMPTY_WORDS.fullmatch(text):
            before = kept.get(text)
            if before is None or before.language is None:
                kept[text] = Caption(text[:LONGEST_WORDS], caption.language)
    return tuple(kept.values())


def _clean(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "ignore")
    if not isinstance(value, str):
        return ""
    value = value.split("\0", 1)[0]
    return " ".join("".join(character if character.isprintable() else " " for character in value).split())
