"""Imports open_clip in a third of the time: without torch's compiler, which torchvision and timm load on the way and we never use.

torchvision asks it one question for a deterministic pooling, timm marks functions it is not to compile; together that costs about
eight seconds of processor time (it brings sympy, triton and the distributed packages). A stand-in answers during the import only;
whoever needs the real compiler later still gets it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

_lock = threading.Lock()
_NAMES = ("torch._dynamo", "torch._dynamo.utils")


def import_open_clip() -> ModuleType:
    """The module `open_clip`. Call it before anything else imports torchvision, timm or open_clip."""
    with _lock:
        if "open_clip" not in sys.modules and not any(name in sys.modules for name in _NAMES):
            _import_without_compiler()
        import open_clip

        return open_clip


def _import_without_compiler() -> None:
    import torch

    before = torch.__dict__.get("_dynamo")
    sys.modules.update(dict(zip(_NAMES, _stand_in())))
    try:
        import open_clip  # noqa: F401
    finally:
        for name in _NAMES:
            sys.modules.pop(name, None)
        if before is None:
            torch.__dict__.pop("_dynamo", None)


def _stand_in() -> tuple[ModuleType, ModuleType]:
    compiler, utilities = (ModuleType(name) for name in _NAMES)
    compiler.__path__ = []

    def disable(function: Callable[..., Any] | None = None, *_: object, **__: object) -> Any:
        return function if function is not None else lambda given: given

    compiler.disable = disable  # type: ignore[attr-defined]
    compiler.utils = utilities  # type: ignore[attr-defined]
    utilities.is_compile_supported = lambda device: False  # type: ignore[attr-defined]
    return compiler, utilities
