"""Imports open_clip in a third of the time: without torch's compiler, which torchvision and timm load on the way and we never use.

torchvision asks it one question for a deterministic pooling, timm marks functions it is not to compile; together that costs about
eight seconds of processor time (it brings sympy, triton and the distributed packages). Optimisers ask it the same the first time
they are used. A stand-in answers then only; whoever needs the real compiler later still gets it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

_lock = threading.RLock()
_NAMES = ("torch._dynamo", "torch._dynamo.utils")


def import_open_clip() -> ModuleType:
    """The module `open_clip`. Call it before anything else imports torchvision, timm or open_clip."""
    with without_compiler():
        import open_clip
    return open_clip


@contextmanager
def without_compiler() -> Iterator[None]:
    """Inside, whoever asks for torch's compiler gets a stand-in, unless the real one is there already."""
    with _lock:
        if any(name in sys.modules for name in _NAMES):
            yield
            return
        import torch

        before = torch.__dict__.get("_dynamo")
        stand_ins = dict(zip(_NAMES, _stand_in()))
        sys.modules.update(stand_ins)
        torch._dynamo = stand_ins[_NAMES[0]]  # type: ignore[assignment]
        try:
            yield
        finally:
            for name in _NAMES:
                sys.modules.pop(name, None)
            torch.__dict__.pop("_dynamo", None)
            if before is not None:
                torch._dynamo = before


def _stand_in() -> tuple[ModuleType, ModuleType]:
    compiler, utilities = (ModuleType(name) for name in _NAMES)
    compiler.__path__ = []

    def disable(function: Callable[..., Any] | None = None, *_: object, **__: object) -> Any:
        return function if function is not None else lambda given: given

    compiler.disable = disable  # type: ignore[attr-defined]
    compiler.graph_break = lambda *_: None  # type: ignore[attr-defined]
    compiler.utils = utilities  # type: ignore[attr-defined]
    utilities.is_compile_supported = lambda device: False  # type: ignore[attr-defined]
    return compiler, utilities
