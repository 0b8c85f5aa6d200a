"""`sightline`: a verb runs the engine without a window; no verb, or paths, opens the window, after a look at whether it can."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

NO_WAY = 2


@dataclass(frozen=True)
class Wish:
    """A window on a library (None: the user's own), and files and folders to add to it."""

    library: Path | None = None
    paths: tuple[Path, ...] = ()


def main(words: list[str] | None = None) -> int:
    """0 done, 1 stopped with a reason, 2 wrong usage or no way to show a window."""
    words = sys.argv[1:] if words is None else words
    wish = for_window(words)
    if wish is None:
        from engine.commands.main import main as run_verb

        return run_verb(words, Screen())
    return open_window(wish.library, paths=wish.paths)


class Screen:
    """What verbs may show; Qt is imported when they do."""

    def show(self, folder: Path, *, sample: bool) -> int:
        return open_window(folder, sample=sample)

    def photograph(self, folder: Path, out: Path) -> list[Path]:
        from desktop.demo import photograph

        return photograph(folder, out)


def open_window(folder: Path | None, *, sample: bool = False, paths: tuple[Path, ...] = ()) -> int:
    """Run the window on a library (None: the user's own) until it is closed."""
    from desktop.screen_check import what_is_missing

    missing = what_is_missing()
    if missing:
        sys.stderr.write(missing + "\n")
        return NO_WAY
    from desktop.app import main as show

    return show(folder, sample=sample, paths=paths)


def for_window(words: list[str]) -> Wish | None:
    """What the window is to show when no verb is named: nothing, `--library DIR`, or paths as a file manager hands them over."""
    folder, rest = None, words
    match words:
        case ["--library", named, *after]:
            folder, rest = Path(named), after
        case [one, *after] if one.startswith("--library="):
            folder, rest = Path(one.removeprefix("--library=")), after
    paths = [_path(word) for word in rest]
    return None if None in paths else Wish(folder, tuple(path for path in paths if path is not None))


def _path(word: str) -> Path | None:
    """A word with a separator in it, or a file's address, is a path; any other word is a verb."""
    if word.startswith("file:"):
        return Path(unquote(urlsplit(word).path))
    is_path = word in (".", "..") or os.sep in word or (os.altsep is not None and os.altsep in word)
    return Path(word).absolute() if is_path and not word.startswith("-") else None


if __name__ == "__main__":
    sys.exit(main())
