"""About says what leaves the computer, and gives the licence of every part, packaged or from source."""

import json

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

import engine
from desktop.about import LEAVES, About
from desktop.licences import components, installed
from desktop.theme import Theme
from desktop.widgets.words import Words


def test_every_installed_part_has_a_name_and_a_licence():
    parts = installed("sightline") or installed("torch")
    names = {part.name.lower() for part in parts}
    assert {"numpy", "torch"} & names or {"sympy"} <= names
    for part in parts:
        assert part.version
        assert 0 < len(part.licence) <= 200
    assert any("Permission is hereby granted" in part.text() for part in parts)


def test_a_packaged_application_shows_what_was_collected(qtbot: QtBot, tmp_path):
    (tmp_path / "mit.txt").write_text("Permission is hereby granted", encoding="utf-8")
    told = [
        {"name": "Heron", "version": "2.1", "licence": "MIT", "texts": ["mit.txt"]},
        {"name": "Ibis", "version": "3", "licence": "BSD", "texts": []},
    ]
    (tmp_path / "index.json").write_text(json.dumps(told), encoding="utf-8")
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(1000, 700)
    host.show()
    about = About(Theme("light"), host, components(tmp_path))
    about.open_now()
    said = [words.text() for words in about.findChildren(Words)]
    assert any(words.startswith(f"Sightline {engine.__version__}") for words in said)
    assert LEAVES in said
    assert "2 parts" in " ".join(said)
    assert about.list.item(0).text() == "Heron 2.1  ·  MIT"
    assert "Permission is hereby granted" in about.text.toPlainText()
    about.list.setCurrentRow(1)
    assert about.text.toPlainText().startswith("Ibis 3\nBSD")
    assert "brings no file with the text" in about.text.toPlainText()
    about.close_now()
