"""The ways into and out of the library: add folders, open another, open the sample, export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from desktop.window import pages

if TYPE_CHECKING:
    from desktop.window.main_window import MainWindow


class LibraryDoors:
    """Asks the system for folders, and hands them to jobs."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    @property
    def name(self) -> str:
        """What the library that is open is called."""
        return self.name_of(self._window.bridge.engine.folder)

    def name_of(self, folder: Path) -> str:
        """The name of a library's folder; the user's own has none of its own."""
        return "My library" if folder.name == "library" else folder.name[:1].upper() + folder.name[1:]

    def choose_folders(self) -> None:
        """Let the user choose one folder or several."""
        dialog = QFileDialog(self._window, "Add folders")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, True)
        dialog.accepted.connect(lambda: self.add([Path(name) for name in dialog.selectedFiles()]))
        dialog.open()

    def add(self, paths: list[Path]) -> None:
        """Add folders and caption tables; the page of map and grid opens at once."""
        from engine.workflows.add_folders import AddFolders

        if self._window.bridge.engine.read_only:
            self._window.notices.say("This library was opened to look. Nothing can be added.", level="warn")
            return
        self._window.open_page(pages.EXPLORE)
        self._window.bridge.submit(AddFolders(tuple(str(path) for path in paths)))

    def rescan_all(self) -> None:
        from engine.workflows.rescan import Rescan

        def submit(ids: list[int]) -> None:
            for number in ids:
                self._window.bridge.submit(Rescan(number))

        self._window.bridge.ask(lambda engine: [card.id for card in engine.collections.all()], submit)

    def choose_library(self) -> None:
        """Let the user choose a library's folder, or an empty one to make a new library in."""
        chosen = QFileDialog.getExistingDirectory(
            self._window, "Open a library, or choose an empty folder for a new one"
        )
        if chosen:
            self._window.library_wanted.emit(Path(chosen), False)

    def open_sample(self) -> None:
        """The sample archive lives in a library of its own, so that it never mixes with the user's."""
        folder = self._window.bridge.engine.folder.parent / "sample"
        self._window.sample_wanted.emit(folder)

    def export(self) -> None:
        from desktop.export.export_dialog import ExportDialog

        window = self._window
        shown = window.shown
        ExportDialog(window.bridge, window.theme, window.selection.ids, shown.ids, window, shown.request).open_now()
