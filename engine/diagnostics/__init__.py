"""EXTENSION 5, diagnostics: one file per measurement of what a model, a space or an archive is like.

    @diagnostic("hubness", paper="arXiv:...", needs=("image",))
    @dataclass(frozen=True)
    class Hubness:
        \"\"\"What it does, in one sentence.\"\"\"
        neighbours: Annotated[int, Describe("Neighbours", "...", 1, 100)] = 10
        def measure(self, subject: Subject, progress: Progress) -> Evidence: ...

A diagnostic's constructor only stores its parameters; a form is made of them. `subject` is one model on one choice of items: it lends
vectors, pairs, captions, small pictures. What comes out is evidence (`engine.evidence`), never a look; the same subject, seed
and parameters give the same bytes. `needs` are the kinds of items it looks at, `model=False` says that it needs none.
Modules here that declare nothing are the parts these share. May import models, modalities, indexes, vectors, catalogue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from engine.registry import Registry

if TYPE_CHECKING:
    from engine.diagnostics.subject import Subject
    from engine.evidence import Evidence
    from engine.jobs.progress import Progress


class Diagnostic(Protocol):
    """What every file of this folder declares."""

    def measure(self, subject: Subject, progress: Progress) -> Evidence:
        """Raises `UserFixable` when the items at hand cannot answer; `JobCancelled` through `progress`."""
        ...


diagnostics: Registry[type[Diagnostic]] = Registry("engine.diagnostics")
diagnostic = diagnostics.register
