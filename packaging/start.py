"""Where the packaged application begins: as a worker when it was started as one, otherwise as `sightline` itself.

A frozen program has no `python -m`: for a media or map worker it starts itself again with one of these words first.
"""

from __future__ import annotations

import multiprocessing
import os
import sys

WORKERS = {"--media-worker": "engine.media.worker", "--map-worker": "engine.maps.worker"}


def main() -> int:
    """Leave through the worker's or the application's own main."""
    multiprocessing.freeze_support()
    _give_back_library_path()
    _keep_compiled_code()
    if len(sys.argv) > 1 and sys.argv[1] in WORKERS:
        return _work(WORKERS[sys.argv.pop(1)])
    if sys.stderr is None:  # a Windows program without a console has nowhere to say anything
        sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - as long as the process
    from desktop.__main__ import main as run

    return run()


def _work(module: str) -> int:
    import importlib

    try:
        importlib.import_module(module).main()
    except (KeyboardInterrupt, BrokenPipeError):
        os._exit(1)
    return 0


def _give_back_library_path() -> None:
    """The start program made the system's linker look into the bundle first; a file manager that we open must not do so."""
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is not None:
        os.environ["LD_LIBRARY_PATH"] = before
    elif getattr(sys, "frozen", False):
        os.environ.pop("LD_LIBRARY_PATH", None)


def _keep_compiled_code() -> None:
    """What numba compiles belongs into our own folder of the user's cache; beside a packaged program it may not write."""
    if getattr(sys, "frozen", False):
        import platformdirs

        place = os.path.join(platformdirs.user_cache_dir("Sightline", appauthor=False), "numba")
        os.environ.setdefault("NUMBA_CACHE_DIR", place)


if __name__ == "__main__":
    sys.exit(main())
