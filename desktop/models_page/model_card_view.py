"""The card of one model: what it is, where it comes from, and its honest limits in its maker's words."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout

from desktop.models_page.models_table import KIND_WORDS
from desktop.theme import Theme
from desktop.widgets.reading import Reading
from desktop.widgets.words import Words
from engine.values import ModelCard

WIDTH = 380
NO_CARD = "Its maker left no card. What it was trained on and what it cannot do is not known here."


class ModelCardView(QFrame):
    """Plain Markdown of the card; links are shown, never followed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("model_card")
        self.setProperty("ground", "surface")
        self.setFixedWidth(WIDTH)
        self.name = Words(theme, role="heading", wrap=True)
        self.lineage = Words(theme, role="small", tone="muted", wrap=True)
        self.about = Reading(theme, "small")
        self.about.setObjectName("model_about")
        self.about.setAccessibleName("About this model")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 12, 12)
        column.setSpacing(6)
        column.addWidget(self.name)
        column.addWidget(self.lineage)
        column.addWidget(self.about, 1)

    def show_card(self, card: ModelCard | None) -> None:
        if card is None:
            self.name.setText("")
            self.lineage.setText("")
            self.about.show_markdown("")
            return
        self.name.setText(card.name)
        origin = f"From {card.parent}" if card.parent else "Built in" if card.built_in else "Added by you"
        names = [KIND_WORDS[kind] for kind in card.kinds]
        kinds = " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part) if names else "nothing"
        told = [origin, f"{card.dimension} numbers per item", f"reads {kinds}"]
        if card.checkpoint_hash:
            told.append(f"weights {card.checkpoint_hash[:12]}")
        self.lineage.setText(" · ".join(told))
        self.about.show_markdown(card.about or NO_CARD)
