"""`kill -9` at any moment while vectors are written: the library opens, is whole, and at most one batch is missing."""

import os
import random
import signal
import subprocess
import sys

import numpy as np
from sqlalchemy import text

from engine.engine import Engine
from tests.support.builders import invented_vectors, library_with

KILLS = 50
BATCH = 8
# Imports once and forks a fresh writer for each round; the writer says its id, then the newest item of each finished batch.
NURSERY = """
import os, sys
from pathlib import Path
from sqlalchemy import create_engine, orm
import engine.catalogue.vector_ledger, engine.catalogue.queries.many, engine.vectors.area
from engine.engine import Engine
from engine.values import VectorEntry
from tests.support.builders import invented_vectors
expected = invented_vectors(12_000, 16)
for _ in sys.stdin:
    writer = os.fork()
    if writer:
        os.waitpid(writer, 0)
        print("gone", flush=True)
        continue
    print(os.getpid(), flush=True)
    with Engine.open(Path(sys.argv[1])) as engine:
        while todo := engine.vectors.items_without(1)[:8]:
            engine.vectors.add(1, [VectorEntry(n) for n in todo], expected[[n - 1 for n in todo]])
            print(todo[-1], flush=True)
    os._exit(0)
"""


def test_a_killed_writer_loses_at_most_one_batch_and_leaves_no_doubles(tmp_path):
    with library_with(tmp_path, 12_000, dimension=16) as engine:
        with engine.library.write() as session:
            session.execute(text("DELETE FROM vector"))
            session.execute(text("UPDATE space SET rows = 0, removed = 0"))
        folder = engine.folder
    expected = invented_vectors(12_000, 16)
    chance = random.Random(5)
    nursery = subprocess.Popen(
        [sys.executable, "-c", NURSERY, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    try:
        for _ in range(KILLS):
            nursery.stdin.write("another\n")
            writer = int(nursery.stdout.readline())
            told = 0
            for _ in range(chance.randint(0, 6)):
                told = int(nursery.stdout.readline())
            os.kill(writer, signal.SIGKILL)
            while (line := nursery.stdout.readline().strip()) != "gone":
                told = int(line)
            check(folder, told, expected)
    finally:
        nursery.communicate("")


def check(folder, told, expected):
    """Everything the writer said is finished is there, once and unharmed; at most one batch more."""
    with Engine.open(folder) as engine:
        table = engine.vectors.rows(1)
        there = np.sort(table.item_id)
        assert (there == np.arange(1, len(there) + 1)).all()  # no doubles, no holes
        assert not told or told <= len(there) <= told + BATCH
        assert engine.vectors.verify() == 0
        if len(there):
            assert np.abs(engine.vectors.of(1, there)[1] - expected[: len(there)]).max() < 1e-3
