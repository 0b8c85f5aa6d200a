"""Evaluates the recipe for every system as far as this one can: `python packaging/check_recipes.py`.

PyInstaller's spec is run with its commands replaced by ones that only write down what they are given, once as each system and variant;
then the lists, the metadata, the installer script and the icons are looked at. Ends in 1 with a line per fault.
"""

from __future__ import annotations

import plistlib
import re
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SYSTEMS = ("linux", "win32", "darwin")


def evaluate(system: str, variant: str) -> dict[str, list[dict[str, Any]]]:
    """What the spec asks PyInstaller for when it runs on `system`: calls by name, with their arguments."""
    told: dict[str, list[dict[str, Any]]] = {}

    class Written:
        """Stands for whatever a command of the spec returns."""

        pure, scripts = (), ()

        def __init__(self) -> None:
            self.binaries: list[tuple[str, str, str]] = [
                ("torchvision/_C.so", "", "BINARY"),
                ("torch/lib/libtorch_cpu.so", "", "BINARY"),
            ]
            self.datas: list[tuple[str, str, str]] = [
                ("resources/help/explore.md", "", "DATA"),
                ("scipy/tests/data/x.npz", "", "DATA"),
            ]

    def command(name: str) -> Any:
        def write(*given: Any, **named: Any) -> Written:
            told.setdefault(name, []).append({"given": given, **named})
            return Written()

        return write

    names = {name: command(name) for name in ("Analysis", "PYZ", "EXE", "COLLECT", "BUNDLE")}
    source = (HERE / "sightline.spec").read_text(encoding="utf-8")
    with patch.object(sys, "platform", system), patch.dict("os.environ", {"SIGHTLINE_VARIANT": variant}):
        exec(compile(source, "sightline.spec", "exec"), {**names, "SPECPATH": str(HERE)})
    return told


def faults(system: str, variant: str) -> list[str]:
    """What is wrong with the recipe for one system and variant."""
    told = evaluate(system, variant)
    analysis = told["Analysis"][0]
    found = []
    modules = set(analysis["hiddenimports"])
    for file in (ROOT / "engine").rglob("*.py"):
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if "migrations" not in file.parts and not name.startswith("engine.training.starter") and name not in modules:
            found.append(f"{name} is not taken along")
    for source, _ in analysis["datas"]:
        if not Path(source).exists():
            found.append(f"{source} is not there")
    collected = told["COLLECT"][0]["given"]
    kept = {entry[0] for part in collected if isinstance(part, list) for entry in part}
    if "resources/help/explore.md" not in kept or "scipy/tests/data/x.npz" in kept:
        found.append(f"what stays out is wrong: {sorted(kept)}")
    if ("torchvision/_C.so" in kept) != (variant == "cuda"):
        found.append("torchvision's compiled part belongs to the variant with CUDA alone")
    programs = [(one["name"], one["console"]) for one in told["EXE"]]
    wanted = {
        "linux": [("sightline", True)],
        "darwin": [("sightline", False)],
        "win32": [("sightline", False), ("sightline-console", True)],
    }
    if programs != wanted[system]:
        found.append(f"programs {programs}")
    if system == "darwin":
        bundle = told["BUNDLE"][0]
        plistlib.dumps(bundle["info_plist"])
        if (
            not re.fullmatch(r"\d+\.\d+\.\d+", bundle["version"])
            or bundle["bundle_identifier"] != "org.sightline.Sightline"
        ):
            found.append(f"metadata {bundle['version']} {bundle['bundle_identifier']}")
    elif "BUNDLE" in told:
        found.append("an application bundle for a system that has none")
    return found


def installer_faults() -> list[str]:
    """What is wrong with the Windows installer's script and the macOS entitlements, as text."""
    script = (HERE / "windows" / "sightline.iss").read_text(encoding="utf-8")
    found = [
        f"the installer has no [{part}]"
        for part in ("Setup", "Files", "Icons", "Registry", "Run", "UninstallDelete")
        if f"[{part}]" not in script
    ]
    tasks = set(re.findall(r"^Name: (\w+);", script, re.MULTILINE))
    found += [f"task {name} is used and not declared" for name in set(re.findall(r"Tasks: (\w+)", script)) - tasks]
    found += [
        f"{name} is not there"
        for name in re.findall(r"LicenseFile=(.+)", script)
        if not (HERE / "windows" / name.strip().replace("\\", "/")).exists()
    ]
    if not {"allow-jit"} <= {
        key.rsplit(".", 1)[-1] for key in plistlib.loads((HERE / "macos" / "entitlements.plist").read_bytes())
    }:
        found.append("the map's loops cannot be compiled on macOS")
    return found


def main() -> int:
    all_faults = installer_faults()
    for system in SYSTEMS:
        for variant in ("cpu", "cuda") if system != "darwin" else ("cpu",):
            here = faults(system, variant)
            print(f"{system:>7} {variant:>5}: {'in order' if not here else f'{len(here)} faults'}")
            all_faults += [f"{system} {variant}: {fault}" for fault in here]
    for fault in all_faults:
        print(fault, file=sys.stderr)
    return 1 if all_faults else 0


if __name__ == "__main__":
    sys.exit(main())
