"""What a file is: by its name for planning, by its first bytes for certain.

`recognise` looks at content first, because names lie; text has no signature and is believed by name, or by looking like text.
"""

from __future__ import annotations

from dataclasses import dataclass

IMAGE_SUFFIXES = frozenset(
    [
        "jpg",
        "jpeg",
        "jpe",
        "jfif",
        "png",
        "webp",
        "avif",
        "heic",
        "heif",
        "hif",
        "tif",
        "tiff",
        "bmp",
        "dib",
        "gif",
        "ico",
        "icns",
        "mpo",
        "ppm",
        "pgm",
        "pbm",
        "pnm",
        "pfm",
        "tga",
        "jp2",
        "j2k",
        "jpf",
        "jpx",
        "psd",
        "dds",
        "sgi",
        "rgb",
        "bw",
        "pcx",
        "qoi",
        "msp",
        "blp",
        "xbm",
        "xpm",
        "fli",
        "flc",
        "im",
        "ras",
        "cur",
        "apng",
    ]
)
RAW_SUFFIXES = frozenset(
    [
        "3fr",
        "arw",
        "cr2",
        "cr3",
        "crw",
        "dcr",
        "dng",
        "erf",
        "fff",
        "iiq",
        "k25",
        "kdc",
        "mef",
        "mos",
        "mrw",
        "nef",
        "nrw",
        "orf",
        "pef",
        "raf",
        "raw",
        "rw2",
        "rwl",
        "sr2",
        "srf",
        "srw",
        "x3f",
    ]
)
SOUND_SUFFIXES = frozenset(
    [
        "wav",
        "wave",
        "flac",
        "ogg",
        "oga",
        "opus",
        "mp3",
        "m4a",
        "m4b",
        "aac",
        "aif",
        "aiff",
        "aifc",
        "au",
        "snd",
        "caf",
        "wma",
        "amr",
        "ac3",
        "mka",
        "w64",
    ]
)
VIDEO_SUFFIXES = frozenset(
    ["mp4", "m4v", "mov", "avi", "mkv", "webm", "mpg", "mpeg", "mts", "m2ts", "3gp", "wmv", "flv", "ogv"]
)
TEXT_SUFFIXES = frozenset(
    ["txt", "text", "md", "markdown", "mdown", "rst", "htm", "html", "xhtml", "pdf", "log", "tex", "srt", "vtt"]
)
TABLE_SUFFIXES = frozenset(["csv", "tsv", "jsonl", "ndjson"])
# Pictures that are known and that no decoder here opens safely: told to the user, instead of passed over in silence.
UNDECODABLE_SUFFIXES = frozenset(
    [
        "svg",
        "svgz",
        "eps",
        "ps",
        "ai",
        "wmf",
        "emf",
        "fits",
        "fit",
        "hdf",
        "h5",
        "grib",
        "grb",
        "bufr",
        "jxl",
        "exr",
        "hdr",
        "xcf",
        "cdr",
        "djvu",
    ]
)

HEAD_BYTES = 512


@dataclass(frozen=True)
class Recognised:
    """`kind` is "image", "audio", "text" or None (another kind). `named` is the kind its name promises."""

    kind: str | None
    format: str
    named: str | None


def suffix_of(name: bytes | str) -> str:
    """The part after the last dot in lower case, without the dot; "" for none or for ".name"."""
    text = name.decode("utf-8", "replace") if isinstance(name, bytes) else name
    stem, dot, suffix = text.rpartition("/")[2].rpartition(".")
    return suffix.lower() if dot and stem else ""


def kind_by_name(name: bytes | str) -> str | None:
    """The kind a name promises: "image", "audio", "text", "undecodable", or None for anything else."""
    suffix = suffix_of(name)
    if suffix in IMAGE_SUFFIXES or suffix in RAW_SUFFIXES:
        return "image"
    if suffix in SOUND_SUFFIXES or suffix in VIDEO_SUFFIXES:
        return "audio"
    if suffix in TEXT_SUFFIXES or suffix in TABLE_SUFFIXES:
        return "text"
    return "undecodable" if suffix in UNDECODABLE_SUFFIXES else None


