"""What PyInstaller takes of torch: the libraries, and the Python that is imported or chosen by name. No sources, headers or tests."""

from PyInstaller.compat import is_linux
from PyInstaller.utils.hooks import PY_DYLIB_PATTERNS, collect_dynamic_libs, collect_submodules, get_package_paths

# These read their own source to learn which of their settings matter to whom.
READ_THEMSELVES = ("_functorch", "_export", "fx.experimental._config", "distributed", "compiler", "utils.serialization")
module_collection_mode = {
    "torch": "pyz",
    **{f"torch.{name}" + ("" if name.endswith("config") else ".config"): "pyz+py" for name in READ_THEMSELVES},
}
warn_on_missing_hiddenimports = False
binaries = collect_dynamic_libs("torch", search_patterns=[*PY_DYLIB_PATTERNS, "*.so.*"])
hiddenimports = [
    *collect_submodules("torch.onnx"),  # the exporter chooses its operators' files by number
    *collect_submodules("torch.optim"),
    *collect_submodules("torch.backends"),
]
datas = []
if is_linux:
    binaries.append(
        (f"{get_package_paths('torch')[1]}/bin/torch_shm_manager", "torch/bin")
    )  # looked for while importing
    # torch finds what it opens later beside its own file, so no links to it from elsewhere
    bindepend_symlink_suppression = ["**/torch/lib/*.so*"]
