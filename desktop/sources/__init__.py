"""The panel at the left: kinds, collections, smart collections, tags, each with its count."""
