"""Builds Sightline's packages from a clean checkout with one command: `python packaging/build.py`.

Makes an environment of its own in build/, collects the application with PyInstaller, takes out what it does not need, collects the
licences of all that is in it, and writes to dist/: on Linux a Debian package and a portable archive, on Windows an installer, on macOS a
disk image. `--variant cuda` keeps torch's CUDA libraries. Needs Python 3.11 to 3.13; on Linux gcc, binutils and (for the package) dpkg.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / "packaging"
PINS = HERE / "pins.txt"
TORCH = {"cpu": ("torch==2.13.0", "torchvision==0.28.0"), "cuda": ("torch==2.15.0", "torchvision==0.29.2")}
NOT_NEEDED = ("umap-learn", "torch", "torchvision", "onnx")  # for tests, or named by TORCH


def main() -> None:
    words = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    words.add_argument("--variant", choices=("cpu", "cuda"), default="cpu")
    words.add_argument("--build", type=Path, default=ROOT / "build", help="where it works (default: build/)")
    words.add_argument("--dist", type=Path, default=ROOT / "dist", help="where the packages go (default: dist/)")
    words.add_argument(
        "--torch-index", metavar="URL", help="where pip finds torch without CUDA, if not among its own sources"
    )
    words.add_argument(
        "--only", choices=("environment", "collect", "finish", "pack"), action="append", help="run these steps alone"
    )
    chosen = words.parse_args()
    build, dist = chosen.build.absolute(), chosen.dist.absolute()
    environment = build / f"environment-{chosen.variant}"
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    steps = chosen.only or ["environment", "collect", "finish", "pack"]
    if "environment" in steps:
        _timed("environment", lambda: make_environment(environment, python, chosen.variant, chosen.torch_index))
    if "collect" in steps:
        _timed("collect", lambda: collect(python, build, chosen.variant))
    bundle = build / f"bundle-{chosen.variant}" / "sightline"
    if "finish" in steps:
        _timed("finish", lambda: print(_call(python, "finish", bundle, build / f"work-{chosen.variant}" / "sightline")))
    if "pack" in steps:
        dist.mkdir(parents=True, exist_ok=True)
        _timed("pack", lambda: pack(bundle, build, dist, chosen.variant))


def make_environment(folder: Path, python: Path, variant: str, index: str | None) -> None:
    """An environment that holds what goes into the bundle, and the bundler."""
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    from_where = ["--index-url", index] if index else []
    subprocess.run([*pip, *from_where, TORCH[variant][0]], check=True)
    has_cuda = subprocess.run(
        [python, "-c", "import torch, sys; sys.exit(torch.version.cuda is not None)"], check=False
    ).returncode
    if variant == "cpu" and has_cuda:
        raise SystemExit(
            "pip brought a torch with CUDA, which would make the package four gigabytes larger. Remove build/environment-cpu and name the index"
            " of the builds for the processor alone: --torch-index URL (PyTorch's installation page has it)."
        )
    subprocess.run([*pip, "-r", _needs(folder), "-c", PINS, *TORCH[variant]], check=True)


def _needs(folder: Path) -> Path:
    import tomllib

    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    kept = [line for line in told if re.split(r"[<>=!~ ;\[]", line)[0] not in NOT_NEEDED]
    place = folder / "needs.txt"
    place.write_text("\n".join([*kept, "pyinstaller"]) + "\n", encoding="utf-8")
    return place


def collect(python: Path, build: Path, variant: str) -> None:
    """Icons, then PyInstaller's folder."""
    subprocess.run([python, HERE / "icons.py", build / "icons"], check=True, stdout=subprocess.DEVNULL)
    words = [
        "--noconfirm",
        "--distpath",
        build / f"bundle-{variant}",
        "--workpath",
        build / f"work-{variant}",
        "--log-level",
        "WARN",
    ]
    surroundings = {**os.environ, "SIGHTLINE_VARIANT": variant, "SIGHTLINE_ICONS": str(build / "icons")}
    subprocess.run([python, "-m", "PyInstaller", *words, HERE / "sightline.spec"], check=True, env=surroundings)


def finish(bundle: Path, work: Path) -> dict[str, Any]:
    """Licences in, superfluous parts out. Runs in the environment, whose packages it reads."""
    from licences import collect as collect_licences
    from slim import parts, slim

    inside = bundle / "_internal"
    found = collect_licences(work, inside / "resources" / "licences")
    won = slim(inside) if sys.platform.startswith("linux") else {}
    megabytes, largest = parts(bundle)
    return {"licences": len(found), "won_mb": won, "installed_mb": megabytes, "largest": largest}


def pack(bundle: Path, build: Path, dist: Path, variant: str) -> None:
    """What the user downloads."""
    version = _version()
    if sys.platform == "win32":
        subprocess.run(
            ["iscc", f"/DVersion={version}", f"/DBundle={bundle}", f"/O{dist}", HERE / "windows" / "sightline.iss"],
            check=True,
        )
    elif sys.platform == "darwin":
        subprocess.run(
            ["sh", HERE / "macos" / "make_dmg.sh", bundle.parent / "Sightline.app", dist / f"Sightline-{version}.dmg"],
            check=True,
        )
    else:
        from archive import make_archive
        from deb import make_deb

        made = [make_archive(bundle, build / "icons", variant, version, dist)]
        if shutil.which("dpkg-deb"):
            made.append(make_deb(bundle, build / "icons", variant, version, dist))
        for path in made:
            print(f"{path}  {path.stat().st_size / 1e6:.0f} MB")


def _version() -> str:
    return re.findall(r'__version__ = "(.+)"', (ROOT / "engine" / "__init__.py").read_text(encoding="utf-8"))[0]


def _call(python: Path, name: str, *paths: Path) -> str:
    code = f"import json, sys; sys.path.insert(0, {str(HERE)!r}); from pathlib import Path; import build; print(json.dumps(build.{name}(*map(Path, sys.argv[1:]))))"
    done = subprocess.run([python, "-c", code, *paths], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)
    return json.dumps(json.loads(done.stdout.splitlines()[-1]), indent=1)


def _timed(name: str, step: Any) -> None:
    began = time.perf_counter()
    step()
    print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
