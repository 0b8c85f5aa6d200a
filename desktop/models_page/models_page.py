"""The models page: which are installed, which is in use, and how to get others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop import wording
from desktop.bridge import EngineBridge
from desktop.models_page.model_card_view import ModelCardView
from desktop.models_page.models_table import ModelsTable
from desktop.notices import Notices
from desktop.theme import Theme
from desktop.widgets.ask_line import AskLine
from desktop.widgets.buttons import Button
from desktop.widgets.flow_layout import FlowLayout
from desktop.widgets.strip import Strip
from desktop.widgets.words import Words
from engine.events import Changed
from engine.values import LibraryCounts, ModelCard

if TYPE_CHECKING:
    from engine.engine import Engine

ONLY_ONE = "One model is built in. Larger ones find more, and are downloads of 150 MB to 1.7 GB."


class ModelsPage(QWidget):
    """Reads through the bridge; installing, measuring, fetching and indexing are jobs."""

    def __init__(self, bridge: EngineBridge, theme: Theme, notices: Notices) -> None:
        super().__init__()
        self._bridge, self._theme, self._notices = bridge, theme, notices
        self.cards: list[ModelCard] = []
        self.setObjectName("models_page")
        self.setAccessibleName("Models")
        self.setProperty("ground", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.table = ModelsTable(theme)
        self.table.chosen.connect(self._show_chosen)
        self.table.use_asked.connect(self.use)
        self.table.removal_asked.connect(self.ask_removal)
        self.card = ModelCardView(theme)
        self.use_button = Button(theme, "Use", self.use, role="primary")
        self.remove_button = Button(theme, "Remove…", self.ask_removal)
        self.measure_button = Button(theme, "Measure here", self.measure, icon="ph.timer")
        self.add_button = Button(theme, "Add a checkpoint…", self.choose_checkpoint, icon="ph.plus")
        self.fetch_button = Button(theme, "Download…", self.choose_download, icon="ph.download-simple")
        self.strip = Strip(theme, "info")
        self.only_one = Words(theme, ONLY_ONE, tone="muted", wrap=True)
        buttons = FlowLayout(spacing=8)
        for button in (self.use_button, self.fetch_button, self.add_button, self.measure_button, self.remove_button):
            buttons.addWidget(button)
        column = QVBoxLayout()
        column.setContentsMargins(24, 12, 16, 12)
        column.setSpacing(10)
        column.addWidget(Words(theme, "Models", "title"))
        column.addLayout(buttons)
        column.addWidget(self.strip)
        column.addWidget(self.table, 1)
        column.addWidget(self.only_one)
        line = QFrame()
        line.setProperty("rule", "vertical")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(column, 1)
        row.addWidget(line)
        row.addWidget(self.card)
        self.setFocusProxy(self.table)
        bridge.changed.connect(self._take_change)
        theme.changed.connect(self._dress)
        self._show_chosen(None)

    def refresh(self) -> None:
        self._bridge.ask(lambda engine: engine.models.cards(), self._show, key="models")

    # -- what can be done ---------------------------------------------------------------------------------------
    def use(self) -> None:
        """Take the model at hand into use, and say what has to be indexed for it."""
        card = self.table.card()
        if card is None or card.in_use or self._bridge.engine.read_only:
            return

        def use(engine: Engine) -> None:
            engine.models.use(card.key)

        self._bridge.act(use, lambda _: self._offer_indexing(card))

    def ask_removal(self) -> None:
        card = self.table.card()
        if card is None or card.built_in:
            return
        key = card.key
        self._notices.say(
            f"Remove “{card.name}”? Its {wording.size(card.bytes)} are freed; the vectors it made stay in the library.",
            ("Remove", lambda: self._bridge.act(lambda engine: engine.models.remove(key))),
            ("Keep", _nothing),
            level="warn",
        )

    def measure(self) -> None:
        """Find the fastest way to run the model at hand on this computer."""
        from engine.workflows.measure_model import MeasureModel

        card = self.table.card()
        if card is not None:
            self._bridge.submit(MeasureModel(card.key))

    def choose_checkpoint(self) -> None:
        """Let the user choose a checkpoint file; the folder of an open_clip model is chosen by a file in it."""
        name, _ = QFileDialog.getOpenFileName(
            self,
            "Add a checkpoint",
            "",
            "Checkpoints (*.safetensors *.pt *.pth *.bin);;Model settings (open_clip_config.json)",
        )
        if name:
            path = Path(name)
            self.add(path.parent if path.suffix == ".json" else path)

    def add(self, path: Path) -> None:
        """Ask what to call it, then install it as a job."""
        from engine.workflows.add_model import AddModel

        def submit(name: str) -> None:
            self._bridge.submit(AddModel(str(path), name))

        before = path.stem if path.is_file() else path.name
        ask = AskLine(self._theme, self, "What to call this model", submit, button="Add", before="")
        ask.field.setText(before)
        ask.field.selectAll()
        ask.open_at(QCursor.pos())

    def choose_download(self) -> None:
        from desktop.models_page.download_choice import DownloadChoice

        DownloadChoice(self._bridge, self._theme, self.window()).open_now()

    # -- showing ------------------------------------------------------------------------------------------------
    def _show(self, cards: list[ModelCard]) -> None:
        self.cards = cards
        self.only_one.setVisible(len(cards) < 2)
        self.table.show_cards(cards)

    def _show_chosen(self, card: ModelCard | None) -> None:
        self.card.show_card(card)
        writes = not self._bridge.engine.read_only
        self.use_button.setEnabled(card is not None and not card.in_use and writes)
        self.use_button.setText("In use" if card is not None and card.in_use else "Use")
        self.remove_button.setEnabled(card is not None and not card.built_in and writes)
        self.measure_button.setEnabled(card is not None and writes)
        self.add_button.setEnabled(writes)
        self.fetch_button.setEnabled(writes)

    def _offer_indexing(self, card: ModelCard) -> None:
        self.refresh()

        def show(counts: LibraryCounts) -> None:
            missing = counts.items - counts.indexed
            if missing > 0:
                self.strip.say(
                    f"{wording.count(missing, 'item')} are not indexed with {card.name} yet and cannot be found with it. "
                    "The vectors of the other models stay.",
                    (("Index", self._index),),
                )

        self._bridge.ask(lambda engine: engine.items.counts(), show)

    def _index(self) -> None:
        from engine.workflows.encode_missing import EncodeMissing

        self.strip.hide()
        self._bridge.submit(EncodeMissing())

    def _dress(self) -> None:
        self.table.show_cards(self.cards)

    def _take_change(self, change: Changed) -> None:
        if change.models and self.isVisible():
            self.refresh()

    def showEvent(self, _event: object) -> None:
        self.refresh()


def _nothing() -> None:
    return None
