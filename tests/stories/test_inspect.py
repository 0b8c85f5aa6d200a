"""What the inspector says of pictures, sounds and texts, and of originals that are away."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPointF, Qt

from engine.media.spectrogram import spectrogram
from tests.support.browse_window import browse_window
from tests.support.builders import WORDS, kind_of, library_with


@pytest.fixture
def window(qtbot, tmp_path):
    with library_with(tmp_path, 120, vectors=False, thumbnails=40) as engine, browse_window(qtbot, engine) as opened:
        yield opened


def first_of(kind: str) -> int:
    return next(number for number in range(1, 40) if kind_of(number) == kind)


def original(window, item_id: int) -> Path:
    return window.bridge.engine.items.path_of(item_id)


def test_nothing_selected_says_what_to_do(window):
    assert window.inspector.stack.currentIndex() == 0
    assert window.inspector.nothing.sentence.text() == "Select an item to see its details and what is most like it."


def test_a_picture_is_shown_with_its_facts_and_a_note_that_its_original_is_away(qtbot, window):
    item = first_of("image")
    window.click_tile(item)

    qtbot.waitUntil(lambda: not window.inspector.picture.image.isNull(), timeout=20_000)

    facts = window.inspector.facts.facts
    assert facts["Size"] == "640 × 480"
    assert facts["Format"] == "JPEG"
    assert window.inspector.missing.isVisible()
    assert window.inspector.missing.sentence.text().startswith("The original has moved or been deleted.")


def test_zooming_into_a_picture_brings_the_original_in(qtbot, window):
    item = first_of("image")
    path = original(window, item)
    path.parent.mkdir(parents=True)
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (900, 1200, 3), np.uint8)).save(path)
    window.click_tile(item)
    picture = window.inspector.picture
    qtbot.waitUntil(lambda: not picture.image.isNull(), timeout=20_000)
    assert picture.image.width() <= 384

    picture.toggle_full_size(QPointF(20, 20))

    qtbot.waitUntil(lambda: picture.image.width() == 1200, timeout=90_000)
    assert not window.inspector.missing.isVisible()


def test_a_sound_is_drawn_and_playing_without_a_loudspeaker_is_refused_kindly(qtbot, window):
    item = first_of("audio")
    path = original(window, item)
    path.parent.mkdir(parents=True)
    import soundfile

    moments = np.arange(16_000 * 3) / 16_000
    soundfile.write(path, 0.4 * np.sin(2 * np.pi * 880 * moments), 16_000)
    window.click_tile(item)
    qtbot.waitUntil(lambda: window.inspector.sound.picture._spectrum is not None, timeout=90_000)
    assert window.inspector.sound.isVisible()

    window.inspector.sound.play.click()

    player = window.inspector.player
    qtbot.waitUntil(lambda: bool(window.notices) or player.playing == item, timeout=20_000)
    if window.notices:
        said = " ".join((window.notices[-1].what, window.notices[-1].remedy))
        assert "sound" in said.lower() or "loudspeaker" in said.lower()
        assert "error" not in said.lower()


def test_a_text_shows_its_passage_and_a_button_that_opens_the_original(qtbot, window):
    item = first_of("text")
    window.click_tile(item)

    qtbot.waitUntil(lambda: bool(window.inspector.text.passages.lines), timeout=20_000)

    lit = [text for _, text, is_it in window.inspector.text.passages.lines if is_it]
    assert lit == [f"A {WORDS[item % 12]} seen on day {item}."]
    assert window.inspector.text.open.text().startswith("Open")


def test_the_words_of_a_search_are_lit_in_the_passage(qtbot, window):
    passages = window.inspector.text.passages
    passages.show_lines([("1", "A Heron waded, the heron flew.", True)], ("heron",))

    spans = passages._underlined("A Heron waded, the heron flew.")

    assert [(span.start, span.length) for span in spans] == [(2, 5), (19, 5)]


def test_captions_are_shown_as_plain_text_whatever_they_hold(window):
    assert window.inspector.caption.textFormat() == Qt.TextFormat.PlainText
    assert window.inspector.name.textFormat() == Qt.TextFormat.PlainText


def test_a_captioned_picture_shows_its_sentence_and_what_it_belongs_to(qtbot, window):
    window.click_tile(10)  # every tenth picture has a caption

    qtbot.waitUntil(lambda: "“" in window.inspector.caption.text(), timeout=20_000)
    assert "seen on day 15" in window.inspector.caption.text()


def test_without_a_model_the_inspector_says_so_and_the_rest_is_shown(qtbot, window):
    window.click_tile(first_of("image"))

    state = window.inspector.alike.state
    qtbot.waitUntil(lambda: state.isVisible() and state.text() != "Finding what is most alike…", timeout=90_000)
    assert "error" not in state.text().lower()
    assert window.inspector.facts.facts["Size"] == "640 × 480"


def test_a_rising_tone_rises_in_the_spectrogram():
    rate = 16_000
    moments = np.arange(rate * 2) / rate
    tone = np.sin(2 * np.pi * (300 + 1200 * moments) * moments).astype(np.float32)

    levels = spectrogram(tone, rate, 80, 60)

    assert levels.shape == (60, 80)
    assert levels.dtype == np.uint8
    loudest = levels.argmax(axis=0)
    assert loudest[70] < loudest[40] < loudest[10], "higher tones are in higher rows, which come first"


def test_silence_gives_a_dark_spectrogram_and_not_a_fault():
    assert spectrogram(np.zeros(100, np.float32), 16_000, 20, 10).max() == 0
