"""timm registers its models while being imported, so following imports finds them; it needs no sources."""

module_collection_mode = "pyz"
