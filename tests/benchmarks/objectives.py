"""What an objective does against its baseline, over several seeds: `python -m tests.benchmarks.objectives NAME [SEEDS]`.

Prints one JSON line: mean, lowest and highest of everything that the experiment in tests/experiments/test_NAME.py measures.
"""

from __future__ import annotations

import importlib
import json
import sys
import time

import torch

from tests.experiments import experiment_of, experiments


def run(name: str, seeds: int = 5) -> dict[str, object]:
    """Mean, lowest and highest of each measure over `seeds` seeds, and seconds of one core a seed."""
    torch.set_num_threads(1)
    experiment = importlib.import_module(f"tests.experiments.test_{experiment_of(name)}")
    start = time.process_time()
    rows = [experiment.measure(seed) for seed in range(seeds)]
    seconds = (time.process_time() - start) / seeds
    measures = {
        key: [round(value, 3) for value in (sum(row[key] for row in rows) / seeds, *_ends(rows, key))]
        for key in rows[0]
    }
    return {"objective": name, "seeds": seeds, "cpu_seconds_a_seed": round(seconds, 1), **measures}


def _ends(rows: list[dict[str, float]], key: str) -> tuple[float, float]:
    values = [row[key] for row in rows]
    return min(values), max(values)


if __name__ == "__main__":
    if len(sys.argv) < 2 or experiment_of(sys.argv[1]) not in experiments():
        sys.exit(f"Name one of {', '.join(experiments())}.")
    print(json.dumps(run(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5)))
