"""Makes a Debian package of a finished bundle: program, menu entry, icons, man page; removal leaves only the user's library.

The package needs of the system what Qt leaves to it (OpenGL) and fonts; everything else comes along.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINUX = ROOT / "packaging" / "linux"
DEPENDS = "libc6 (>= 2.36), libgl1, libegl1, fontconfig-config, fonts-dejavu-core | fonts-liberation | ttf-mscorefonts-installer"
RECOMMENDS = "libpulse0, fonts-noto-core, fonts-noto-cjk"
ROOM = 1.05  # of the installed size has to be free before anything is unpacked
PREINST = """#!/bin/sh
set -e
if [ "$1" = install ] || [ "$1" = upgrade ]; then
    free=$(df -Pk /usr/lib | awk 'NR == 2 {{ print $4 }}')
    if [ "$free" -lt {need} ] && [ ! -d /usr/lib/sightline ]; then
        echo "Sightline needs {megabytes} MB in /usr/lib, and $((free / 1024)) MB are free. Nothing was installed. Free some space and install again." >&2
        exit 1
    fi
fi
exit 0
"""
PRERM = """#!/bin/sh
set -e
# Python may have kept compiled files beside the program; they are not the package's, and would keep its folder.
if [ "$1" = remove ] || [ "$1" = upgrade ]; then
    find /usr/lib/sightline -type d -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
fi
exit 0
"""
CONTROL = """Package: {package}
Version: {version}
Architecture: {architecture}
Maintainer: The Sightline authors <sightline@localhost>
Installed-Size: {size}
Depends: {depends}
Recommends: {recommends}
{conflicts}Section: graphics
Priority: optional
Description: see your own photos, sounds and texts the way a model sees them
 Add folders of photos, sounds and texts, watch them arrange themselves into
 a live map, search them in plain words or by example, tag what you find, and
 take it out again. Works offline with a small model that is built in.
 .
 Nothing leaves the computer, and originals are only ever read.
{variant}"""
VARIANTS = {
    "cpu": ("sightline", " .\n This variant computes on the processor.\n", "Conflicts: sightline-cuda\n"),
    "cuda": (
        "sightline-cuda",
        " .\n This variant computes on NVIDIA graphics cards, or on the processor.\n",
        "Conflicts: sightline\nProvides: sightline\n",
    ),
}


def make_deb(bundle: Path, icons: Path, variant: str, version: str, target: Path, compression: str = "xz") -> Path:
    """Build `target`/NAME_VERSION_ARCH.deb and return its path."""
    package, sentence, conflicts = VARIANTS[variant]
    stage = target / f"deb-{variant}"
    shutil.rmtree(stage, ignore_errors=True)
    _lay(bundle, icons, stage, package, version)
    architecture = subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
    ).stdout.strip()
    size = sum(path.lstat().st_size for path in stage.rglob("*") if not path.is_dir()) // 1024 + 1
    control = stage / "DEBIAN"
    control.mkdir()
    (control / "control").write_text(
        CONTROL.format(
            package=package,
            version=version,
            architecture=architecture,
            size=size,
            depends=DEPENDS,
            recommends=RECOMMENDS,
            conflicts=conflicts,
            variant=sentence,
        )
    )
    need = round(size * ROOM)
    for name, script in (("preinst", PREINST.format(need=need, megabytes=need // 1024)), ("prerm", PRERM)):
        (control / name).write_text(script)
        (control / name).chmod(0o755)
    (control / "md5sums").write_text(_sums(stage))
    made = target / f"{package}_{version}_{architecture}.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", f"-Z{compression}", "-z6", "--threads-max=2", "--build", stage, made],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return made


def _lay(bundle: Path, icons: Path, stage: Path, package: str, version: str) -> None:
    program, share = stage / "usr" / "lib" / "sightline", stage / "usr" / "share"
    shutil.copytree(bundle, program, symlinks=True, copy_function=_link)
    (stage / "usr" / "bin").mkdir(parents=True)
    (stage / "usr" / "bin" / "sightline").symlink_to("../lib/sightline/sightline")
    shutil.copytree(icons / "hicolor", share / "icons" / "hicolor")
    _write(share / "applications" / "sightline.desktop", _filled("sightline.desktop", version))
    _write(
        share / "metainfo" / "org.sightline.Sightline.metainfo.xml",
        _filled("org.sightline.Sightline.metainfo.xml", version),
    )
    _write(share / "man" / "man1" / "sightline.1.gz", _packed(_filled("sightline.1", version)))
    doc = share / "doc" / package
    _write(doc / "copyright", _copyright())
    _write(doc / "changelog.gz", _packed((ROOT / "CHANGELOG.md").read_bytes()))
    for path in stage.rglob("*"):
        if path.is_dir():
            path.chmod(0o755)
        elif not path.is_symlink() and path.stat().st_nlink == 1:
            path.chmod(0o755 if os.access(path, os.X_OK) else 0o644)


def _link(source: str, target: str) -> None:
    """A second name instead of a second gigabyte."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _filled(name: str, version: str) -> bytes:
    words = (
        (LINUX / name)
        .read_text(encoding="utf-8")
        .replace("@VERSION@", version)
        .replace("@DATE@", time.strftime("%Y-%m-%d"))
    )
    return words.replace("@VERBS@", _verbs() if "@VERBS@" in words else "").encode()


def _verbs() -> str:
    """The verbs for the man page, as the source declares them."""
    found = []
    for file in sorted((ROOT / "engine" / "commands").glob("*.py")):
        words = file.read_text(encoding="utf-8")
        if "\nHELP = " in words:
            line = words.split("\nHELP = ", 1)[1].split("\n", 1)[0].strip().strip('"')
            found.append(f".TP\n.B {file.stem.replace('_', '-')}\n{line}")
    return "\n".join(found)


def _copyright() -> bytes:
    head = "Sightline is under the Apache License 2.0, see /usr/share/common-licenses/Apache-2.0.\n"
    return (
        head
        + "The licences of everything it was built with stand in /usr/lib/sightline/_internal/resources/licences, and in Help > About Sightline.\n"
    ).encode()


def _packed(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _sums(stage: Path) -> str:
    lines = []
    for path in sorted(stage.rglob("*")):
        if path.is_file() and not path.is_symlink() and "DEBIAN" not in path.parts:
            with path.open("rb") as file:
                lines.append(f"{hashlib.file_digest(file, 'md5').hexdigest()}  {path.relative_to(stage)}")
    return "\n".join(lines) + "\n"
