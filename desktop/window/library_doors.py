"""The ways into and out of the library: add folders, open another, open the sample, export."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from desktop import wording
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

    def make_snapshot(self) -> None:
        """Keep the library as it is in one file."""
        from engine.workflows.snapshots import SUFFIX, MakeSnapshot

        today = date.today().isoformat()
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Make a snapshot", f"{self.name} {today}{SUFFIX}", f"Snapshots (*{SUFFIX})"
        )
        if name:
            self._window.bridge.submit(MakeSnapshot(name if name.endswith(SUFFIX) else name + SUFFIX))

    def choose_snapshot(self) -> None:
        from engine.workflows.snapshots import SUFFIX

        name, _ = QFileDialog.getOpenFileName(self._window, "Restore a snapshot", "", f"Snapshots (*{SUFFIX})")
        if name:
            self.offer_to_restore(Path(name))

    def offer_to_restore(self, path: Path) -> None:
        """Say what is in a snapshot, and restore it when told to."""
        from engine.workflows.snapshots import Snapshot, look_into

        window = self._window

        def offer(found: Snapshot) -> None:
            window.notices.say(
                f"Restore the library of {wording.date(found.made_at)} with {wording.count(found.items, 'item')}? "
                "What is here now is kept beside it.",
                ("Restore", lambda: window.restore_wanted.emit(path)),
                level="warn",
            )

        window.bridge.ask(lambda _engine: look_into(path), offer, key="snapshot")

    def open_sample(self) -> None:
        """The sample archive lives in a library of its own, so that it never mixes with the user's."""
        folder = self._window.bridge.engine.folder.parent / "sample"
        self._window.sample_wanted.emit(folder)

    def export(self) -> None:
        from desktop.export.export_dialog import ExportDialog

        window = self._window
        shown = window.shown
        ExportDialog(window.bridge, window.theme, window.selection.ids, shown.ids, window, shown.request).open_now()
