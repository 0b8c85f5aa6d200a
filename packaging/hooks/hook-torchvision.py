"""torchvision's compiled part is left to what the variant says (see contents.py); its Python is found by following imports."""

# One file asks for its own source while being imported, and warns when there is none.
module_collection_mode = {"torchvision": "pyz", "torchvision.models.densenet": "pyz+py"}
