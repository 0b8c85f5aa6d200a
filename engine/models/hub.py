"""Asks a model hub what it has: files with sizes and checksums, licence. Opens a connection; only called when the user asked.

Speaks the Hugging Face hub's HTTP interface at `HF_ENDPOINT` (default https://huggingface.co). Nothing about the user's
files is sent.
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

from engine.errors import UserFixable

TIMEOUT = 30  # seconds without an answer


@dataclass(frozen=True)
class RemoteFile:
    """One file on the hub. `sha256` is known for large files, `git_sha1` (of a git blob) for small ones."""

    repository: str
    revision: str
    name: str
    bytes: int
    sha256: str | None = None
    git_sha1: str | None = None

    @property
    def url(self) -> str:
        return f"{endpoint()}/{self.repository}/resolve/{self.revision}/{urllib.parse.quote(self.name)}"


@dataclass(frozen=True)
class Repository:
    """What the hub says of a repository."""

    name: str
    revision: str
    licence: str
    files: tuple[RemoteFile, ...]

    def file(self, name: str) -> RemoteFile | None:
        return next((file for file in self.files if file.name == name), None)


def endpoint() -> str:
    """Where the hub is, without a slash at the end."""
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")


def host() -> str:
    """The hub's name as people know it."""
    return urllib.parse.urlsplit(endpoint()).netloc


def look_up(repository: str) -> Repository:
    """Ask for a repository's files and licence. Raises UserFixable when it cannot be reached or does not exist."""
    try:
        with open_url(f"{endpoint()}/api/models/{repository}?blobs=true") as answer:
            told = json.load(answer)
        revision = str(told.get("sha") or "main")
        files = tuple(_remote(repository, revision, entry) for entry in told.get("siblings", ()))
    except urllib.error.HTTPError as fault:
        raise UserFixable(
            f"{host()} has no model “{repository}” to give (it answered {fault.code}).",
            "Nothing was changed.",
            "Choose another model.",
        ) from fault
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise unreachable() from fault
    return Repository(repository, revision, _licence(told), files)


def open_url(url: str, start: int = 0) -> Any:
    """Open `url`, from byte `start` on where the server can do that."""
    headers = {"User-Agent": "sightline"}
    if start:
        headers["Range"] = f"bytes={start}-"
    return urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=TIMEOUT)


def unreachable() -> UserFixable:
    """The sentence for a hub that does not answer."""
    return UserFixable(
        f"{host()} could not be reached.", "Nothing was changed.", "Check the connection and download again."
    )


def _remote(repository: str, revision: str, entry: dict[str, Any]) -> RemoteFile:
    large = entry.get("lfs") or {}
    size = int(large.get("size") or entry.get("size") or 0)
    return RemoteFile(
        repository, revision, str(entry["rfilename"]), size, large.get("sha256"), None if large else entry.get("blobId")
    )


def _licence(told: dict[str, Any]) -> str:
    card = told.get("cardData") or {}
    licence = card.get("license_name") or card.get("license")
    if not licence:
        tags = (tag for tag in told.get("tags", ()) if str(tag).startswith("license:"))
        licence = next(tags, "license:not stated").removeprefix("license:")
    return ", ".join(licence) if isinstance(licence, list) else str(licence)
