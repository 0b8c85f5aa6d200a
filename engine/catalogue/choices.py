"""The orders and the fields that may be asked for, by name. Light, so that menus can be built before the library is read."""

SORTS = ("added", "name", "date", "kind", "size", "length", "stars", "folder")
FIELDS = ("kind", "collection", "folder", "stars", "flag", "label", "tag", "year", "month", "camera", "language")
