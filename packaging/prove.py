"""Proves a Debian package on a fresh Debian 12: `python packaging/prove.py dist/sightline_0.1.0_amd64.deb --out proof` (as root).

Makes a root of its own with debootstrap, installs the package there with apt, starts the application under Xvfb with the words of its
desktop entry, and has a user's first hour in it by keyboard and mouse: first start, a folder handed over by the file manager, index,
map, search, a tag, close, start again. Takes pictures, measures the starts, tries what goes wrong, removes the package and lists what
is left. Needs debootstrap, xvfb, xdotool, x11-apps (xwd) and imagemagick. Writes proof.json beside the pictures.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

SAMPLE = Path(__file__).resolve().parents[1] / "resources" / "sample" / "archive"
USER = "ada"
SIZE = "1280x800x24"
TAG = "favourite"
SEARCHED = "a bird"
# What installing anything changes on a Debian system.
OF_THE_SYSTEM = re.compile(
    r"^/(var/(lib/(dpkg|apt)|cache|log)|proc|sys|dev|run|tmp|etc/(ld\.so\.cache|mailcap|machine-id)|root|home/[^/]+/\.cache/fontconfig)"
)


class Proof:
    """One root, one screen, one user."""

    def __init__(self, root: Path, package: Path, out: Path) -> None:
        self.root, self.package, self.out = root, package, out
        self.home = root / "home" / USER
        self.told: dict[str, object] = {"package": package.name, "megabytes": round(package.stat().st_size / 1e6, 1)}
        self.display = f":{next(n for n in range(90, 200) if not Path(f'/tmp/.X11-unix/X{n}').exists())}"
        self.environment = {**os.environ, "DISPLAY": self.display}

    # -- the machine -------------------------------------------------------------------------------------------
    def inside(
        self, *words: str, user: str = "root", check: bool = True, **surroundings: str
    ) -> subprocess.CompletedProcess[str]:
        home = "/root" if user == "root" else f"/home/{user}"
        clean = {
            "HOME": home,
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            "USER": user,
            **surroundings,
        }
        return subprocess.run(
            [
                "chroot",
                f"--userspec={user}",
                self.root,
                "env",
                "-i",
                *(f"{name}={value}" for name, value in clean.items()),
                *words,
            ],
            capture_output=True,
            text=True,
            check=check,
        )

    @contextmanager
    def running(self) -> Iterator[None]:
        mounted: list[Path] = []
        screen = None
        Path("/tmp/.X11-unix").mkdir(exist_ok=True)
        Path("/tmp/.X11-unix").chmod(0o1777)
        try:
            for kind, place in (
                ("proc", "proc"),
                ("sysfs", "sys"),
                ("/dev", "dev"),
                ("/tmp/.X11-unix", "tmp/.X11-unix"),
            ):
                (self.root / place).mkdir(parents=True, exist_ok=True)
                how = ["--bind", kind] if kind.startswith("/") else ["-t", kind, kind]
                subprocess.run(["mount", *how, self.root / place], check=True)
                mounted.append(self.root / place)
            shutil.copy("/etc/resolv.conf", self.root / "etc" / "resolv.conf")
            screen = subprocess.Popen(
                ["Xvfb", self.display, "-screen", "0", SIZE, "-nolisten", "tcp", "-ac"], stderr=subprocess.DEVNULL
            )
            _until(lambda: Path(f"/tmp/.X11-unix/X{self.display[1:]}").exists(), 20, "Xvfb")
            yield
        finally:
            if screen is not None:
                screen.terminate()
                screen.wait()
            for place in reversed(mounted):
                subprocess.run(["umount", "-l", place], check=False)

    # -- the user ----------------------------------------------------------------------------------------------
    def start(self, *paths: str, cold: bool = False) -> tuple[subprocess.Popen[bytes], dict[str, float]]:
        """Start as the desktop entry says, and measure until the window is there and until it answers a key."""
        entry = (self.root / "usr/share/applications/sightline.desktop").read_text()
        line = re.findall(r"^Exec=(.+)$", entry, re.MULTILINE)[0].replace(
            "%F", " ".join(shlex.quote(path) for path in paths)
        )
        if cold:
            subprocess.run("sync; echo 3 > /proc/sys/vm/drop_caches", shell=True, check=True)
        clean = {
            "HOME": f"/home/{USER}",
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "USER": USER,
            "DISPLAY": self.display,
        }
        began = time.perf_counter()
        process = subprocess.Popen(
            [
                "chroot",
                f"--userspec={USER}",
                self.root,
                "env",
                "-i",
                *(f"{name}={value}" for name, value in clean.items()),
                *shlex.split(line),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        _until(lambda: bool(self._windows()), 120, "the window")
        visible = time.perf_counter() - began
        self._do("mousemove", "640", "790")
        _until(self._answers, 60, "an answer to a key")
        usable = time.perf_counter() - began
        self._do("key", "Escape")
        return process, {"visible_s": round(visible, 2), "usable_s": round(usable, 2)}

    def close(self, process: subprocess.Popen[bytes]) -> None:
        """As the menu's *Close window* does."""
        self.key("Escape", "ctrl+w")
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)
            self.told["closed_by"] = "signal"

    def key(self, *keys: str) -> None:
        self._do("key", "--delay", "60", *keys)

    def type(self, words: str) -> None:
        self._do("type", "--delay", "40", words)

    def picture(self, name: str) -> None:
        subprocess.run(["import", "-window", "root", self.out / f"{name}.png"], env=self.environment, check=True)

    def ask(self, question: str) -> int:
        """One number from the user's library."""
        place = self.home / ".local/share/Sightline/library/library.sqlite"
        connection = sqlite3.connect(f"file:{place}?mode=ro", uri=True)
        try:
            return int(connection.execute(question).fetchone()[0])
        except sqlite3.OperationalError:
            return -1
        finally:
            connection.close()

    def _answers(self) -> bool:
        before = self._screen()
        self._do("key", "ctrl+p")
        until = time.perf_counter() + 1.0
        while time.perf_counter() < until:
            if self._screen() != before:
                return True
            time.sleep(0.03)
        return False

    def _screen(self) -> str:
        return hashlib.md5(
            subprocess.run(["xwd", "-root", "-silent"], env=self.environment, capture_output=True, check=True).stdout
        ).hexdigest()

    def _windows(self) -> list[str]:
        told = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", "Sightline$"],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return told.stdout.split()

    def _do(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=self.environment, check=True)


