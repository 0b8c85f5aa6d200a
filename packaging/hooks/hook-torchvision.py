"""torchvision's compiled part is left to what the variant says (see contents.py); its Python is found by following imports."""

module_collection_mode = "pyz"
