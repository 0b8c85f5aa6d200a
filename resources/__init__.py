"""Files that ship with the program: icons, themes, help, the sample archive, the starter model, licences."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent
