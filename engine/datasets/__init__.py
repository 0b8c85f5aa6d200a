"""Training views: augmentations and samplers over arrays and collections. Imports models and below; knows no recipe."""
