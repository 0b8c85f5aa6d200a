"""A disk that is full while a library is made gets a sentence, and the library is made as soon as there is room."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
mount -t tmpfs -o size={size} tmpfs {place} || exit 77
cd {root} && {python} -m desktop export paths --out /dev/null --library {place}/library; first=$?
mount -o remount,size=4m {place}
{python} -m desktop export paths --out {place}/paths.txt --library {place}/library; echo "$first $?"
"""


@pytest.mark.parametrize("size", ["64k", "256k"])
def test_a_library_on_a_full_disk(tmp_path, size):
    words = SCRIPT.format(size=size, place=tmp_path, root=ROOT, python=sys.executable)
    done = subprocess.run(["unshare", "-m", "sh", "-c", words], capture_output=True, text=True, check=False)
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("a disk of its own cannot be mounted here")
    assert done.stdout.split()[-2:] == ["1", "0"], done.stderr
    assert "The disk is full." in done.stderr
    assert "Traceback" not in done.stderr
