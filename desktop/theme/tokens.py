"""The named colours of the four themes. Every text and meaning colour reads at 4.5:1 or better on every ground of its theme.

The twelve map colours keep their distance under protanopia, deuteranopia and tritanopia.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tokens:
    """One theme: each token is `#RRGGBB`."""

    name: str
    dark: bool
    high_contrast: bool
    window: str  # rail and bars
    surface: str  # panels and lists
    raised: str  # fields, cards, menus
    canvas: str  # behind the map and the viewer
    hover: str
    line: str  # separators, decoration only
    control: str  # edges of fields, tick boxes, sliders, axes
    text: str
    muted: str  # second lines, units, hints
    disabled: str
    accent: str
    on_accent: str
    selection: str  # ground of rows, segments, chips
    likely: str
    likely_ground: str
    unsure: str
    unsure_ground: str
    unlikely: str
    unlikely_ground: str
    success: str
    success_ground: str
    warn: str
    warn_ground: str
    error: str
    error_ground: str
    mat: str  # under pictures with transparency
    second_mat: str
    map_colours: tuple[str, ...]  # twelve; the largest category takes the first
    other: str
    unselected: str
    sequential: tuple[str, ...]  # low to high
    diverging: tuple[str, ...]  # less, zero, more


_LIGHT_MAP = (
    "#2591ED",
    "#DE6C04",
    "#0A6256",
    "#CE0066",
    "#855C23",
    "#802EB9",
    "#970234",
    "#007892",
    "#669D50",
    "#4A2F01",
    "#4C1E6F",
    "#CC58BE",
)
_DARK_MAP = (
    "#9DB8FF",
    "#F49B66",
    "#1FB792",
    "#CF91C9",
    "#E3DB4D",
    "#987FFF",
    "#D7656D",
    "#9BE6D4",
    "#959602",
    "#925E33",
    "#2A6BC3",
    "#FFCFFB",
)
_LIGHT_SEQUENTIAL = (
    "#DCE9EC",
    "#B4D2D8",
    "#86B8C3",
    "#5799AB",
    "#327A92",
    "#1C5B76",
    "#0E3C56",
)
_DARK_SEQUENTIAL = (
    "#1F3A45",
    "#27566A",
    "#34758C",
    "#4C96AA",
    "#77B6C3",
    "#A9D4DA",
    "#E0F0F1",
)
_LIGHT_DIVERGING = (
    "#0E5A73",
    "#4B93A8",
    "#A5CBD3",
    "#E9E9E6",
    "#E3BE97",
    "#C57F3D",
    "#8A4B10",
)
_DARK_DIVERGING = (
    "#6FC2D8",
    "#4391A8",
    "#2A5A69",
    "#2B2E32",
    "#6B4A28",
    "#B0752F",
    "#F0AE5C",
)

LIGHT = Tokens(
    name="light",
    dark=False,
    high_contrast=False,
    window="#E9EBED",
    surface="#F6F7F8",
    raised="#FFFFFF",
    canvas="#FBFBFA",
    hover="#E7EAF0",
    line="#D0D5DA",
    control="#787F87",
    text="#1A1D21",
    muted="#535A62",
    disabled="#787F87",
    accent="#3B4CCA",
    on_accent="#FFFFFF",
    selection="#DFE3FA",
    likely="#0B6E63",
    likely_ground="#DDF0EC",
    unsure="#8A5A00",
    unsure_ground="#F7EBD2",
    unlikely="#5E656E",
    unlikely_ground="#E9EBEE",
    success="#1E7035",
    success_ground="#DFF1E3",
    warn="#8F4E00",
    warn_ground="#FBEBD6",
    error="#B3261E",
    error_ground="#FAE4E1",
    mat="#EDEFF1",
    second_mat="#5C636B",
    map_colours=_LIGHT_MAP,
    other="#7C828A",
    unselected="#CFD3D8",
    sequential=_LIGHT_SEQUENTIAL,
    diverging=_LIGHT_DIVERGING,
)

DARK = Tokens(
    name="dark",
    dark=True,
    high_contrast=False,
    window="#121417",
    surface="#1A1D21",
    raised="#24282D",
    canvas="#101214",
    hover="#2B3036",
    line="#343A41",
    control="#7B838D",
    text="#E7E9EC",
    muted="#A6ADB6",
    disabled="#7B838D",
    accent="#9CA9FF",
    on_accent="#11142B",
    selection="#2C3252",
    likely="#58CDBB",
    likely_ground="#173A36",
    unsure="#E6B04C",
    unsure_ground="#3D3018",
    unlikely="#959DA7",
    unlikely_ground="#2B2F35",
    success="#6CCB83",
    success_ground="#1B3823",
    warn="#F0A14A",
    warn_ground="#402C14",
    error="#FF8A80",
    error_ground="#42211F",
    mat="#30353B",
    second_mat="#79808A",
    map_colours=_DARK_MAP,
    other="#8B9199",
    unselected="#3A4047",
    sequential=_DARK_SEQUENTIAL,
    diverging=_DARK_DIVERGING,
)

HIGH_CONTRAST_DARK = Tokens(
    name="high contrast dark",
    dark=True,
    high_contrast=True,
    window="#000000",
    surface="#000000",
    raised="#0B0B0B",
    canvas="#000000",
    hover="#262626",
    line="#C9CDD2",
    control="#FFFFFF",
    text="#FFFFFF",
    muted="#DADDE1",
    disabled="#A0A5AB",
    accent="#FFE04A",
    on_accent="#000000",
    selection="#3A3400",
    likely="#62F0DB",
    likely_ground="#000000",
    unsure="#FFC457",
    unsure_ground="#000000",
    unlikely="#C9CDD2",
    unlikely_ground="#000000",
    success="#7DF29A",
    success_ground="#000000",
    warn="#FFB45C",
    warn_ground="#000000",
    error="#FF9D94",
    error_ground="#000000",
    mat="#2A2A2A",
    second_mat="#E6E6E6",
    map_colours=_DARK_MAP,
    other="#8B9199",
    unselected="#3A4047",
    sequential=_DARK_SEQUENTIAL,
    diverging=_DARK_DIVERGING,
)

HIGH_CONTRAST_LIGHT = Tokens(
    name="high contrast light",
    dark=False,
    high_contrast=True,
    window="#FFFFFF",
    surface="#FFFFFF",
    raised="#FFFFFF",
    canvas="#FFFFFF",
    hover="#E6E6E6",
    line="#3A3F45",
    control="#000000",
    text="#000000",
    muted="#33383D",
    disabled="#5F656B",
    accent="#1A1FA8",
    on_accent="#FFFFFF",
    selection="#E2E4FF",
    likely="#00524A",
    likely_ground="#FFFFFF",
    unsure="#6B4400",
    unsure_ground="#FFFFFF",
    unlikely="#454B52",
    unlikely_ground="#FFFFFF",
    success="#0B5420",
    success_ground="#FFFFFF",
    warn="#6E3A00",
    warn_ground="#FFFFFF",
    error="#8F1009",
    error_ground="#FFFFFF",
    mat="#E6E6E6",
    second_mat="#2A2A2A",
    map_colours=_LIGHT_MAP,
    other="#7C828A",
    unselected="#CFD3D8",
    sequential=_LIGHT_SEQUENTIAL,
    diverging=_LIGHT_DIVERGING,
)

ALL = (LIGHT, DARK, HIGH_CONTRAST_DARK, HIGH_CONTRAST_LIGHT)
