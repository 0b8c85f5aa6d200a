"""The fuzzy graph and its curve are those of umap-learn."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from engine.maps.descent import CURVE_A, CURVE_B
from engine.maps.graph import fuzzy_graph
from engine.maps.neighbours import neighbours_within
from tests.engine.maps.clouds import cloud


@pytest.fixture(scope="module")
def umap_():
    return pytest.importorskip("umap.umap_", reason="umap-learn is needed to compare with")


def matrix_of(graph) -> csr_matrix:
    return csr_matrix((graph.weights, graph.targets, graph.starts), shape=(graph.size, graph.size))


@pytest.mark.parametrize("twins", [False, True])
def test_the_graph_equals_umap_learns(umap_, twins):
    vectors = cloud(300)
    if twins:
        vectors[:40] = vectors[40:80]  # pairs at distance 0 take another path through the bisection
    near = neighbours_within(vectors, 15)
    theirs = umap_.fuzzy_simplicial_set(
        vectors, 15, np.random.RandomState(0), "cosine", knn_indices=near.indices, knn_dists=near.distances
    )[0]

    difference = abs(matrix_of(fuzzy_graph(near.indices, near.distances)) - theirs)

    assert theirs.nnz > 300 * 14
    assert difference.max() <= 1e-5


def test_the_curve_is_the_one_umap_learn_fits(umap_):
    assert umap_.find_ab_params(1.0, 0.1) == pytest.approx((CURVE_A, CURVE_B), rel=1e-3)


def test_the_graph_is_symmetric_and_has_no_loops():
    near = neighbours_within(cloud(200), 10)
    matrix = matrix_of(fuzzy_graph(near.indices, near.distances))

    assert abs(matrix - matrix.T).max() == 0
    assert matrix.diagonal().max() == 0
    assert 0 < matrix.data.min() <= matrix.data.max() <= 1
