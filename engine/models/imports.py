"""Imports open_clip in a third of the time: without torch's compiler, which torchvision and timm load on the way and we never use.

torchvision asks it one question for a deterministic pooling, timm marks functions it is not to compile; together that costs about
eight seconds of processor time (it brings sympy, triton and the distributed packages). Optimisers ask it the same the first time
they are used. A stand-in answers then only; whoever needs the real compiler later still gets it.

torchvision's compiled part is built for one build of torch. Beside another one (a torch without CUDA and the registry's torchvision, which
has CUDA) it does not load, and torchvision then ends its own import for want of two operators' names. We use its transforms alone, which
are Python, so the names are declared for it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

_lock = threading.RLock()
_NAMES = ("torch._dynamo", "torch._dynamo.utils")
# What torchvision 0.21 to 0.29 describe to torch while importing, whether or not their compiled part is there.
_OPERATORS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_kept: list[Any] = []  # torch forgets a declaration when nobody holds it


def import_open_clip() -> ModuleType:
    """The module `open_clip`. Call it before anything else imports torchvision, timm or open_clip."""
    with without_compiler():
        if "open_clip" not in sys.modules:
            _declare_operators()
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


def _declare_operators() -> None:
    """Declare torchvision's operators where its compiled part is missing or does not load beside this torch."""
    import torch

    package = find_spec("torchvision")
    if _kept or package is None or package.origin is None or not sys.platform.startswith("linux"):
        return  # elsewhere the registry's torchvision fits every torch
    try:
        for compiled in Path(package.origin).parent.glob("_C*.so"):
            torch.ops.load_library(compiled)
            return
    except (OSError, ImportError):
        pass
    names = torch.library.Library("torchvision", "FRAGMENT")
    for schema in _OPERATORS:
        names.define(schema)
    _kept.append(names)


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
