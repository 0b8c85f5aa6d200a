"""Small controls used by more than one page, one per file. Imports Qt, theme and actions only."""
