"""The inspector: everything about the current item, or what several selected ones have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QColor, QDesktopServices, QImage, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from desktop.actions import ActionRegistry
from desktop.collections.alike_list import AlikeList
from desktop.collections.alike_part import AlikePart
from desktop.collections.fact_table import FactTable
from desktop.collections.full_picture import full_picture
from desktop.collections.image_canvas import ImageCanvas
from desktop.collections.item_lookup import PREVIEW, LookedUp, look_up, shown_partners
from desktop.collections.missing_part import MissingPart
from desktop.collections.several import Several, Summary, summarise
from desktop.collections.sound_player import SoundPlayer
from desktop.collections.sound_preview import SoundPreview
from desktop.collections.star_row import StarRow
from desktop.collections.tag_row import TagRow
from desktop.collections.text_preview import TextPreview
from desktop.selection import SelectionModel
from desktop.shown import Shown
from desktop.theme import Theme
from desktop.widgets.ask_line import AskLine
from desktop.widgets.state_block import StateBlock
from desktop.widgets.words import ElidedWords, Words
from engine.events import Changed, Notice
from engine.values import Filter, ItemDetails, Neighbour

if TYPE_CHECKING:
    from pathlib import Path

    from desktop.bridge import EngineBridge

MARGIN, BAR = 15, 10  # pixels at both sides; width of the scroll bar


class Inspector(QWidget):
    """Reads through the bridge; marks go through the bridge and are shown at once."""

    opened = Signal(int)
    menu_wanted = Signal(int, object)

    def __init__(
        self,
        bridge: EngineBridge,
        theme: Theme,
        actions: ActionRegistry,
        selection: SelectionModel,
        shown: Shown | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAccessibleName("Inspector")
        self.setProperty("ground", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._bridge, self._theme, self._actions = bridge, theme, actions
        self._selection, self._shown = selection, shown
        self._details: ItemDetails | None = None
        self.player = SoundPlayer(bridge, self)
        self._build()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._look)
        selection.changed.connect(self._soon.start)
        selection.current_changed.connect(self._soon.start)
        bridge.changed.connect(self._take_change)
        theme.changed.connect(self._dress)
        self._dress()
        self._look()

    # building

    def _build(self) -> None:
        theme = self._theme
        self.nothing = StateBlock(theme)
        self.nothing.heading.setFixedWidth(220)
        self.nothing.sentence.setFixedWidth(220)
        self.nothing.say("mdi6.dock-right", "", "Select an item to see its details and what is most like it.")
        self.nothing.heading.hide()
        self.several = Several(theme)
        self.several.starred.connect(lambda stars: self._mark(lambda engine, ids: engine.marks.stars(ids, stars)))
        self._wire_tags(self.several.tags)
        self._one = self._build_one()
        self.stack = QStackedWidget()
        for page in (self.nothing, _scrolling(self._one), _scrolling(self.several)):
            self.stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)

    def _build_one(self) -> QWidget:
        theme = self._theme
        self.missing = MissingPart(self._bridge, theme)
        self.picture = ImageCanvas(theme.color("mat"), corner=4, margin=8)
        self.picture.setObjectName("inspectorPicture")
        self.picture.setFixedHeight(148)
        self.picture.activated.connect(self._on_picture_opened)
        self.picture.view_changed.connect(self._sharpen)
        self.sound = SoundPreview(self._bridge, theme, self.player)
        self.text = TextPreview(theme, self._open_original)
        self.name = ElidedWords(theme, "", "heading")
        self.name.setObjectName("inspectorName")
        self.stars = StarRow(theme)
        self.stars.chosen.connect(self._on_stars)
        title = QHBoxLayout()
        title.setSpacing(8)
        title.addWidget(self.name, 1)
        title.addWidget(self.stars)
        self.caption = Words(theme, "", "small", "muted", wrap=True)
        self.caption.setObjectName("inspectorCaption")
        self.tags = TagRow(theme)
        self._wire_tags(self.tags)
        if self._bridge.engine.read_only:
            for marks in (self.stars, self.tags.add, self.several.stars, self.several.tags.add):
                marks.setEnabled(False)
        self.facts = FactTable(theme)
        self._partner_words = Words(theme, "Belongs together with", "strong")
        self.partners = AlikeList(theme)
        self.partners.setAccessibleName("Belongs together with")
        self.alike = AlikePart(self._bridge, theme)
        for alike in (self.alike, self.partners):
            alike.chosen.connect(self._on_alike_chosen)
            alike.menu_wanted.connect(self.menu_wanted)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(MARGIN, 11, MARGIN, 16)
        column.setSpacing(6)
        for widget in (self.missing, self.picture, self.sound, self.text):
            column.addWidget(widget)
        column.addSpacing(2)
        column.addLayout(title)
        column.addWidget(self.caption)
        column.addWidget(self.tags)
        column.addSpacing(2)
        column.addWidget(self.facts)
        column.addWidget(self._partner_words)
        column.addWidget(self.partners)
        column.addSpacing(2)
        column.addWidget(self.alike)
        column.addStretch(1)
        return page

    def _wire_tags(self, row: TagRow) -> None:
        row.add_wanted.connect(self._ask_tag)
        row.removed.connect(lambda name: self._mark(lambda engine, ids: engine.marks.untag(ids, name)))
        row.completed.connect(lambda name: self._mark(lambda engine, ids: engine.marks.tag(ids, name)))
        row.followed.connect(self._follow_tag)

    # what is shown

    def _look(self) -> None:
        """Show what the selection is about now."""
        current = self._selection.current
        if self._selection.count > 1:
            ids = self._selection.ids
            self._bridge.ask(lambda engine: summarise(engine, ids), self._show_several, key=self._key("inspector"))
        elif self._selection.count == 1 and (current is None or not self._selection.has(current)):
            self._ask_details(int(self._selection.ids[0]))
        elif current is not None:
            self._ask_details(current)
        else:
            self._details = None
            self.player.stop()
            self.stack.setCurrentIndex(0)

    def _ask_details(self, item_id: int) -> None:
        part = 0
        if self._shown is not None:
            hit = self._shown.score_of(item_id)
            part = hit[2] if hit is not None else 0

        self._bridge.ask(lambda engine: look_up(engine, item_id, part), self._show_one, key=self._key("inspector"))

    def _show_one(self, looked_up: LookedUp | None) -> None:
        if looked_up is None:
            self._details = None
            self.stack.setCurrentIndex(0)
            return
        details, image, segment = looked_up.details, looked_up.image, looked_up.segment
        same = self._details is not None and self._details.card.id == details.card.id
        self._details = details
        card = details.card
        self.picture.setVisible(card.kind == "image")
        self.sound.setVisible(card.kind == "audio")
        self.text.setVisible(card.kind == "text")
        if card.kind == "image" and not (same and self.picture.zoom is not None):
            original = (card.width, card.height) if card.width and card.height else None
            self.picture.set_ground(self._ground())
            self.picture.show_image(image, original)
        elif card.kind == "audio" and not same:
            self.player.stop()
            self.sound.show_sound(details, segment)
        elif card.kind == "text":
            self.text.show_text(details, details.passage, self._searched_words())
        self.name.setText(card.name)
        self.name.setToolTip(card.name)
        self.stars.show_stars(card.stars)
        self._show_caption(details)
        self.tags.show_tags(tuple((name, True) for name in details.tags))
        self.facts.show_facts(details.facts)
        self._show_partners(details, looked_up.pictures)
        self.missing.show_item(details, looked_up.away_in, looked_up.there)
        self.stack.setCurrentIndex(1)
        if not same:
            self.alike.show_item(card.id)

    def _show_caption(self, details: ItemDetails) -> None:
        if details.card.kind == "text":
            words = f"Passage {details.passage + 1:,} of {details.passages:,}" if details.passages > 1 else ""
        else:
            sentences = [sentence for _, sentence, _ in details.captions[:3]]
            words = "\n".join(f"“{sentence}”" for sentence in sentences)
            if len(details.captions) > 3:
                words += f"\nand {len(details.captions) - 3:,} more"
        self.caption.setText(words)
        self.caption.setVisible(bool(words))

    def _show_partners(self, details: ItemDetails, pictures: dict[int, QImage]) -> None:
        others = shown_partners(details)
        self._partner_words.setVisible(bool(others))
        self.partners.setVisible(bool(others))
        self.partners.show_neighbours(tuple(Neighbour(card, float("nan")) for card in others), pictures)

    def _show_several(self, summary: Summary) -> None:
        self._details = None
        self.player.stop()
        self.several.show_summary(summary)
        self.stack.setCurrentIndex(2)

    # acts

    def _acted_on(self) -> tuple[int, ...]:
        return (self._details.card.id,) if self._details is not None else self._selection.acted_on()

    def _mark(self, what: object) -> None:
        ids = self._acted_on()
        if ids:
            self._bridge.act(lambda engine: what(engine, ids))  # type: ignore[operator]

    def _on_stars(self, stars: int) -> None:
        self.stars.show_stars(stars)
        if self._shown is not None:
            self._shown.cards.expect(self._acted_on(), stars=stars)
        self._mark(lambda engine, ids: engine.marks.stars(ids, stars))

    def _ask_tag(self) -> None:
        ids = self._acted_on()

        def ask(names: tuple[str, ...]) -> None:
            panel = AskLine(
                self._theme, self, "Add a tag", lambda name: self._tag(name, ids), button="Tag", suggestions=names
            )
            row = self.several.tags if self.stack.currentIndex() == 2 else self.tags
            where = row.mapToGlobal(row.rect().bottomRight())
            where.setX(where.x() - panel.sizeHint().width())
            panel.open_at(where)

        self._bridge.ask(lambda engine: tuple(tag.name for tag in engine.marks.tags()), ask, key="tag names")

    def _tag(self, name: str, ids: tuple[int, ...]) -> None:
        self._bridge.act(lambda engine: engine.marks.tag(ids, name))

    def _follow_tag(self, name: str) -> None:
        if self._shown is not None:
            self._shown.set_filter(Filter(tags=(name,)))

    def _on_alike_chosen(self, item_id: int) -> None:
        self._selection.anchor = item_id
        self._selection.set((item_id,))
        self._selection.set_current(item_id)

    def _on_picture_opened(self) -> None:
        if self._details is not None:
            self.opened.emit(self._details.card.id)

    def _sharpen(self) -> None:
        """Zoomed in, the preview gives way to the original, once."""
        if self._details is None or self.picture.zoom is None or self.picture.image.width() > PREVIEW:
            return
        item_id = self._details.card.id
        self._bridge.ask(
            lambda engine: (item_id, full_picture(engine, item_id)),
            self._show_sharp,
            key=self._key("inspector picture"),
        )

    def _show_sharp(self, answer: tuple[int, QImage]) -> None:
        item_id, image = answer
        if self._details is not None and self._details.card.id == item_id and not image.isNull():
            card = self._details.card
            original = (card.width, card.height) if card.width and card.height else None
            self.picture.show_image(image, original, keep_view=True)

    def _open_original(self) -> None:
        if self._details is None:
            return
        item_id = self._details.card.id

        def answer(path: Path | None) -> None:
            if path is None:
                self._bridge.noticed.emit(
                    Notice("The original has moved or been deleted.", "The preview is kept.", "", "warn")
                )
            else:
                QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

        self._bridge.ask(lambda engine: engine.items.path_of(item_id), answer)

    # upkeep

    def _key(self, question: str) -> str:
        """Questions of this inspector replace each other, not those of another."""
        return f"{question} {id(self)}"

    def _take_change(self, change: Changed) -> None:
        about = change.item_ids
        mine = self._details.card.id if self._details is not None else None
        if (change.marks and (not about or mine is None or mine in about)) or (
            change.items and mine is not None and mine in about
        ):
            self._soon.start()
        elif change.items and mine is not None and not self.missing.isHidden():
            self._soon.start()  # its original may have been found, or the item may have gone
        elif change.vectors and self._details is not None:
            self.alike.refresh_if_empty()

    def _searched_words(self) -> tuple[str, ...]:
        if self._shown is None or self._shown.query is None:
            return ()
        told = " ".join(term.words for term in self._shown.query.terms if term.words and term.weight > 0)
        return tuple(word for word in told.split() if len(word) > 2)

    def _ground(self) -> QColor:
        if self._details is None or not self._details.card.mat:
            return self._theme.color("mat")
        second = self._details.card.mat == (2 if self._theme.tokens.dark else 3)
        return self._theme.color("second_mat" if second else "mat")

    def _dress(self) -> None:
        self.picture.set_ground(self._ground())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.picture.setFixedHeight(max(120, round((self.width() - 30) * 0.64)))

    def sizeHint(self) -> QSize:
        return QSize(264, 700)


def _scrolling(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.viewport().setAutoFillBackground(False)
    area.verticalScrollBar().rangeChanged.connect(lambda _least, most: _keep_width(page, most > 0))
    page.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    area.setWidget(page)
    page.setAutoFillBackground(False)
    return area


def _keep_width(page: QWidget, has_bar: bool) -> None:
    """The scroll bar comes and goes in the margin at the right: nothing on the page moves for it."""
    layout = page.layout()
    if layout is not None:
        margins = layout.contentsMargins()
        margins.setRight(MARGIN - BAR if has_bar else MARGIN)
        layout.setContentsMargins(margins)
