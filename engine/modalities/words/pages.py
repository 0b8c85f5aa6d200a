"""The words of a PDF, page by page. Scripts, forms and attachments are not looked at."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

from engine.files.reasons import CUT_SHORT, DAMAGED, LOCKED, Unreadable


def pages_of_pdf(data: bytes) -> Iterator[tuple[int, str]]:
    """(page from 1, its text). Raises `Unreadable`; a page that cannot be read is left out."""
    import pypdf
    from pypdf.errors import PdfReadError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(LOCKED)
        count = len(reader.pages)
    except Unreadable:
        raise
    except PyPdfError as fault:
        ends = b"%%EOF" in data[-2048:]
        raise Unreadable(DAMAGED if ends or not isinstance(fault, PdfReadError) else CUT_SHORT, str(fault)) from fault
    except Exception as fault:  # made to break readers, or a cipher we lack
        raise Unreadable(DAMAGED, f"{type(fault).__name__}: {fault}") from fault
    for number in range(count):
        try:
            yield number + 1, reader.pages[number].extract_text()
        except Exception:  # one page's font tables do not cost the others
            continue