def recognise(name: bytes | str, head: bytes) -> Recognised:
    """What a file is, from its name and its first `HEAD_BYTES` bytes."""
    named = kind_by_name(name)
    suffix = suffix_of(name)
    by_content = _signature(head)
    if by_content is not None:
        kind, form = by_content
        if form == "tiff" and suffix in RAW_SUFFIXES:
            form = "raw"
        return Recognised(kind, form, named)
    if suffix in RAW_SUFFIXES:
        return Recognised("image", "raw", named)
    if named == "text":
        return Recognised("text", _text_format(suffix), named)
    if named == "undecodable":
        return Recognised(None, suffix, named)
    if named is not None:
        # No signature: formats without one (TGA, PCX) are believed, words under another name are not.
        return Recognised(named, "words" if looks_like_words(head) else suffix, named)
    return Recognised(None, suffix, None)


def looks_like_words(head: bytes) -> bool:
    """Whether bytes are plausible UTF-8 text: no control characters, cut characters at the end allowed."""
    if not head or b"\0" in head:
        return False
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as fault:
        if fault.start < len(head) - 4:
            return False
        text = head[: fault.start].decode("utf-8")
    return all(character >= " " or character in "\t\n\r\f" for character in text)


def _text_format(suffix: str) -> str:
    if suffix in TABLE_SUFFIXES:
        return suffix
    if suffix in ("htm", "html", "xhtml"):
        return "html"
    if suffix in ("md", "markdown", "mdown"):
        return "md"
    return "pdf" if suffix == "pdf" else "txt"


_PREFIXES: tuple[tuple[bytes, str | None, str], ...] = (
    (b"\xff\xd8\xff", "image", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image", "png"),
    (b"GIF87a", "image", "gif"),
    (b"GIF89a", "image", "gif"),
    (b"II*\0", "image", "tiff"),
    (b"MM\0*", "image", "tiff"),
    (b"II+\0", "image", "tiff"),
    (b"MM\0+", "image", "tiff"),
    (b"FUJIFILMCCD-RAW", "image", "raw"),
    (b"IIRO", "image", "raw"),
    (b"IIU\0", "image", "raw"),
    (b"FOVb", "image", "raw"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "image", "jp2"),
    (b"\xff\x4f\xff\x51", "image", "jp2"),
    (b"8BPS", "image", "psd"),
    (b"DDS ", "image", "dds"),
    (b"icns", "image", "icns"),
    (b"qoif", "image", "qoi"),
    (b"BLP1", "image", "blp"),
    (b"BLP2", "image", "blp"),
    (b"fLaC", "audio", "flac"),
    (b"OggS", "audio", "ogg"),
    (b"ID3", "audio", "mp3"),
    (b".snd", "audio", "au"),
    (b"caff", "audio", "caf"),
    (b"#!AMR", "audio", "amr"),
    (b"\x1aE\xdf\xa3", "audio", "matroska"),
    (b"\0\0\x01\xba", "audio", "mpeg"),
    (b"\0\0\x01\xb3", "audio", "mpeg"),
    (b"0&\xb2u\x8ef\xcf\x11", "audio", "asf"),
    (b"FLV\x01", "audio", "flv"),
    (b"%PDF-", "text", "pdf"),
    (b"%!PS", None, "eps"),
    (b"PK\x03\x04", None, "zip"),
    (b"\x7fELF", None, "elf"),
    (b"MZ", None, "exe"),
    (b"\x1f\x8b", None, "gzip"),
    (b"SQLite format 3\0", None, "sqlite"),
)
_BRANDS = {  # ISO base media files say what they are four bytes in
    **dict.fromkeys((b"avif", b"avis"), ("image", "avif")),
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), ("image", "heif")),
    b"crx ": ("image", "raw"),
}


def _signature(head: bytes) -> tuple[str | None, str] | None:
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in (b"mif1", b"msf1") and b"avif" in head[16:64]:
            return "image", "avif"
        return _BRANDS.get(brand, ("audio", "mp4"))
    if head[:4] in (b"RIFF", b"RF64"):
        return {b"WEBP": ("image", "webp"), b"WAVE": ("audio", "wav"), b"AVI ": ("audio", "avi")}.get(head[8:12])
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "audio", "aiff"
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0":
        return "image", "bmp"
    for prefix, kind, form in _PREFIXES:
        if head.startswith(prefix):
            return kind, form
    if len(head) > 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] >> 4 not in (0, 15):
        return "audio", "mp3"  # a bare MPEG layer III frame
    return None
