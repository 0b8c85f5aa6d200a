"""Small trainings on made-up data that show what a technique claims against its baseline, and that can fail.

Each `test_NAME.py` holds `measure(seed)`, which trains both ways and returns what came out, and a test of it at fixed seeds.
Thresholds leave a margin to what at least five seeds gave; `python -m tests.benchmarks.objectives NAME` shows them all.
"""

from __future__ import annotations

from pathlib import Path

SHARED = {  # objectives whose effect shows only beside another's
    "alignment": "uniformity",
    "cross_uniformity": "uniformity",
    "cosine_distance": "prototype_nce",
    "soft_nce": "mixup_nce",
}


def experiment_of(objective: str) -> str:
    """The name of the experiment that measures an objective."""
    return SHARED.get(objective, objective)


def experiments() -> list[str]:
    """The experiments there are."""
    return sorted(path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py"))
