"""Colours, type, icons and the one style sheet. Comes in: the system's wishes and the user's. Goes out: tokens, fonts, icons.

Imports Qt, and reads the fonts that qtawesome carries; knows no widget of ours.
"""

from desktop.theme.theme import Theme
from desktop.theme.tokens import Tokens

__all__ = ["Theme", "Tokens"]
