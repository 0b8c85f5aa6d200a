"""Makes a finished bundle smaller (Linux): debug symbols go, and libraries that nothing of ours calls are replaced by empty ones.

`python packaging/slim.py FOLDER`. Every replacement is checked by loading what links to it.

Two replacements, each a few lines of C or assembler compiled on the spot:
- encoders of video (x264, x265, SVT-AV1) that the wheels of PyAV and pillow-heif link to. We decode only. They are also the one part
  of the bundle under the GNU GPL alone.
- faiss's own copy of OpenBLAS: its fourteen functions are handed on to the copy that scipy brings.
"""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

LOADED = 1  # kind of an ELF segment that is mapped into memory
ENCODERS = ("libx264-*.so*", "libx265-*.so*", "libSvtAv1Enc-*.so*")
OPENED_BY_NAME = ("libpython", "libcrypto", "libssl", "libxcb-cursor", "libdbus-1")


def slim(folder: Path) -> dict[str, float]:
    """Megabytes won by each step."""
    won = {}
    for step in (empty_encoders, one_openblas, unreferenced, strip):
        before = size(folder)
        step(folder)
        won[step.__name__] = round((before - size(folder)) / 1e6, 1)
    return won


def parts(bundle: Path, count: int = 10) -> tuple[float, dict[str, float]]:
    """Megabytes of the whole, and of its largest parts."""
    sizes: dict[str, int] = {}
    for path in bundle.rglob("*"):
        if path.is_file() and not path.is_symlink():
            place = path.relative_to(bundle).parts
            name = place[1].removesuffix(".libs").removesuffix("_cpu") if len(place) > 2 else place[-1]
            sizes[name] = sizes.get(name, 0) + path.stat().st_size
    largest = sorted(sizes.items(), key=lambda pair: -pair[1])[:count]
    return round(sum(sizes.values()) / 1e6, 1), {name: round(taken / 1e6, 1) for name, taken in largest}


def size(folder: Path) -> int:
    """Bytes of all files, links not counted."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def empty_encoders(folder: Path) -> None:
    """Put libraries of the same names in place whose functions all answer “no”: opening such an encoder fails, decoding never asks."""
    for pattern in ENCODERS:
        for library in folder.rglob(pattern):
            wanted = sorted(_wanted_from(library))
            body = "".join(f"void *{name}(void) {{ return 0; }}\n" for name in wanted)
            _compile(library, body)


def one_openblas(folder: Path) -> None:
    """Let faiss use scipy's OpenBLAS, which has the same functions under names that begin with scipy_."""
    for library in folder.rglob("faiss_cpu.libs/libopenblas*.so"):
        shared = next(iter(folder.rglob("scipy.libs/libscipy_openblas-*.so")), None)
        if shared is None:
            return
        there = _defined(shared)
        wanted = {name for name in _wanted_from(library) if f"scipy_{name}" in there}
        body = "".join(
            f'__asm__(".globl {name}\\n.type {name},@function\\n{name}: jmp scipy_{name}@PLT\\n");\n'
            for name in sorted(wanted)
        )
        _compile(library, body, f"-L{shared.parent}", f"-l:{shared.name}", "-Wl,-rpath,$ORIGIN/../scipy.libs")
        for unneeded in ("libgfortran", "libquadmath"):
            for one in library.parent.glob(f"{unneeded}-*"):
                one.unlink()


def unreferenced(folder: Path) -> None:
    """Take out system libraries that only something left out needed."""
    while True:
        files = [path for path in folder.rglob("*") if _is_library(path)]
        needed = {name for path in files for name in re.findall(r"NEEDED.*\[(.+?)\]", _needs(path))}
        spare = [
            path
            for path in files
            if path.parent == folder and path.name.startswith("lib") and not path.name.startswith(OPENED_BY_NAME)
            if path.name not in needed
        ]
        for path in spare:
            path.unlink()
        for link in folder.rglob("*"):
            if link.is_symlink() and not link.exists():
                link.unlink()
        if not spare:
            return


def strip(folder: Path) -> None:
    """Take debug symbols and local names out of every library, but leave those alone that it would break."""
    for path in folder.rglob("*"):
        if not _is_library(path):
            continue
        beside = path.with_name(path.name + ".stripped")
        done = subprocess.run(
            ["strip", "--strip-unneeded", "-o", beside, path], capture_output=True, text=True, check=False
        )
        if done.returncode == 0 and beside.stat().st_size < path.stat().st_size and loads(beside):
            shutil.copymode(path, beside)
            beside.replace(path)
        else:
            beside.unlink(missing_ok=True)


def loads(library: Path) -> bool:
    """Whether the segments of a 64-bit ELF file can be mapped. The tool that packs wheels moves parts of a library, and `strip` misses that."""
    data = library.read_bytes()
    start, size, count = struct.unpack_from("<Q", data, 32)[0], *struct.unpack_from("<HH", data, 54)
    for number in range(count):
        kind, _, offset, address, _, _, _, align = struct.unpack_from("<IIQQQQQQ", data, start + number * size)
        if kind == LOADED and (address - offset) % max(align, 4096):
            return False
    return True


def _is_library(path: Path) -> bool:
    if path.is_symlink() or not path.is_file() or ".so" not in path.name:
        return False
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def _wanted_from(library: Path) -> set[str]:
    """Names that libraries near by ask of this one."""
    mine = _defined(library)
    asked: set[str] = set()
    for other in library.parents[1].rglob("*.so*"):
        if other != library and not other.is_symlink() and library.name in _needs(other):
            asked |= _names(other, "--undefined-only")
    return asked & mine


def _defined(library: Path) -> set[str]:
    return _names(library, "--defined-only")


def _names(library: Path, which: str) -> set[str]:
    told = subprocess.run(
        ["nm", "-D", which, "--format=posix", library], capture_output=True, text=True, check=False
    ).stdout
    return {re.sub(r"@.*", "", line.split()[0]) for line in told.splitlines() if line.split()}


@cache
def _needs(library: Path) -> str:
    """What a library says of itself; replacing one by a stand-in changes neither its name nor who asks for it."""
    return subprocess.run(["readelf", "-d", library], capture_output=True, text=True, check=False).stdout


def _compile(library: Path, body: str, *more: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        source = Path(place) / "stand_in.c"
        source.write_text(body or "int nothing;\n")
        made = Path(place) / library.name
        soname = next(iter(re.findall(r"soname: \[(.+?)\]", _needs(library))), library.name)
        subprocess.run(
            [
                "gcc",
                "-shared",
                "-fPIC",
                "-O1",
                "-o",
                made,
                source,
                f"-Wl,-soname,{soname}",
                "-Wl,--no-as-needed",
                *more,
            ],
            check=True,
        )
        shutil.copy(made, library)


if __name__ == "__main__":
    print(slim(Path(sys.argv[1])))
