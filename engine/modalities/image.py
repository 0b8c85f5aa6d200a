"""Pictures: one pass over the bytes gives thumbnails, facts, captions and the model's pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.files.kinds import IMAGE_SUFFIXES, RAW_SUFFIXES
from engine.files.reasons import DAMAGED, MISNAMED, NO_DECODER, TOO_LARGE, Unreadable
from engine.modalities import modality
from engine.modalities.reading import EDGES, Facts, Reading, Source, Wish


@modality("image", suffixes=tuple(IMAGE_SUFFIXES | RAW_SUFFIXES))
class Image:
    """A picture of any format, decoded no larger than its thumbnails and the model need."""

    def decode(self, source: Source, wish: Wish) -> Reading:
        """Facts, thumbnails and `pixels` of one picture. Raises `Unreadable`."""
        from engine.modalities.pictures import metadata, opening, previews

        if source.data is None:
            raise Unreadable(TOO_LARGE, f"{source.size:,} bytes")
        shortest = wish.image.size if wish.image else 1
        try:
            picture = opening.open_picture(
                source.data, source.format, shortest, max(EDGES[0], wish.large), wish.megapixels
            )
        except Unreadable as fault:
            if source.format == "words" and fault.reason in (NO_DECODER, DAMAGED) and b"<svg" not in source.head:
                raise Unreadable(MISNAMED, "words instead of a picture") from fault
            raise
        told = metadata.read_metadata(picture.opened, picture.exif)
        return Reading(
            kind="image",
            format=(picture.opened.format or source.format).upper() if source.format != "raw" else "RAW",
            facts=Facts(
                width=picture.width,
                height=picture.height,
                taken_at=told.taken_at,
                latitude=told.latitude,
                longitude=told.longitude,
                camera=told.camera,
                mat=previews.mat_of(picture.image),
            ),
            captions=told.captions,
            keywords=told.keywords,
            thumbnails={
                **(previews.thumbnails(picture.image) if wish.thumbnails else {}),
                **({wish.large: previews.large(picture.image, wish.large)} if wish.large else {}),
            },
            pixels=previews.model_pixels(picture.image, wish.image) if wish.image else None,
        )

    def encode(self, encoder: Any, parts: Sequence[np.ndarray]) -> np.ndarray:
        """Pictures (size, size, 3) uint8 to (n, d)."""
        return encoder.encode_images(np.stack(parts))
