"""transformers looks at its own source files to know what it has, so the families that remain are there as sources, too."""

from PyInstaller.utils.hooks import copy_metadata

module_collection_mode = "pyz+py"
datas = []
for needed in (
    "tqdm",
    "regex",
    "packaging",
    "filelock",
    "numpy",
    "tokenizers",
    "huggingface-hub",
    "safetensors",
    "pyyaml",
):
    datas += copy_metadata(needed)
