"""The window (PySide6). It shows and asks; it never computes, and reaches the engine through its facade only."""
