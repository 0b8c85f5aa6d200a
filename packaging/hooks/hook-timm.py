"""timm registers its models while being imported, so following imports finds them."""

# One file asks for its own source while being imported, and warns when there is none.
module_collection_mode = {"timm": "pyz", "timm.models.densenet": "pyz+py"}
