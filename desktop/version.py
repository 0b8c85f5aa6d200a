"""Which version this is, and whether it runs packaged or from its source."""

from __future__ import annotations

import sys

import engine


def version() -> str:
    """“0.1.0”, or “0.1.0, from source”."""
    return engine.__version__ if getattr(sys, "frozen", False) else f"{engine.__version__}, from source"
