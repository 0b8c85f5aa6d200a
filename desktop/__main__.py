"""`sightline`: a verb runs the engine without a window; no verb opens the window, after a look at whether it can."""

from __future__ import annotations

import sys
from pathlib import Path

NO_WAY = 2


def main(words: list[str] | None = None) -> int:
    """0 done, 1 stopped with a reason, 2 wrong usage or no way to show a window."""
    words = sys.argv[1:] if words is None else words
    plain, folder = for_window(words)
    if not plain:
        from engine.commands.main import main as run_verb

        return run_verb(words, Screen())
    return open_window(folder)


class Screen:
    """What verbs may show; Qt is imported when they do."""

    def show(self, folder: Path, *, sample: bool) -> int:
        return open_window(folder, sample=sample)

    def photograph(self, folder: Path, out: Path) -> list[Path]:
        from desktop.demo import photograph

        return photograph(folder, out)


def open_window(folder: Path | None, *, sample: bool = False) -> int:
    """Run the window on a library (None: the user's own) until it is closed."""
    from desktop.screen_check import what_is_missing

    missing = what_is_missing()
    if missing:
        sys.stderr.write(missing + "\n")
        return NO_WAY
    from desktop.app import main as show

    return show(folder, sample=sample)


def for_window(words: list[str]) -> tuple[bool, Path | None]:
    """Whether there is no verb (nothing at all, or only `--library DIR`), and the folder named."""
    match words:
        case []:
            return True, None
        case ["--library", folder]:
            return True, Path(folder)
        case [one] if one.startswith("--library="):
            return True, Path(one.removeprefix("--library="))
    return False, None


if __name__ == "__main__":
    sys.exit(main())
