"""New items on a settled map, and a new layout beside the old one."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from engine.maps.align import align
from engine.maps.arranging import Arranging, place
from engine.maps.joint import Joint
from engine.maps.messages import Arrange, Place, SharedFrames, VectorFile
from engine.maps.quality import quality
from tests.engine.maps.clouds import cloud

NOWHERE = VectorFile("", "<f2", 0, 0, 0), SharedFrames("", 1, 1)


@pytest.fixture
def pool():
    with ThreadPoolExecutor(2) as pool:
        yield pool


def arranged(vectors, pool, **more):
    task = Arrange(1, *NOWHERE, np.arange(len(vectors)), np.zeros(len(vectors), np.int8), **more)
    *_, (positions, stage, _) = Arranging(task, Joint(vectors, task.kinds, task.corrected), pool).steps()
    assert stage == "settled"
    return positions.copy()


def test_new_items_find_their_neighbours_and_old_points_do_not_move(pool):
    vectors = cloud(2_200)
    old = arranged(vectors[:2_000], pool)
    task = Place(1, *NOWHERE, np.arange(2_200), np.zeros(2_200, np.int8), old)

    *_, both = place(task, Joint(vectors, task.kinds, False), pool)

    new = np.arange(2_000, 2_200)
    refit = quality(vectors, arranged(vectors, pool), asked=new).preservation
    assert (both[:2_000] == old).all()
    assert quality(vectors, both, asked=new).preservation >= 0.9 * refit


def test_items_that_are_like_nothing_but_each_other_still_get_a_place(pool):
    vectors = cloud(260)
    vectors[200:] = vectors[200]  # sixty twins
    old = arranged(vectors[:200], pool)

    *_, both = place(
        Place(1, *NOWHERE, np.arange(260), np.zeros(260, np.int8), old), Joint(vectors, np.zeros(260), False), pool
    )

    assert np.isfinite(both).all()


def test_a_new_layout_from_the_old_one_moves_points_less_than_one_from_nothing(pool):
    vectors = cloud(1_500)
    old = arranged(vectors[:1_200], pool)
    start = np.vstack([old, old[:300]])

    aligned, independent = arranged(vectors, pool, start=start), arranged(vectors, pool, seed=9)

    def moved(positions):
        return float(np.linalg.norm(positions[:1_200] - old, axis=1).mean())

    assert moved(aligned) < 0.75 * moved(independent)
    assert moved(aligned) < moved(align(independent, old))
    assert quality(vectors, aligned).trustworthiness > quality(vectors, independent).trustworthiness - 0.01


def test_alignment_undoes_turning_mirroring_scaling_and_shifting():
    old = cloud(50, 2)
    turned = old @ np.array([[0.6, 0.8], [0.8, -0.6]], np.float32) * 3 + 5

    assert align(turned, old) == pytest.approx(old, abs=1e-4)


def test_identical_vectors_and_a_handful_of_items_are_laid_out_without_complaint(pool):
    same = np.repeat(cloud(1), 64, axis=0)

    assert np.isfinite(arranged(same, pool)).all()
    assert np.isfinite(arranged(cloud(3), pool)).all()
    assert np.isfinite(arranged(cloud(1), pool)).all()
