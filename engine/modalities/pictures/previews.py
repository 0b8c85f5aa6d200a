"""Thumbnails of a picture, the ground it needs to be seen on, and the tensor a model wants."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from engine.modalities.reading import EDGES

if TYPE_CHECKING:
    from PIL import Image

    from engine.models.specs import ImageSpec

JPEG_QUALITY = 82
LARGE_QUALITY = 92
WEBP_QUALITY = 80


def thumbnails(image: Image.Image) -> dict[int, bytes]:
    """Edge to encoded bytes: JPEG, or WebP where there is transparency. A small picture is kept at its own size."""
    from PIL import Image

    made: dict[int, bytes] = {}
    current = image
    for edge in EDGES:
        scale = edge / max(current.size)
        if scale < 1:
            size = (max(1, round(current.width * scale)), max(1, round(current.height * scale)))
            current = current.resize(size, Image.Resampling.BICUBIC, reducing_gap=3.0)
        elif made:
            continue  # the size before is smaller already
        made[edge] = _encoded(current)
    return made


def large(image: Image.Image, edge: int) -> bytes:
    """The picture for looking at, at most `edge` pixels long: JPEG, or PNG where there is transparency."""
    from PIL import Image

    if max(image.size) > edge:
        image = image.resize(_within(image.size, edge), Image.Resampling.LANCZOS, reducing_gap=3.0)
    held = io.BytesIO()
    if image.mode == "RGBA":
        image.save(held, "PNG", compress_level=1)
    else:
        image.save(held, "JPEG", quality=LARGE_QUALITY)
    return held.getvalue()


def mat_of(image: Image.Image) -> int:
    """0 photo, 1 transparent, 2 transparent and mostly dark, 3 transparent and mostly light (limits of the look, section 2)."""
    from PIL import Image

    if image.mode != "RGBA" or image.getchannel("A").getextrema()[0] == 255:
        return 0
    small = image if max(image.size) <= 192 else image.resize(_within(image.size, 192), Image.Resampling.BOX)
    pixels = np.asarray(small, dtype=np.float32) / 255
    opaque = pixels[pixels[..., 3] > 0.5][:, :3]
    if not len(opaque):
        return 1
    linear = np.where(opaque <= 0.04045, opaque / 12.92, ((opaque + 0.055) / 1.055) ** 2.4)
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    if (luminance < 0.05).mean() > 0.55:
        return 2
    return 3 if (luminance > 0.70).mean() > 0.82 else 1


def model_pixels(image: Image.Image, spec: ImageSpec) -> np.ndarray:
    """The picture as `spec` wants it, (size, size, 3) uint8; transparency lies on white.

    Cropping happens together with resizing, so that a strip of 1 × 60,000 pixels costs no more than any other picture.
    """
    from PIL import Image

    size = spec.size
    method = Image.Resampling.BILINEAR if spec.interpolation == "bilinear" else Image.Resampling.BICUBIC
    if image.mode == "RGBA":
        image = _on_white(image)
    width, height = image.size
    if spec.mode == "squash":
        return np.array(image.resize((size, size), method))
    if spec.mode == "longest":
        within = _within(image.size, size)
        canvas = Image.new("RGB", (size, size), (spec.fill,) * 3)
        canvas.paste(image.resize(within, method), ((size - within[0]) // 2, (size - within[1]) // 2))
        return np.array(canvas)
    edge = min(width, height)
    left, top = (width - edge) / 2, (height - edge) / 2
    return np.array(image.resize((size, size), method, box=(left, top, left + edge, top + edge), reducing_gap=3.0))


def _within(size: tuple[int, int], edge: int) -> tuple[int, int]:
    scale = edge / max(size)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _on_white(image: Image.Image) -> Image.Image:
    from PIL import Image

    ground = Image.new("RGB", image.size, (255, 255, 255))
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _encoded(image: Image.Image) -> bytes:
    held = io.BytesIO()
    if image.mode == "RGBA":
        image.save(held, "WEBP", quality=WEBP_QUALITY, method=2)
    else:
        image.save(held, "JPEG", quality=JPEG_QUALITY)
    return held.getvalue()
