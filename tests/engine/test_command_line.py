"""The command line is a contract with scripts: verbs, exit codes, JSON alone on stdout, sentences on stderr."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import engine
from desktop.__main__ import Wish, for_window, main
from desktop.screen_check import what_is_missing
from engine.catalogue.library import DATABASE
from engine.commands.main import verbs
from tests.support.builders import library_with


@pytest.fixture
def library(tmp_path, monkeypatch):
    monkeypatch.setenv("SIGHTLINE_SETTINGS", str(tmp_path / "settings.json"))
    library_with(tmp_path, 30, vectors=False).close()
    return str(tmp_path / "library")


def run(capsys, *words):
    """(exit code, stdout, stderr)."""
    try:
        code = main(list(words))
    except SystemExit as wrong_usage:
        code = wrong_usage.code
    said = capsys.readouterr()
    return code, said.out, said.err


def test_every_verb_has_one_line_of_help():
    assert {"index", "search", "map", "export", "demo"} <= set(verbs())
    for name, verb in verbs().items():
        assert verb.HELP, name
        assert "\n" not in verb.HELP


def test_the_version_is_told(capsys):
    assert run(capsys, "--version")[:2] == (0, f"Sightline {engine.__version__}\n")


@pytest.mark.parametrize("words", [["fly"], ["export", "table"], ["export", "dreams", "--out", "x"], ["--loud"]])
def test_wrong_usage_ends_in_2_and_a_hint(capsys, words):
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert err.startswith("usage:")


def test_json_stands_alone_on_stdout_and_sentences_on_stderr(capsys, library, tmp_path):
    target = tmp_path / "items.csv"
    code, out, err = run(capsys, "export", "table", "--out", str(target), "--library", library, "--json")
    assert code == 0
    assert json.loads(out) == {
        "exported": "table",
        "format": "csv",
        "path": str(target),
        "summary": f"Exported 30 items to “{target}”.",
    }
    assert err == f"Exported 30 items to “{target}”.\n"


def test_library_and_json_may_stand_before_the_verb(capsys, library, tmp_path):
    code, out, _ = run(capsys, "--json", "--library", library, "export", "paths", "--out", str(tmp_path / "p.txt"))
    assert code == 0
    assert json.loads(out)["exported"] == "paths"


def test_a_filter_chooses_what_is_exported(capsys, library, tmp_path):
    target = tmp_path / "items.jsonl"
    assert run(capsys, "export", "table", "--out", str(target), "--library", library, "--filter", "kind:sound")[0] == 0
    rows = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert {row["kind"] for row in rows} == {"audio"}
    code, _, err = run(capsys, "export", "table", "--out", str(target), "--library", library, "--filter", "a heron")
    assert code == 1
    assert "conditions only" in err


def test_something_the_user_can_mend_ends_in_1_and_a_sentence(capsys, tmp_path):
    (tmp_path / DATABASE).write_bytes(b"holiday notes " * 100)
    code, out, err = run(capsys, "export", "table", "--out", str(tmp_path / "x.csv"), "--library", str(tmp_path))
    assert (code, out) == (1, "")
    assert "cannot be read as a library" in err
    assert "Traceback" not in err


def test_a_library_that_is_open_in_a_window_can_still_be_exported(capsys, library, tmp_path):
    from engine.engine import Engine

    with Engine.open(tmp_path / "library"):
        assert run(capsys, "export", "paths", "--out", str(tmp_path / "p.txt"), "--library", library)[0] == 0


def test_without_a_verb_the_window_opens():
    assert for_window([]) == Wish()
    assert for_window(["--library", "x"]) == for_window(["--library=x"]) == Wish(Path("x"))
    for words in (["--library", "x", "search", "heron"], ["--help"], ["index"], ["index", "/pictures"]):
        assert for_window(words) is None


def test_what_a_file_manager_hands_over_is_opened_in_the_window():
    assert for_window(["/home/ada/My pictures", "file:///home/ada/h%C3%A9ron.jpg"]) == Wish(
        None, (Path("/home/ada/My pictures"), Path("/home/ada/héron.jpg"))
    )
    assert for_window(["--library", "x", "./holiday"]) == Wish(Path("x"), (Path("holiday").absolute(),))
    assert for_window(["."]) == Wish(None, (Path.cwd(),))


def test_without_a_display_one_sentence_names_the_cure_and_the_exit_code_is_2(tmp_path):
    bare = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    answer = subprocess.run([sys.executable, "-m", "desktop"], capture_output=True, text=True, env=bare, check=False)
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert answer.stderr.count("\n") == 1
    assert "no display" in answer.stderr
    assert "--headless" in answer.stderr


def test_a_missing_system_library_is_named_with_the_package_that_brings_it():
    def only_some(library):
        if library in ("libxcb-cursor.so.0", "libEGL.so.1"):
            raise OSError(library)

    on_x11 = what_is_missing({"DISPLAY": ":0"}, "linux", only_some)
    assert (
        on_x11
        == "The window needs system libraries that are not here. Run: sudo apt-get install -y libegl1 libxcb-cursor0"
    )
    without_screen = what_is_missing({"QT_QPA_PLATFORM": "offscreen"}, "linux", only_some)
    assert without_screen.endswith("install -y libegl1")
    assert what_is_missing({}, "darwin", only_some) is None
    assert what_is_missing({"WAYLAND_DISPLAY": "wayland-0"}, "linux", lambda library: None) is None
