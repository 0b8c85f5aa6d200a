"""Downloads an open_clip model when the user asks: what it is and weighs first, then the files, resumable and checked.

A file arrives under a name ending in `.part`; it gets its own name only when its checksum is the published one.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import urllib.error
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import UserFixable
from engine.jobs.progress import Progress
from engine.models import hub
from engine.models.hub import RemoteFile, Repository

CHUNK = 1 << 18
TRIES = 4  # a dropped connection is taken up again this often before the user is asked
WEIGHTS = ("open_clip_model.safetensors", "open_clip_pytorch_model.safetensors", "open_clip_pytorch_model.bin")
TOKENIZER = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "vocab.json",
    "vocab.txt",
    "merges.txt",
    "sentencepiece.bpe.model",
    "spiece.model",
)


@dataclass(frozen=True)
class Available:
    """A pretrained open_clip model that could be downloaded; known without a connection."""

    name: str
    tag: str
    repository: str

    @property
    def key(self) -> str:
        return f"{self.name}-{self.tag}"


@dataclass(frozen=True)
class Offer:
    """What a download would bring, as the hub describes it now."""

    model: Available
    licence: str
    host: str
    files: tuple[RemoteFile, ...]
    weights: str

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)

    @property
    def sentence(self) -> str:
        """Shown before anything is fetched."""
        return (
            f"{self.model.key}: {_size(self.bytes)} from {self.host}, licence: {self.licence}. "
            "This opens a connection; nothing about your files is sent."
        )


def available() -> list[Available]:
    """Every architecture and pretrained tag that open_clip knows. Opens no connection."""
    import open_clip

    found = []
    for name, tag in open_clip.list_pretrained():
        repository, _ = _source(name, tag)
        if repository:
            found.append(Available(name, tag, repository))
    return found


def choose(name: str, tag: str | None = None) -> Available:
    """The one model meant by an architecture and tag, or by `name-tag`. Raises UserFixable naming the choices."""
    known = available()
    exact = [one for one in known if (one.name == name and one.tag == tag) or (tag is None and one.key == name)]
    if exact:
        return exact[0]
    tags = [one for one in known if one.name == name]
    if tag is None and len(tags) == 1:
        return tags[0]
    if tags:
        raise UserFixable(
            f"open_clip has {len(tags)} sets of weights for {name}.",
            "Nothing was downloaded.",
            f"Say which one: {', '.join(one.tag for one in tags)}.",
        )
    raise UserFixable(
        f"open_clip knows no pretrained model “{name}”.",
        "Nothing was downloaded.",
        "See `sightline models list --available` for the names it knows.",
    )


def ask(model: Available) -> Offer:
    """Ask the hub what the model weighs and under which licence it stands. Raises UserFixable when it cannot say."""
    _, wanted = _source(model.name, model.tag)
    repository = hub.look_up(model.repository)
    weights = _weights(repository, wanted)
    files = [weights]
    files += _tokenizer(model.name, repository)
    return Offer(model, repository.licence, hub.host(), tuple(files), weights.name)


def fetch(offer: Offer, folder: Path, progress: Progress) -> Path:
    """Bring the offer's files into `folder`, continuing what is there; returns the weights' path.

    Counts bytes in `progress`, which may cancel between chunks; what arrived stays and is taken up by the next call.
    Raises UserFixable when the connection is lost for good or a checksum differs (the file is thrown away).
    """
    folder.mkdir(parents=True, exist_ok=True)
    progress.start(offer.bytes, "bytes", offer.model.key)
    for file in offer.files:
        target = folder / Path(file.name).name
        if target.is_file() and target.stat().st_size == file.bytes:
            progress.step(file.bytes)
        else:
            _fetch_file(file, target, progress)
    return folder / Path(offer.weights).name


def preprocessing(model: Available) -> dict[str, Any]:
    """How the weights' makers prepared pictures: open_clip's mean, std, interpolation and resize mode."""
    import open_clip

    told = open_clip.get_pretrained_cfg(model.name, model.tag)
    return {key: told[key] for key in ("mean", "std", "interpolation", "resize_mode") if told.get(key)}


def _fetch_file(file: RemoteFile, target: Path, progress: Progress) -> None:
    part = target.with_name(target.name + ".part")
    before = progress.done
    for _ in range(TRIES):
        try:
            _continue(file, part, progress, before)
        except urllib.error.HTTPError as fault:
            raise UserFixable(
                f"{hub.host()} did not give {file.name} (it answered {fault.code}).",
                "Nothing was changed.",
                "Download again later, or choose another model.",
            ) from fault
        except (OSError, http.client.HTTPException):
            pass  # dropped; the next try asks for the rest
        if _arrived(part) >= file.bytes:
            break
    else:
        raise UserFixable(
            f"The connection to {hub.host()} was lost at {100 * _arrived(part) // max(1, file.bytes)} %.",
            "What arrived is kept.",
            "Download again; it continues where it stopped.",
        )
    if not _is_published(file, part):
        part.unlink()
        raise UserFixable(
            "The file is not the one its maker published (checksum differs).", "It was thrown away.", "Download again."
        )
    os.replace(part, target)


def _continue(file: RemoteFile, part: Path, progress: Progress, before: int) -> None:
    """Append to `part` what is missing; starts over where the server cannot continue. `before`: bytes of earlier files."""
    have = _arrived(part)
    if have < file.bytes or file.bytes == 0:
        with hub.open_url(file.url, have) as answer:
            continued = have > 0 and answer.status == 206
            progress.done = before + (have if continued else 0)
            with part.open("ab" if continued else "wb") as out:
                while chunk := answer.read(CHUNK):
                    out.write(chunk)
                    progress.step(len(chunk))
    progress.done = before + _arrived(part)


def _arrived(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _is_published(file: RemoteFile, part: Path) -> bool:
    if part.stat().st_size != file.bytes:
        return False
    if file.sha256:
        digest: Any = hashlib.sha256()
    elif file.git_sha1:
        digest = hashlib.sha1(f"blob {file.bytes}\0".encode(), usedforsecurity=False)
    else:
        return True
    with part.open("rb") as content:
        while chunk := content.read(1 << 20):
            digest.update(chunk)
    return bool(digest.hexdigest() == (file.sha256 or file.git_sha1))


def _source(name: str, tag: str) -> tuple[str, str]:
    """Repository and, where open_clip names one, file of a pretrained tag."""
    import open_clip

    place = str(open_clip.get_pretrained_cfg(name, tag).get("hf_hub") or "")
    repository, _, file = place.rpartition("/")
    return repository, file


def _weights(repository: Repository, wanted: str) -> RemoteFile:
    """The weights' file: safetensors where there is one, because it cannot carry program code."""
    names = [str(Path(wanted).with_suffix(".safetensors")), wanted] if wanted else []
    for name in [*names, *WEIGHTS]:
        if found := repository.file(name):
            return found
    raise UserFixable(
        f"“{repository.name}” on {hub.host()} holds no open_clip weights.",
        "Nothing was changed.",
        "Choose another model.",
    )


def _tokenizer(name: str, repository: Repository) -> list[RemoteFile]:
    """The tokenizer's files, where the architecture needs some: from the model's repository, else from the one it names."""
    import open_clip

    config = open_clip.get_model_config(name) or {}
    elsewhere = config.get("text_cfg", {}).get("hf_tokenizer_name")
    if not elsewhere:
        return []
    own = [file for wanted in TOKENIZER if (file := repository.file(wanted))]
    if own:
        return own
    other = hub.look_up(elsewhere)
    return [file for wanted in TOKENIZER if (file := other.file(wanted))]


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{max(1, round(count / 1e6))} MB"
