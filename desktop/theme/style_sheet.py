"""The one style sheet. What a palette can say is said there; this is the rest, kept short."""

from __future__ import annotations

from pathlib import Path

from desktop.theme.tokens import Tokens

ICONS = Path(__file__).resolve().parents[2] / "resources" / "icons"

TEMPLATE = """
QToolTip { background: @raised; color: @text; border: 1px solid @line; padding: 4px 6px; }
QMainWindow::separator { background: @line; width: 1px; height: 1px; }
QToolBar { background: @window; border: none; padding: 0; margin: 0; spacing: 0; }
QWidget#top_bar { background: @window; border-bottom: 1px solid @line; } QWidget#rail { background: @window; border-right: 1px solid @line; }
QStatusBar { background: @window; border-top: 1px solid @line; } QStatusBar::item { border: none; }
QDockWidget { background: @surface; }
QSplitter::handle { background: @line; }
QSplitter::handle:horizontal { width: 1px; } QSplitter::handle:vertical { height: 1px; }

QMenuBar { background: @window; color: @muted; padding: 0 8px; border: none; }
QMenuBar::item { padding: 4px 8px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: @hover; color: @text; }
QMenu { background: @raised; color: @text; border: 1px solid @edge; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 10px; border-radius: 4px; }
QMenu::item:selected { background: @selection; color: @text; }
QMenu::item:disabled { color: @disabled; }
QMenu::separator { height: 1px; background: @line; margin: 4px 6px; }
QMenu::icon { padding-left: 8px; }

QPushButton { background: @raised; color: @text; border: 1px solid @edge; border-radius: 5px; padding: 0 11px; min-height: 26px; }
QPushButton:hover { background: @hover; }
QPushButton:pressed, QPushButton:checked { background: @selection; }
QPushButton:disabled { color: @disabled; }
QPushButton:focus { border: 2px solid @accent; padding: 0 10px; min-height: 24px; }
QPushButton[role="primary"] { background: @accent; color: @on_accent; border-color: @accent; font-weight: 600; }
QPushButton[role="primary"]:hover { border-color: @text; }
QPushButton[role="primary"]:disabled { background: @hover; color: @disabled; border-color: @edge; }
QPushButton[role="primary"]:focus { border: 2px solid @text; }
QPushButton[role="flat"] { background: transparent; border-color: transparent; }
QPushButton[role="flat"]:hover { background: @hover; }
QPushButton[role="flat"]:focus { border: 2px solid @accent; }
QPushButton[role="link"] { background: transparent; border: none; color: @accent; padding: 0; text-align: left; }
QPushButton[role="link"]:focus, QPushButton[role="link"]:hover { text-decoration: underline; border: none; padding: 0; }
QPushButton[keycap="true"] { background: @surface; min-height: 18px; padding: 0 6px; border-radius: 3px; }
QPushButton[keycap="true"]:focus { min-height: 16px; padding: 0 5px; }
QPushButton[big="true"] { min-height: 34px; padding: 0 16px; }

QToolButton { background: transparent; color: @text; border: 1px solid transparent; border-radius: 5px; padding: 3px 6px; min-height: 20px; }
QToolButton:hover { background: @hover; }
QToolButton:checked { background: @selection; color: @accent; }
QToolButton:disabled { color: @disabled; }
QToolButton:focus { border: 2px solid @accent; padding: 2px 5px; }
QToolButton[chip="true"] { border: 1px solid @line; border-radius: 4px; padding: 0 7px; min-height: 20px; }
QToolButton::menu-indicator { image: none; width: 0; }
QToolButton[caret="true"] { padding-right: 20px; }
QToolButton[caret="true"]::menu-indicator { image: url(@icons/caret-down-@shade.svg); width: 11px; height: 11px; subcontrol-origin: border; subcontrol-position: right center; right: 6px; }
QFrame[segments="true"] { background: @raised; border: 1px solid @edge; border-radius: 5px; }
QFrame[segments="true"] QToolButton { border: none; border-radius: 0; border-right: 1px solid @line; padding: 3px 1px 3px 7px; min-height: 20px; }
QFrame[segments="true"] QToolButton[last="true"] { border-right: none; }
QFrame[segments="true"] QToolButton:focus { border: 2px solid @accent; padding: 1px 0 1px 5px; }
QFrame[segments="true"] QToolButton:checked { font-weight: 600; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox { background: @raised; color: @text; border: 1px solid @control; border-radius: 5px; padding: 0 8px; min-height: 26px; selection-background-color: @accent; selection-color: @on_accent; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus { border: 2px solid @accent; padding: 0 7px; min-height: 24px; }
QLineEdit[fault="true"] { border-color: @error; } QLineEdit:read-only { background: transparent; color: @muted; }
QLineEdit QToolButton { border: none; padding: 0; min-height: 0; background: transparent; }
QLineEdit:disabled, QSpinBox:disabled, QComboBox:disabled { color: @disabled; border-color: @line; }
QPlainTextEdit, QTextEdit { padding: 4px 6px; }
QLineEdit[bare="true"], QLineEdit[bare="true"]:focus { border: none; background: transparent; padding: 0; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { subcontrol-origin: border; width: 0; height: 0; }
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus { border: none; padding: 0 8px; min-height: 0; background: transparent; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url(@icons/caret-down-@shade.svg); width: 12px; height: 12px; }
QCheckBox, QRadioButton { spacing: 7px; background: transparent; } QCheckBox:disabled, QRadioButton:disabled { color: @disabled; }
QCheckBox::indicator, QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid @control; background: @raised; border-radius: 3px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked { background: @accent; border-color: @accent; image: url(@icons/tick-@shade.svg); }
QRadioButton::indicator:checked { border: 4px solid @accent; width: 8px; height: 8px; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border-color: @accent; }
QComboBox QAbstractItemView { background: @raised; border: 1px solid @edge; selection-background-color: @selection; selection-color: @text; outline: none; }

QAbstractItemView { background: @surface; color: @text; border: none; outline: none; selection-background-color: @selection; selection-color: @text; }
QTreeView::item { min-height: 26px; }
QTreeView::item:hover, QListView::item:hover { background: @hover; }
QTreeView::item:selected, QListView::item:selected { background: @selection; color: @text; }
QTreeView::branch { background: transparent; }
QTableWidget::item { padding: 0 8px; }
QHeaderView { background: @surface; }
QHeaderView::section { background: @surface; color: @muted; border: none; border-bottom: 1px solid @line; padding: 4px 8px; }

QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 10px; } QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: @control; border-radius: 2px; margin: 3px; }
QScrollBar::handle:vertical { min-height: 30px; } QScrollBar::handle:horizontal { min-width: 30px; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none; border: none; width: 0; height: 0; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollArea, QScrollArea > QWidget > QWidget { border: none; background: transparent; }

QProgressBar { background: @hover; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: @accent; border-radius: 2px; }
QSlider::groove:horizontal { height: 3px; background: @line; border-radius: 1px; }
QSlider::sub-page:horizontal { background: @muted; border-radius: 1px; }
QSlider::handle:horizontal { background: @raised; border: 1px solid @control; width: 10px; margin: -5px 0; border-radius: 6px; }
QSlider::handle:horizontal:focus { border: 2px solid @accent; }

*[tone="muted"] { color: @muted; } *[tone="accent"] { color: @accent; } *[tone="warn"] { color: @warn; }
*[tone="error"] { color: @error; } *[tone="success"] { color: @success; }
QFrame[ground="window"], QWidget[ground="window"] { background: @window; }
QFrame[ground="surface"], QWidget[ground="surface"] { background: @surface; }
QFrame[ground="canvas"], QWidget[ground="canvas"] { background: @canvas; }
QFrame[card="true"] { background: @raised; border: 1px solid @edge; border-radius: 6px; }
QFrame[rule="true"] { background: @line; border: none; max-height: 1px; min-height: 1px; }
QFrame[rule="vertical"] { background: @line; border: none; max-width: 1px; min-width: 1px; }
QLabel[chip="true"] { background: @selection; border-radius: 4px; padding: 2px 8px; }
QLabel[pill="accent"] { background: @accent; color: @on_accent; border-radius: 4px; padding: 1px 6px; font-weight: 600; }
QFrame[verdict="success"] { background: @success_ground; border-radius: 4px; } QFrame[verdict="warn"] { background: @warn_ground; border-radius: 4px; }
QLabel[key="true"] { background: @surface; border: 1px solid @line; border-radius: 3px; padding: 0 5px; }
QFrame[strip="warn"] { background: @warn_ground; border: none; border-bottom: 1px solid @line; }
QFrame[strip="info"] { background: @selection; border: none; border-bottom: 1px solid @line; }
"""
# what is chosen is outlined, as its ground alone says too little in high contrast
OUTLINES = """
QToolButton:checked { border: 2px solid @accent; padding: 2px 5px; }
QFrame[segments="true"] QToolButton:checked { border: 2px solid @accent; border-radius: 5px; padding: 1px 0 1px 5px; }
QMenu::item:selected { border: 1px solid @accent; }
QListView::item:selected, QTableView::item:selected { border-top: 1px solid @accent; border-bottom: 1px solid @accent; }
"""


def style_sheet(tokens: Tokens) -> str:
    """The style sheet of one theme. High contrast draws every edge in `control`."""
    values = {name: value for name, value in vars(tokens).items() if isinstance(value, str)}
    values["shade"] = "dark" if tokens.dark else "light"
    values["icons"] = ICONS.as_posix()
    values["edge"] = tokens.control if tokens.high_contrast else tokens.line
    text = TEMPLATE + (OUTLINES if tokens.high_contrast else "")
    for name in sorted(values, key=len, reverse=True):  # longest first: @on_accent before @accent, @line before none
        text = text.replace("@" + name, values[name])
    return text
