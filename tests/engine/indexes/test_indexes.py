"""Exact and compressed searches find what brute force finds."""

import numpy as np
import pytest

from engine.indexes import scan
from engine.indexes.compressed import CompressedIndex


@pytest.fixture(scope="module")
def matrix():
    random = np.random.default_rng(0)
    centres = random.normal(size=(200, 64))
    rows = centres[random.integers(0, 200, 12_000)] + 0.8 * random.normal(size=(12_000, 64))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)


def directions(matrix, count=20):
    random = np.random.default_rng(1)
    near = matrix[random.integers(0, len(matrix), count)].astype(np.float32) + 0.05 * random.normal(size=(count, 64))
    return (near / np.linalg.norm(near, axis=1, keepdims=True)).astype(np.float32)


def brute_force(matrix, direction, count):
    cosines = matrix.astype(np.float32) @ direction
    return np.lexsort((np.arange(len(matrix)), -cosines))[:count], cosines


def test_the_exact_scan_equals_brute_force(matrix):
    for direction in directions(matrix):
        expected, cosines = brute_force(matrix, direction, 100)
        rows, found = scan.nearest(matrix, direction, 100)
        assert rows.tolist() == expected.tolist()
        np.testing.assert_allclose(found, cosines[expected], atol=1e-6)


def test_every_cosine_is_within_the_stated_rounding(matrix):
    direction = directions(matrix, 1)[0]
    assert np.abs(scan.all_cosines(matrix, direction) - brute_force(matrix, direction, 1)[1]).max() < scan.ROUNDING


def test_a_scan_of_fewer_rows_than_asked_gives_them_all(matrix):
    rows, _ = scan.nearest(matrix[:7], directions(matrix, 1)[0], 100)
    assert sorted(rows.tolist()) == list(range(7))
    assert len(scan.all_cosines(matrix[:0], directions(matrix, 1)[0])) == 0


def test_the_compressed_index_recalls_98_of_100_with_true_cosines(matrix, monkeypatch):
    monkeypatch.setattr("engine.indexes.compressed.SHORT_LIST", 400)
    index = CompressedIndex.build(matrix)
    hit = 0
    for direction in directions(matrix):
        expected, cosines = brute_force(matrix, direction, 100)
        rows, found = index.nearest(matrix, direction, 100)
        hit += len(np.intersect1d(rows, expected))
        np.testing.assert_allclose(found, cosines[rows], atol=1e-6)
    assert hit / (20 * 100) >= 0.98


def test_rows_that_came_later_are_found_before_and_after_the_index_took_them_in(matrix, tmp_path):
    index = CompressedIndex.build(matrix[:11_000])
    direction = matrix[11_500].astype(np.float32)
    assert index.nearest(matrix, direction, 5)[0][0] == 11_500
    index.extend(matrix)
    assert index.rows == 12_000
    index.save(tmp_path / "space.pq")
    again = CompressedIndex.load(tmp_path / "space.pq")
    assert again.rows == 12_000
    assert again.nearest(matrix, direction, 5)[0][0] == 11_500


def test_an_index_file_that_is_cut_short_is_not_used(matrix, tmp_path):
    CompressedIndex.build(matrix).save(tmp_path / "space.pq")
    data = (tmp_path / "space.pq").read_bytes()
    (tmp_path / "space.pq").write_bytes(data[: len(data) // 2])
    assert CompressedIndex.load(tmp_path / "space.pq") is None
    assert CompressedIndex.load(tmp_path / "other.pq") is None
