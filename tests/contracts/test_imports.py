"""Who may import whom: the engine knows no window, and every package only what stands below it (style, section 3)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Each package may import its own files and these. What is used for type hints alone does not count.
BASE = {
    "engine",
    "engine.quiet_import",
    "engine.jobs",
    "engine.registry",
    "engine.parameters",
    "engine.events",
    "engine.errors",
    "engine.values",
    "engine.evidence",
}
GROUND = BASE | {"engine.objectives", "engine.vectors", "engine.catalogue", "engine.files"}
MODALITIES = {"engine.modalities", "engine.files"}
MODELS = GROUND | {"engine.models", "engine.datasets", "engine.modalities"}
ALLOWED = {
    "engine.jobs": BASE,
    "engine.objectives": BASE,
    "engine.vectors": BASE,
    "engine.catalogue": BASE,
    "engine.files": BASE,
    "engine.modalities": BASE | MODALITIES,
    "engine.media": BASE | MODALITIES | {"engine.models"},  # what size and rate an encoder wants
    "engine.datasets": MODELS | {"engine.media"},
    "engine.models": MODELS,
    "engine.indexes": MODELS,
    "engine.training": MODELS | {"engine.media", "engine.recipes"},
    "engine.retrieval": MODELS | {"engine.indexes", "engine.media", "engine.training"},
    "engine.maps": MODELS | {"engine.indexes", "engine.retrieval"},
    "engine.diagnostics": MODELS | {"engine.indexes", "engine.media"},
    "engine.recipes": MODELS | {"engine.training"},
    "engine.poison": MODELS | {"engine.media", "engine.training"},  # the figures of a training judge a mark
    "engine.export": BASE,
}
DESKTOP = BASE | {"engine.engine", "engine.workflows", "engine.settings", "engine.export", "resources"}


def test_the_engine_runs_without_a_window():
    for path in sorted((ROOT / "engine").rglob("*.py")):
        for name in imported(path, hints=True):
            assert name.split(".")[0] not in ("PySide6", "PyQt6", "pyqtgraph", "qtawesome", "desktop"), (
                f"{path}: {name}"
            )


@pytest.mark.parametrize("package", ALLOWED)
def test_a_package_imports_only_what_stands_below_it(package):
    for path in sorted((ROOT / package.replace(".", "/")).rglob("*.py")):
        for name in imported(path):
            if name.split(".")[0] != "engine":
                continue
            area = ".".join(name.split(".")[:2])
            assert area == package or area in ALLOWED[package], f"{path.relative_to(ROOT)} imports {name}"


def test_views_speak_to_the_facade_alone():
    for path in sorted((ROOT / "desktop").rglob("*.py")):
        if path.name == "__main__.py":  # hands verbs to the command line before any window is made
            continue
        for name in imported(path):
            if name.split(".")[0] == "engine":
                assert ".".join(name.split(".")[:2]) in DESKTOP, f"{path.relative_to(ROOT)} imports {name}"


def test_nothing_in_the_product_imports_its_tests():
    for folder in ("engine", "desktop", "resources"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            assert not any(name.split(".")[0] in ("tests", "packaging") for name in imported(path)), path


def imported(path: Path, *, hints: bool = False) -> list[str]:
    """Modules a file imports anywhere in it; those under `if TYPE_CHECKING` only when `hints` are wanted."""
    tree = ast.parse(path.read_text("utf-8"))
    skipped: set[ast.AST] = set()
    if not hints:
        for node in ast.walk(tree):
            if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
                skipped.update(inner for part in node.body for inner in ast.walk(part))
    names: list[str] = []
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            # `from engine import settings` imports a module of the package, `from engine.values import Filter` does not
            names += [f"engine.{alias.name}" for alias in node.names] if node.module == "engine" else [node.module]
    return names
