"""Opens a picture of any format, no larger than needed, upright, in sRGB with eight bits a channel.

JPEG is decoded at 1/2, 1/4 or 1/8 of its size inside the decoder (Pillow's draft mode: as fast here as TurboJPEG's scaled decoding,
both bound by the Huffman code), and where 1/8 is enough by `skim`, which reads that code faster. Sizes are checked before any pixel is decoded.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.files import reasons
from engine.files.reasons import Unreadable

if TYPE_CHECKING:
    from PIL import Image

# Formats Pillow decodes in its own memory. Left out: those that start other programs (EPS) or only point at one (WMF, GRIB, HDF5).
FORMATS = (
    "JPEG", "MPO", "PNG", "WEBP", "AVIF", "HEIF", "TIFF", "BMP", "DIB", "GIF", "ICO", "CUR", "ICNS", "PPM", "TGA", "JPEG2000", "PSD",
    "DDS", "SGI", "PCX", "QOI", "MSP", "BLP", "XBM", "XPM", "FLI", "IM", "SUN", "XVTHUMB", "FTEX", "GBR", "PIXAR", "DCX",
)  # fmt: skip
ORIENTATION = 0x0112
TURNED = (5, 6, 7, 8)  # EXIF orientations that swap width and height


@dataclass(frozen=True, eq=False)
class Picture:
    """`image` is RGB or RGBA, upright, perhaps reduced; `width` and `height` are those of the upright original."""

    image: Image.Image
    width: int
    height: int
    opened: Image.Image  # as Pillow opened it: metadata is read from it
    exif: Image.Exif | None = None  # of a camera raw file, whose preview may know less


def open_picture(data: bytes, form: str, shortest: int, longest: int, megapixels: float) -> Picture:
    """Decode so that the shortest edge is at least `shortest` and the longest at least `longest`, where the original has that much.

    Raises `Unreadable`.
    """
    from PIL import Image

    raw = _preview_of_raw(data) if form == "raw" else None
    data = raw.data if raw else data
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            opened = _open(data, form)
            width, height = opened.size
            _refuse_bombs(width, height, megapixels)
            _draft(opened, shortest, longest)
            pixels = _skimmed(opened, data, width)
            if pixels is None:
                opened.load()
            orientation = _orientation(opened)
            if raw and orientation == 1:
                orientation = int(raw.exif.get(ORIENTATION, 1))
            image = _to_srgb(pixels or _eight_bits(opened), opened.info.get("icc_profile"))
            image = _upright(image, orientation)
    except Unreadable:
        raise
    except (Image.DecompressionBombError, MemoryError, OverflowError) as fault:
        raise Unreadable(reasons.TOO_LARGE, str(fault)) from fault
    except Exception as fault:  # decoders raise anything on files made to break them
        reason, detail = _explained(fault, form)
        if reason == reasons.DAMAGED and form == "webp" and len(data) < int.from_bytes(data[4:8], "little") + 8:
            reason = reasons.CUT_SHORT
        raise Unreadable(reason, detail) from fault
    if raw:
        width, height = raw.size
    if orientation in TURNED:
        width, height = height, width
    return Picture(image, width, height, opened, raw.exif if raw else None)


def _open(data: bytes, form: str) -> Image.Image:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # the limit is ours, see `_refuse_bombs`
    if form == "heif":
        import pillow_heif

        pillow_heif.register_heif_opener()
    Image.init()
    known = [name for name in FORMATS if name in Image.OPEN]
    return Image.open(io.BytesIO(data), formats=known)


def _refuse_bombs(width: int, height: int, megapixels: float) -> None:
    if width * height > megapixels * 1e6:
        raise Unreadable(reasons.TOO_LARGE, f"{width:,} × {height:,} pixels")


def _draft(opened: Image.Image, shortest: int, longest: int) -> None:
    if opened.format not in ("JPEG", "MPO"):
        return
    width, height = opened.size
    scale = max(shortest / min(width, height), longest / max(width, height))
    if scale < 1:
        # Pillow takes the largest reduction that stays at or above the size asked for
        mode = "L" if opened.mode == "L" else "RGB"
        opened.draft(
            mode if opened.mode in ("RGB", "L") else None, (max(1, int(width * scale)), max(1, int(height * scale)))
        )  # type: ignore[arg-type]


def _skimmed(opened: Image.Image, data: bytes, width: int) -> Image.Image | None:
    """A large JPEG of which an eighth is wanted; None where Pillow decodes."""
    from engine.modalities.pictures import skim

    if opened.mode not in ("RGB", "L") or opened.width != -(-width // 8) or width < 16 or not skim.ready_for(len(data)):
        return None
    return skim.skimmed(data, grey=opened.mode == "L")


def _orientation(opened: Image.Image) -> int:
    if opened.format == "HEIF":  # the decoder has turned it already
        return 1
    try:
        return int(opened.getexif().get(ORIENTATION, 1))
    except Exception:  # a broken EXIF block costs the orientation, not the picture
        return 1


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    from PIL import Image

    turn = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }.get(orientation)
    return image if turn is None else image.transpose(turn)


def _eight_bits(opened: Image.Image) -> Image.Image:
    """Any mode to RGB or RGBA (CMYK and LAB too, with a plain conversion)."""
    mode = opened.mode
    if mode.startswith(("I", "F")):
        return _stretched(opened)
    if mode == "LAB":
        return _from_lab(opened)
    if mode in ("RGBA", "LA", "PA", "La", "RGBa") or (mode in ("P", "L", "RGB") and "transparency" in opened.info):
        return opened if mode == "RGBA" else opened.convert("RGBA")
    return opened if mode == "RGB" else opened.convert("RGB")


def _stretched(opened: Image.Image) -> Image.Image:
    """Sixteen bits and floats to eight: by their range where they have a fixed one, else between their 1st and 99.8th percentile."""
    import numpy as np
    from PIL import Image

    values = np.nan_to_num(np.asarray(opened, dtype=np.float32), posinf=0, neginf=0)
    if (opened.mode.startswith("I;16") and values.max(initial=0) > 4095) or (
        opened.mode == "I" and 255 < values.max(initial=0) <= 65535 and values.min(initial=0) >= 0
    ):
        low, high = 0.0, 65535.0
    else:
        low, high = (float(limit) for limit in np.percentile(values, (1, 99.8))) if values.size else (0.0, 1.0)
    scaled = (values - low) * (255 / max(high - low, 1e-6))
    return Image.fromarray(scaled.clip(0, 255).astype(np.uint8)).convert("RGB")


def _from_lab(opened: Image.Image) -> Image.Image:
    from PIL import ImageCms

    transform = ImageCms.buildTransform(ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB")
    made = ImageCms.applyTransform(opened, transform)
    assert made is not None
    return made


def _to_srgb(image: Image.Image, profile: Any) -> Image.Image:
    """Colours of a wide profile (Display P3, Adobe RGB) as sRGB shows them; a profile that cannot be read is ignored."""
    if not profile or not isinstance(profile, bytes) or b"sRGB" in profile[:4096] or image.mode not in ("RGB", "RGBA"):
        return image
    from PIL import ImageCms

    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if own.profile.xcolor_space.strip() != "RGB":
            return image
        transform = ImageCms.buildTransform(own, ImageCms.createProfile("sRGB"), image.mode, image.mode)
        return ImageCms.applyTransform(image, transform) or image
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image


@dataclass(frozen=True, eq=False)
class _Raw:
    data: bytes
    size: tuple[int, int]
    exif: Image.Exif


def _preview_of_raw(data: bytes) -> _Raw:
    """The JPEG a camera laid into its raw file, or a developed half-size picture where there is none."""
    try:
        import rawpy
    except ImportError as fault:
        raise Unreadable(reasons.NO_DECODER, "rawpy") from fault
    import numpy as np
    from PIL import Image

    exif = Image.Exif()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exif.load_from_fp(io.BytesIO(data))
    except Exception:  # makers whose raw files are no TIFF; the preview says what it knows
        exif = Image.Exif()
    try:
        with rawpy.imread(io.BytesIO(data)) as raw:
            size = raw.sizes.width, raw.sizes.height
            try:
                preview = raw.extract_thumb()
            except (rawpy.LibRawNoThumbnailError, rawpy.LibRawUnsupportedThumbnailError):
                pixels = raw.postprocess(half_size=True, use_camera_wb=True, user_flip=0)
            else:
                if preview.format == rawpy.ThumbFormat.JPEG:
                    return _Raw(bytes(preview.data), size, exif)
                pixels = np.asarray(preview.data)
    except rawpy.LibRawError as fault:
        raise Unreadable(reasons.DAMAGED, str(fault)) from fault
    held = io.BytesIO()
    Image.fromarray(pixels).save(held, "BMP")
    return _Raw(held.getvalue(), size, exif)


def _explained(fault: Exception, form: str) -> tuple[str, str]:
    from PIL import UnidentifiedImageError

    words = str(fault).lower()
    detail = f"{type(fault).__name__}: {fault}"[:300]
    if isinstance(fault, UnidentifiedImageError):
        known_signature = form in ("jpeg", "png", "gif", "tiff", "webp", "avif", "heif", "jp2", "bmp", "psd", "dds")
        return (reasons.DAMAGED if known_signature else reasons.NO_DECODER), f"no decoder recognises it ({form})"
    if isinstance(fault, EOFError) or any(
        sign in words for sign in ("truncated", "premature", "end of file", "unexpected end")
    ):
        return reasons.CUT_SHORT, detail
    if "decompressed data too large" in words or "exceeds limit" in words:
        return reasons.TOO_LARGE, detail
    if (
        isinstance(fault, NotImplementedError)
        or "not supported" in words
        or "unsupported" in words
        or ("decoder" in words and "not available" in words)
    ):
        return reasons.NO_DECODER, detail
    return reasons.DAMAGED, detail
