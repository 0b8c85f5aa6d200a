"""Caches of what views draw: cards by page, thumbnails decoded off the GUI thread. In: ids. Out: values and pictures, by signal."""
