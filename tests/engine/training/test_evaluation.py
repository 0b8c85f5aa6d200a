"""The figures that reports show equal what counting by hand gives."""

from __future__ import annotations

import numpy as np
import pytest

from engine.training.evaluation import bootstrap, first_ranks, recall, retrieval, zero_shot


def unit(rows: list[list[float]]) -> np.ndarray:
    values = np.array(rows, np.float32)
    return values / np.linalg.norm(values, axis=1, keepdims=True)


def test_zero_shot_counts_how_often_the_right_name_is_closest():
    names = unit([[1, 0], [0, 1]])
    pictures = unit([[3, 1], [1, 3], [2, 1], [1, 2]])
    assert zero_shot(pictures, names, np.array([0, 1, 1, 1])).value == 0.75
    assert zero_shot(pictures, names, np.array([0, 1, 1, 1]), top=2).value == 1.0


def test_a_model_that_gives_everything_the_same_vector_scores_nothing():
    same = np.ones((6, 2), np.float32) / np.sqrt(2)
    assert zero_shot(same, same[:2], np.zeros(6, int)).value == 0.0


def test_recall_counts_queries_that_find_one_of_their_own_answers():
    queries = unit([[1, 0], [0, 1]])
    answers = unit([[1, 0.1], [1, 0.2], [0.1, 1]])
    found = retrieval(queries, answers, np.array([1, 0, 1]), within=(1, 2))
    assert found[1].value == 0.5  # the first query's best answer belongs to the second
    assert found[2].value == 1.0


def test_ranks_equal_a_loop_over_answers():
    chance = np.random.default_rng(0)
    scores, right = chance.normal(size=(20, 15)), chance.random((20, 15)) < 0.2
    right[np.arange(20), chance.integers(15, size=20)] = True
    expected = [sum(scores[i, j] >= max(scores[i][right[i]]) and not right[i, j] for j in range(15)) for i in range(20)]
    assert first_ranks(scores, right).tolist() == expected
    assert recall(scores, right, within=(3,))[3].value == np.mean(np.array(expected) < 3)


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    chance = np.random.default_rng(1)
    inside = 0
    for seed in range(60):
        figure = bootstrap(chance.random(200) < 0.3, resamples=200, seed=seed)
        inside += figure.low <= 0.3 <= figure.high
    assert inside >= 50


def test_ranks_by_lists_of_right_answers_equal_a_naive_loop():
    from engine.training.evaluation import ranks_of_owners

    random = np.random.default_rng(4)
    queries, answers = random.normal(size=(23, 5)), random.normal(size=(40, 5))
    owned = np.array([(q, a) for q in range(23) for a in random.choice(40, 1 + q % 3, replace=False)])
    owned = random.permutation(owned)
    expected = []
    for q in range(23):
        right = {a for owner, a in owned.tolist() if owner == q}
        best = max(queries[q] @ answers[a] for a in right)
        expected.append(sum(queries[q] @ answers[a] >= best for a in range(40) if a not in right))
    assert ranks_of_owners(queries, answers, owned, at_once=7).tolist() == expected


def test_an_interval_over_pictures_is_wider_than_one_over_their_captions():
    from engine.training.evaluation import grouped_bootstrap

    pictures = np.arange(40).repeat(5)
    hits = (np.arange(40) % 2).repeat(5)  # a picture's captions are found together or not at all
    by_picture, by_caption = grouped_bootstrap(hits, pictures), bootstrap(hits)
    assert by_picture.value == by_caption.value == 0.5
    assert by_picture.high - by_picture.low > 1.8 * (by_caption.high - by_caption.low)
    assert grouped_bootstrap(hits, np.arange(200)).low == pytest.approx(by_caption.low, abs=0.01)