def fresh_root(base: Path, root: Path) -> None:
    """A Debian 12 that holds nothing but what debootstrap puts there; made once, copied for each proof."""
    if not (base / "bin").exists():
        subprocess.run(
            ["debootstrap", "--variant=minbase", "bookworm", base, "http://deb.debian.org/debian"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
    if str(root) in Path("/proc/mounts").read_text():
        raise SystemExit(f"Something is still mounted below {root}. Unmount it first; it would be emptied.")
    subprocess.run(["rm", "-rf", "--one-file-system", root], check=True)
    subprocess.run(["cp", "-a", "--reflink=auto", base, root], check=True)


def install(proof: Proof) -> set[str]:
    """Install with apt; returns the files that were there before."""
    proof.inside("useradd", "-m", USER)
    before = _files(proof.root)
    shutil.copy(proof.package, proof.root / "tmp" / proof.package.name)
    proof.inside("apt-get", "update", "-qq")
    began = time.perf_counter()
    proof.inside(
        "apt-get",
        "install",
        "-y",
        "-qq",
        "--no-install-recommends",
        f"/tmp/{proof.package.name}",
        DEBIAN_FRONTEND="noninteractive",
    )
    proof.told["installed_in_s"] = round(time.perf_counter() - began, 1)
    (proof.root / "tmp" / proof.package.name).unlink()
    proof.told["version"] = proof.inside("sightline", "--version", user=USER).stdout.strip()
    return before


def first_hour(proof: Proof) -> None:
    """What a user does, each step checked in the library's database."""
    process, proof.told["first_start_cold"] = proof.start(cold=True)
    time.sleep(2)
    proof.picture("1-welcome")
    proof.close(process)
    shutil.copytree(SAMPLE, proof.home / "Archive")
    proof.inside("chown", "-R", f"{USER}:{USER}", f"/home/{USER}/Archive")
    process, _ = proof.start(f"/home/{USER}/Archive")
    began = time.perf_counter()
    _until(
        lambda: proof.ask("SELECT count(*) FROM job WHERE outcome = 'done' AND title LIKE 'Adding%'") > 0,
        600,
        "the indexing job",
    )
    proof.told["indexed"] = {
        "items": proof.ask("SELECT count(*) FROM item"),
        "vectors": proof.ask("SELECT count(*) FROM vector"),
        "seconds": round(time.perf_counter() - began, 1),
    }
    _until(lambda: proof.ask("SELECT count(*) FROM map_layout") > 0, 300, "the map")
    time.sleep(8)
    proof.picture("2-indexed-and-mapped")
    proof._do("mousemove", "545", "46", "click", "1")
    time.sleep(1)
    proof.type(SEARCHED)
    time.sleep(4)
    proof.key("Return")
    time.sleep(2)
    proof.picture("3-search")
    proof._do("mousemove", "300", "560", "click", "1")
    time.sleep(1)
    proof.key("t")
    time.sleep(1)
    proof.type(TAG)
    proof.key("Return")
    _until(lambda: proof.ask(f"SELECT count(*) FROM tag WHERE name = '{TAG}'") > 0, 30, "the tag")
    time.sleep(1)
    proof.picture("4-tagged")
    proof.close(process)
    items = proof.ask("SELECT count(*) FROM item")
    process, proof.told["second_start"] = proof.start()
    time.sleep(6)
    proof.picture("5-started-again")
    _expect(proof.ask("SELECT count(*) FROM item") == items > 300, "the items are not there again")
    _expect(proof.ask(f"SELECT count(*) FROM tag WHERE name = '{TAG}'") == 1, "the tag is not there again")
    another_copy(proof)
    proof.close(process)


def another_copy(proof: Proof) -> None:
    """A second start while the first runs opens to look and says so."""
    clean = {"DISPLAY": proof.display, "HOME": f"/home/{USER}", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    words = [
        "chroot",
        f"--userspec={USER}",
        str(proof.root),
        "env",
        "-i",
        *(f"{name}={value}" for name, value in clean.items()),
        "sightline",
    ]
    second = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    _until(lambda: len(proof._windows()) > 1, 60, "the second window")
    time.sleep(4)
    proof.picture("6-another-copy")
    os.killpg(second.pid, signal.SIGTERM)
    second.wait(20)


def what_goes_wrong(proof: Proof) -> None:
    """Each ends in a sentence; collected as it was said."""
    said = {}
    said["no display"] = proof.inside("sightline", user=USER, check=False)
    proof.inside("mkdir", "-p", "/srv/shut")
    said["no permission"] = proof.inside(
        "sightline", "--library", "/srv/shut/library", "export", "paths", "--out", "/tmp/p.txt", user=USER, check=False
    )
    full = proof.root / "mnt"
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k,mode=777", "tmpfs", full], check=True)
    try:
        said["disk full"] = proof.inside(
            "sightline", "--library", "/mnt/library", "export", "paths", "--out", "/tmp/p.txt", user=USER, check=False
        )
    finally:
        subprocess.run(["umount", full], check=True)
    proof.told["said"] = {name: f"{done.returncode}: {done.stderr.strip()[-400:]}" for name, done in said.items()}
    proof.told["unsaid"] = [
        name
        for name, done in said.items()
        if done.returncode not in (1, 2) or "Traceback" in done.stderr or not done.stderr.strip()
    ]


def disk_full_while_unpacking(proof: Proof) -> None:
    """apt on a disk that is too small: nothing is left half installed, and a later try succeeds."""
    place = proof.root / "usr" / "lib" / "sightline"
    place.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", place], check=True)
    shutil.copy(proof.package, proof.root / "tmp" / "full.deb")
    try:
        done = proof.inside("dpkg", "--force-depends", "-i", "/tmp/full.deb", check=False)
        left = [path for path in place.rglob("*") if path.is_file()]
    finally:
        subprocess.run(["umount", place], check=True)
        (proof.root / "tmp" / "full.deb").unlink()
    shutil.rmtree(place, ignore_errors=True)
    proof.told["disk_full_while_unpacking"] = {
        "exit": done.returncode,
        "said": done.stderr.strip().splitlines()[:3],
        "left": len(left),
    }
    _expect(done.returncode != 0 and "No space left" in done.stderr and not left, done.stderr)


def remove(proof: Proof, before: set[str]) -> None:
    """Remove it with all it brought; what is left is the user's."""
    proof.inside("apt-get", "purge", "-y", "-qq", "--autoremove", "sightline*", DEBIAN_FRONTEND="noninteractive")
    left = sorted(name for name in _files(proof.root) - before if not OF_THE_SYSTEM.match(name))
    own = [
        name
        for name in left
        if name.startswith(
            (
                f"/home/{USER}/.local/share/Sightline",
                f"/home/{USER}/.config/Sightline",
                f"/home/{USER}/.cache/Sightline",
                f"/home/{USER}/Archive",
            )
        )
    ]
    rest = [name for name in left if name not in own]
    tops = sorted({"/".join(name.split("/")[:6]) for name in own if "Archive" not in name})
    proof.told["left"] = {"of_the_user": tops, "anything_else": rest}


def _files(root: Path) -> set[str]:
    told = subprocess.run(
        ["find", root, "-xdev", "-type", "f", "-printf", "/%P\n"], capture_output=True, text=True, check=True
    )
    return set(told.stdout.splitlines())


def _until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    end = time.perf_counter() + seconds
    while not holds():
        if time.perf_counter() > end:
            raise SystemExit(f"{what} did not come within {seconds:.0f} s")
        time.sleep(0.04)


def _expect(holds: object, otherwise: str) -> None:
    if not holds:
        raise SystemExit(otherwise)


def main() -> None:
    words = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    words.add_argument("package", type=Path)
    words.add_argument("--out", type=Path, default=Path("proof"))
    words.add_argument(
        "--base", type=Path, default=Path("build/debian-base"), help="where the bare Debian is kept for the next time"
    )
    words.add_argument("--root", type=Path, default=Path("build/debian-root"))
    chosen = words.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    fresh_root(chosen.base.absolute(), chosen.root.absolute())
    proof = Proof(chosen.root.absolute(), chosen.package.absolute(), chosen.out.absolute())
    try:
        with proof.running():
            disk_full_while_unpacking(proof)
            before = install(proof)
            first_hour(proof)
            what_goes_wrong(proof)
            remove(proof, before)
    finally:
        proof.told["load"] = os.getloadavg()[0]
        (chosen.out / "proof.json").write_text(json.dumps(proof.told, indent=1) + "\n")
        print(json.dumps(proof.told, indent=1))
    _expect(not proof.told["left"]["anything_else"], "the package left something behind")  # type: ignore[index]
    _expect(not proof.told["unsaid"], f"no sentence for: {proof.told['unsaid']}")


if __name__ == "__main__":
    sys.exit(main())
