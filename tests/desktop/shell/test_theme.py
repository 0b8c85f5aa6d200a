"""Every theme can be read: contrast of words and marks on every ground, fonts not too small, icons that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QPalette
from pytestqt.qtbot import QtBot

from desktop.theme import Theme, Tokens, tokens
from desktop.theme.icons import glyph_of
from desktop.theme.style_sheet import TEMPLATE, style_sheet
from desktop.theme.theme import SCALE

GROUNDS = ("window", "surface", "raised", "canvas", "hover", "selection")
READ = ("text", "muted", "accent", "likely", "unsure", "unlikely", "success", "warn", "error")
MEANT = ("likely", "unsure", "unlikely", "success", "warn", "error")
THEMES = pytest.mark.parametrize("theme", tokens.ALL, ids=lambda theme: theme.name)
DESKTOP = Path(__file__).resolve().parents[3] / "desktop"


def luminance(colour: str) -> float:
    """Relative luminance of `#RRGGBB`, WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@THEMES
def test_words_and_meanings_can_be_read_on_every_ground(theme: Tokens) -> None:
    for name in READ:
        for ground in GROUNDS:
            ratio = contrast(getattr(theme, name), getattr(theme, ground))
            assert ratio >= 4.5, f"{name} on {ground} of {theme.name}: {ratio:.2f}"
    for name in MEANT:
        assert contrast(getattr(theme, name), getattr(theme, f"{name}_ground")) >= 4.5
    assert contrast(theme.on_accent, theme.accent) >= 4.5


@THEMES
def test_edges_of_controls_and_greyed_words_can_be_made_out(theme: Tokens) -> None:
    for name in ("control", "disabled"):
        assert all(contrast(getattr(theme, name), getattr(theme, ground)) >= 3 for ground in GROUNDS)


@THEMES
def test_every_map_colour_stands_out_from_the_canvas(theme: Tokens) -> None:
    """The tokens are measured on the ordinary canvases; high contrast draws shapes besides."""
    canvas = tokens.DARK.canvas if theme.dark else tokens.LIGHT.canvas
    assert len(set(theme.map_colours)) == 12
    assert all(contrast(colour, canvas) >= 3 for colour in (*theme.map_colours, theme.other))


@THEMES
def test_the_style_sheet_has_no_colour_that_is_not_a_token(theme: Tokens) -> None:
    sheet = style_sheet(theme)
    assert "@" not in sheet
    assert not re.search(r"#[0-9A-Fa-f]{6}", TEMPLATE)


def test_nothing_is_written_smaller_than_eleven_pixels(qtbot: QtBot) -> None:
    theme = Theme("light", 90)
    assert all(theme.font(role).pixelSize() >= 11 for role in SCALE)
    larger = Theme("light", 150)
    assert larger.font("body").pixelSize() == round(13 * 1.5)


def test_choosing_a_theme_dresses_the_application_at_once(qtbot: QtBot, qapp: object) -> None:
    theme = Theme("light")
    with qtbot.waitSignal(theme.changed):
        theme.choose("dark")
    assert theme.tokens is tokens.DARK
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == tokens.DARK.window  # type: ignore[attr-defined]
    theme.choose("contrast")
    assert theme.tokens.high_contrast
    theme.choose("light")


def test_every_icon_named_in_the_window_exists(qtbot: QtBot) -> None:
    names = {
        name
        for path in DESKTOP.rglob("*.py")
        for name in re.findall(r"\"((?:ph|mdi6)\.[a-z0-9-]+)\"", path.read_text(encoding="utf-8"))
    }
    assert len(names) > 30
    missing = []
    for name in names:
        try:
            glyph_of(name)
        except KeyError:
            missing.append(name)
    assert not missing
