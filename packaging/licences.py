"""Collects the licence of everything in a bundle, from the bundler's own lists of files. Stops when a file belongs to nobody known.

A file belongs to an installed package (its licence files are copied), to Python, to a Debian package (its copyright file), or to a
library that a wheel carries inside (`NATIVE`, because wheels seldom say). The result is `resources/licences` of the bundle, which
*About* reads.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEXTS = ROOT / "packaging" / "texts"
SAMPLE = ROOT / "resources" / "sample" / "licences"
APACHE = ROOT / "LICENSE"
# Packages whose wheels bring no licence file: what they name, in full.
BY_NAME = {
    "tokenizers": (APACHE,),
    "flatbuffers": (APACHE,),
    "pyside6-essentials": (TEXTS / "LGPL-3.txt", TEXTS / "GPL-3.txt"),
    "pyside6-addons": (TEXTS / "LGPL-3.txt", TEXTS / "GPL-3.txt"),
    "shiboken6": (TEXTS / "LGPL-3.txt", TEXTS / "GPL-3.txt"),
}
LGPL2, LGPL3, GPL2 = TEXTS / "LGPL-2.1.txt", TEXTS / "LGPL-3.txt", SAMPLE / "GPL-2.txt"
SHORT = TEXTS / "native.md"  # the short licences (MIT, BSD, zlib and the like) of the libraries below, by name
# Libraries that wheels carry inside: the beginning of a file's name, whose it is, its licence, the text.
NATIVE: tuple[tuple[str, str, str, Path], ...] = (
    (
        "libav(codec|device|filter|format|util)|libsw(resample|scale)|libpostproc",
        "FFmpeg",
        "LGPL-2.1-or-later, parts GPL-2.0-or-later",
        GPL2,
    ),
    ("libQt6FFmpegStub|libQt6|libpyside|libshiboken", "Qt", "LGPL-3.0-only", LGPL3),
    ("libicu", "ICU", "Unicode-3.0", SAMPLE / "Unicode-DFS-2016.txt"),
    ("libx26[45]|libSvtAv1Enc", "empty stand-ins for video encoders", "Apache-2.0, ours", APACHE),
    ("libopenblas|libscipy_openblas", "OpenBLAS", "BSD-3-Clause", SHORT),
    (
        "libgfortran|libquadmath|libgomp|libgcc_s|libstdc",
        "GCC runtime libraries",
        "GPL-3.0 with the GCC Runtime Library Exception",
        TEXTS / "GPL-3.txt",
    ),
    (
        "libgmp|libnettle|libhogweed|libunistring",
        "GMP, Nettle, libunistring",
        "LGPL-3.0-or-later or GPL-2.0-or-later",
        LGPL3,
    ),
    ("libgnutls", "GnuTLS", "LGPL-2.1-or-later", LGPL2),
    ("libasound", "ALSA library", "LGPL-2.1-or-later", LGPL2),
    ("libmp3lame", "LAME", "LGPL-2.0-or-later", LGPL2),
    ("libheif|libde265", "libheif and libde265", "LGPL-3.0-or-later", LGPL3),
    ("libraw_r|libraw", "LibRaw", "LGPL-2.1-only or CDDL-1.0", LGPL2),
    ("libsndfile", "libsndfile", "LGPL-2.1-or-later", LGPL2),
    ("libopencore-amr", "OpenCORE AMR", "Apache-2.0", APACHE),
    ("libbrotli", "Brotli", "MIT", SHORT),
    ("libdav1d", "dav1d", "BSD-2-Clause", SHORT),
    ("libvpx", "libvpx", "BSD-3-Clause", SHORT),
    ("libvpl", "oneVPL", "MIT", SHORT),
    ("libopus", "Opus", "BSD-3-Clause", SHORT),
    ("libwebp|libsharpyuv", "libwebp", "BSD-3-Clause", SHORT),
    ("libavif", "libavif", "BSD-2-Clause", SHORT),
    ("libX|libxcb|libdrm", "X.Org libraries and libdrm", "MIT", SHORT),
    ("libfreetype", "FreeType", "FTL", SHORT),
    ("libharfbuzz", "HarfBuzz", "MIT-Modern-Variant", SHORT),
    ("libjasper", "JasPer", "JasPer-2.0", SHORT),
    ("libjpeg|libturbojpeg", "libjpeg-turbo", "IJG, BSD-3-Clause and zlib", SHORT),
    ("liblcms2", "Little CMS", "MIT", SHORT),
    ("liblzma", "XZ Utils", "0BSD", SHORT),
    ("libopenjp2", "OpenJPEG", "BSD-2-Clause", SHORT),
    ("libpng", "libpng", "libpng-2.0", SHORT),
    ("libtiff", "LibTIFF", "libtiff", SHORT),
    ("libz(-|\\.)|libzstd", "zlib and Zstandard", "Zlib, BSD-3-Clause", SHORT),
)
# What is no program: the files lie under resources/ and in the icon fonts.
CONTENT = (
    ("Phosphor icons", "1.3", "MIT", (SHORT,)),
    ("Material Design Icons", "6.9", "Apache-2.0", (APACHE,)),
    ("Sample: Tux Paint stamps", "2022.06.04", "GPL-2.0-or-later", (SAMPLE / "GPL-2.txt",)),
    ("Sample: Noto Color Emoji", "2.042", "OFL-1.1", (SAMPLE / "OFL-1.1.txt",)),
    ("Sample: Unicode CLDR", "41", "Unicode-DFS-2016", (SAMPLE / "Unicode-DFS-2016.txt",)),
)


@dataclass
class Part:
    """One entry of the list as it grows."""

    name: str
    version: str
    licence: str
    texts: list[Path] = field(default_factory=list)


def collect(work: Path, target: Path) -> list[Part]:
    """Read the bundler's lists in `work`, write the licences of all that is in the bundle to `target`. Raises SystemExit when one is missing."""
    sys.path.insert(0, str(ROOT))
    owners = _Owners(work)
    unknown = []
    for place, source in _entries(work):
        if not owners.take(place, source):
            unknown.append(f"{place} from {source}")
    for name, version, licence, texts in CONTENT:
        owners.parts[name] = Part(name, version, licence, list(texts))
    parts = sorted(owners.parts.values(), key=lambda part: part.name.lower())
    without = [part.name for part in parts if not part.texts or not all(text.is_file() for text in part.texts)]
    if unknown or without:
        raise SystemExit(
            "Licences are missing.\n"
            + "\n".join([*(f"  no text: {name}" for name in without), *(f"  nobody's: {line}" for line in unknown)])
        )
    _write(parts, target)
    return parts


