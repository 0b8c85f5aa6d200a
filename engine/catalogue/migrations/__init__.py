"""Alembic revisions of `library.sqlite`, oldest first in `versions`. Every change of `tables.py` comes with one."""
