"""Makes the portable archive of a finished bundle: unpack anywhere, run start-sightline, delete the folder to be rid of it."""

from __future__ import annotations

import platform
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = """Sightline {version}, {variant} variant, for Linux on {machine}

Start it with ./start-sightline (or a double click on it). It needs nothing installed but OpenGL (Debian: libgl1, libegl1) and fonts.
Nothing is written into this folder: your library lies in ~/.local/share/Sightline, settings in ~/.config/Sightline.
To remove Sightline delete this folder.
"""


def make_archive(bundle: Path, icons: Path, variant: str, version: str, target: Path) -> Path:
    """Build `target`/sightline-VERSION-linux-MACHINE-VARIANT.tar.xz. The file COMPLETE comes last, so that a cut unpacking is noticed."""
    name = f"sightline-{version}-linux-{platform.machine()}-{variant}"
    stage = target / f"archive-{variant}" / name
    shutil.rmtree(stage.parent, ignore_errors=True)
    stage.mkdir(parents=True)
    (stage / "README.txt").write_text(
        README.format(version=version, variant=variant, machine=platform.machine()), encoding="utf-8"
    )
    shutil.copy2(ROOT / "packaging" / "linux" / "start-sightline", stage)
    shutil.copy2(icons / "hicolor" / "256x256" / "apps" / "sightline.png", stage)
    (stage / "COMPLETE").write_text(f"{version}\n")
    made = target / f"{name}.tar.xz"
    before = [f"{name}/{part}" for part in ("README.txt", "start-sightline", "sightline.png")]
    transform = f"--transform=flags=r;s|^{bundle.name}|{name}/sightline|"  # names of files, not what links point to
    owners = ["--owner=0", "--group=0", "--numeric-owner", "--sort=name"]
    places = [
        "-C",
        stage.parent,
        *before,
        "-C",
        bundle.resolve().parent,
        bundle.name,
        "-C",
        stage.parent,
        f"{name}/COMPLETE",
    ]
    with made.open("wb") as file:
        packed = subprocess.Popen(["xz", "-6", "-T2"], stdin=subprocess.PIPE, stdout=file)
        subprocess.run(["tar", "-c", *owners, transform, *places], stdout=packed.stdin, check=True)
        assert packed.stdin is not None
        packed.stdin.close()
        if packed.wait():
            raise SystemExit("xz could not write the archive; is the disk full?")
    return made
