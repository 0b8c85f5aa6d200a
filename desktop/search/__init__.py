"""Asking: the one box with its chips, the filter chips, and the picture of where the good results stop."""
