"""Which version this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version


def version() -> str:
    """The installed version, or words where it runs from a folder."""
    try:
        return installed_version("sightline")
    except PackageNotFoundError:
        return "from source"
