"""Nothing leaves the computer: with every network socket forbidden, in every process, an archive is indexed, mapped and searched."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.support.tiny_model import make_tiny_model

ROOT = Path(__file__).resolve().parents[2]
FORBID = """
import os, socket
class Forbidden(socket.socket):
    def __init__(self, family=-1, *arguments, **named):
        if family in (-1, socket.AF_INET, socket.AF_INET6):
            with open(os.environ["SOCKETS_ASKED_FOR"], "a") as book:
                book.write("a socket was asked for\\n")
            raise OSError("no network in this test")
        super().__init__(family, *arguments, **named)
socket.socket = Forbidden
def ask(*arguments, **named):
    with open(os.environ["SOCKETS_ASKED_FOR"], "a") as book:
        book.write(f"an address was asked for: {arguments}\\n")
    raise OSError("no network in this test")
socket.getaddrinfo = socket.create_connection = ask
"""
SESSION = """
import sys
from pathlib import Path
from engine.engine import Engine
from engine.values import Filter, Query, Term
from engine.workflows.add_folders import AddFolders
from engine.workflows.build_map import BuildMap

def main():
    with Engine.open(Path(sys.argv[1]), device="cpu") as engine:
        engine.models.use(engine.models.add(Path(sys.argv[3]), "tiny").key)
        for job in (AddFolders((sys.argv[2],)), BuildMap()):
            finished = engine.jobs.wait(engine.jobs.submit(job), 100)
            assert finished.outcome == "done", finished
        ids = engine.items.ids()
        for query in (Query((Term("a red square"),)), Query((Term(item_id=int(ids[0])), Term("blue", weight=-1.0)))):
            assert len(engine.search.hits(query).item_ids)
        assert engine.search.neighbours(int(ids[0]))
        print(len(ids), len(engine.maps.current().item_ids))

if __name__ == "__main__":
    main()
"""


@pytest.mark.timeout(300)  # a fresh process compiles and imports everything once
def test_an_archive_is_indexed_mapped_and_searched_without_a_single_socket(tmp_path):
    archive, guard = tmp_path / "archive", tmp_path / "guard"
    archive.mkdir()
    guard.mkdir()
    (guard / "sitecustomize.py").write_text(FORBID)
    (tmp_path / "session.py").write_text(SESSION)
    for number in range(40):
        Image.new("RGB", (48, 48), (number * 6, 200 - number * 4, 90)).save(archive / f"colour {number}.png")
    (archive / "colour 1.txt").write_text("a red square")
    asked = tmp_path / "asked"
    answer = subprocess.run(
        [
            sys.executable,
            str(tmp_path / "session.py"),
            str(tmp_path / "library"),
            str(archive),
            str(make_tiny_model(tmp_path / "model")),
        ],
        env={
            **os.environ,
            "PYTHONPATH": f"{guard}{os.pathsep}{ROOT}",
            "SOCKETS_ASKED_FOR": str(asked),
            "SIGHTLINE_SETTINGS": str(tmp_path / "settings.json"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.split() == ["41", "41"]
    assert not asked.exists(), asked.read_text()


def test_the_guard_of_this_test_would_notice(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(FORBID)
    asked = tmp_path / "asked"
    answer = subprocess.run(
        [sys.executable, "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')"],
        env={**os.environ, "PYTHONPATH": str(tmp_path), "SOCKETS_ASKED_FOR": str(asked)},
        capture_output=True,
        check=False,
    )
    assert answer.returncode != 0
    assert "asked for" in asked.read_text()