class _Owners:
    """Who owns a file."""

    def __init__(self, work: Path) -> None:
        from desktop.licences import of_distribution

        self.parts: dict[str, Part] = {}
        self._of_distribution = of_distribution
        self._noted: set[int] = set()
        self._files: dict[str, metadata.Distribution] = {}
        for one in metadata.distributions():
            base = os.path.realpath(str(one.locate_file("")))
            for file in one.files or []:
                self._files[os.path.normpath(os.path.join(base, file))] = one
        self._python = [
            Path(sysconfig.get_paths()["stdlib"]).resolve(),
            Path(sys.base_prefix).resolve(),
            work.resolve(),
        ]

    def take(self, place: str, source: Path) -> bool:
        """Note the owner of one file; False when it has none."""
        owner = self._files.get(os.path.realpath(source))
        if owner is not None:
            self._note_package(owner)
            return self._note_native(Path(place).name)
        resolved = source.resolve()
        if place == "base_library.zip" or any(folder in resolved.parents for folder in self._python):
            self._note("Python", sys.version.split()[0], "PSF-2.0", [self._python[0] / "LICENSE.txt"])
            return True  # its libraries are its own
        if ROOT in resolved.parents:
            return True
        if (package := self._debian_package(resolved)) is not None:
            self._note(*package)
            return True
        return False

    def _note_package(self, one: metadata.Distribution) -> None:
        if id(one) in self._noted:
            return
        self._noted.add(id(one))
        known = self._of_distribution(one)
        plain = re.sub(r"[-_.]+", "-", known.name).lower()
        self._note(known.name, known.version, known.licence, list(known.texts) or list(BY_NAME.get(plain, ())))

    def _note_native(self, name: str) -> bool:
        """A library that a wheel carries inside is noted beside the wheel."""
        for pattern, owner, licence, text in NATIVE:
            if re.match(pattern, name):
                self._note(owner, "", licence, [text])
                return True
        return True  # the package's own library

    def _note(self, name: str, version: str, licence: str, texts: list[Path]) -> None:
        self.parts.setdefault(name, Part(name, version, licence, texts))

    def _debian_package(self, file: Path) -> tuple[str, str, str, list[Path]] | None:
        if not file.is_relative_to("/usr") and not file.is_relative_to("/lib"):
            return None
        for path in (file, Path(str(file).removeprefix("/usr"))):
            told = subprocess.run(["dpkg-query", "-S", path], capture_output=True, text=True, check=False)
            if told.returncode == 0:
                package = told.stdout.split(":", 1)[0]
                version = subprocess.run(
                    ["dpkg-query", "-W", "-f", "${source:Version}", package],
                    capture_output=True,
                    text=True,
                    check=False,
                ).stdout
                return f"{package} (Debian)", version, "see its text", [Path("/usr/share/doc") / package / "copyright"]
        return None


def _entries(work: Path) -> Iterator[tuple[str, Path]]:
    """(place in the bundle, file it came from) of every library, file and module."""
    for name in ("COLLECT-00.toc", "PYZ-00.toc"):
        for entry in _lists_in(ast.literal_eval((work / name).read_text(encoding="utf-8"))):
            place, source, kind = entry[:3]
            if (
                kind not in ("SYMLINK", "OPTION", "EXECUTABLE", "PKG", "PYZ", "DEPENDENCY")
                and source
                and source not in ("-", "None")
            ):
                yield place, Path(source)


def _lists_in(told: object) -> Iterator[tuple[str, str, str]]:
    if (
        isinstance(told, tuple)
        and len(told) >= 3
        and all(part is None or isinstance(part, str) for part in told[:3])
        and told[0]
    ):
        yield told  # type: ignore[misc]
    elif isinstance(told, (list, tuple)):
        for part in told:
            yield from _lists_in(part)


def _write(parts: list[Part], target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    index, kept = [], {}
    for part in parts:
        names = []
        for text in part.texts:
            data = text.read_bytes()
            if data not in kept:  # the same text serves many
                stem = re.sub(r"[^A-Za-z0-9.]+", "-", f"{part.name}-{text.name}").strip("-")
                name, count = stem, 1
                while name in kept.values():
                    name, count = f"{stem}-{count}", count + 1
                (target / name).write_bytes(data)
                kept[data] = name
            names.append(kept[data])
        index.append({"name": part.name, "version": part.version, "licence": part.licence, "texts": names})
    (target / "index.json").write_text(json.dumps(index, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    print(f"{len(collect(Path(sys.argv[1]), Path(sys.argv[2])))} parts")
