"""The figures that say what a training does to a model agree with slow and closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from engine.training import probe


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def test_mean_cosine_is_the_mean_over_all_different_pairs():
    vectors = unit(np.random.default_rng(0).normal(size=(9, 4)) + 1)
    slow = [vectors[i] @ vectors[j] for i in range(9) for j in range(9) if i != j]
    assert probe.mean_cosine(vectors) == pytest.approx(np.mean(slow))
    assert probe.mean_cosine(np.tile(vectors[:1], (5, 1))) == pytest.approx(1)


def test_effective_rank_counts_the_directions_in_use():
    assert probe.effective_rank(np.eye(7)) == pytest.approx(7)
    assert probe.effective_rank(np.tile(np.eye(7)[:1], (7, 1))) == pytest.approx(1, abs=1e-6)


def test_neighbour_overlap_is_one_for_the_same_space_turned_and_falls_when_it_is_shuffled():
    random = np.random.default_rng(1)
    vectors = unit(random.normal(size=(60, 8)))
    turned = vectors @ np.linalg.qr(random.normal(size=(8, 8)))[0]
    assert probe.neighbour_overlap(vectors, turned) == 1.0
    assert probe.neighbour_overlap(vectors, random.permutation(vectors)) < 0.5


def test_a_sentence_that_two_pictures_share_is_right_for_both():
    questions = probe.Questions.of_captions(
        np.zeros((3, 2, 2, 3), np.uint8), [["a"], ["a"], ["b"]], lambda words: np.array([ord(word) for word in words])
    )
    assert questions.right.tolist() == [[True, False], [True, False], [False, True]]
    vectors = np.eye(3)
    answers = probe.Answers(vectors, np.stack([vectors[1], vectors[2]]))
    assert probe.found(answers, questions, 1).tolist() == [True, True]


def test_the_held_out_loss_is_the_log_of_the_share_that_right_sentences_get():
    questions = probe.Questions(np.zeros((2, 1, 1, 3), np.uint8), np.zeros(3), np.array([[1, 0, 1], [0, 1, 0]], bool))
    pictures, sentences = unit(np.array([[1.0, 0], [1, 1]])), unit(np.array([[1.0, 0], [0, 1], [1, 2]]))
    expected = []
    for row in range(2):
        weights = [np.exp(pictures[row] @ sentence / 0.5) for sentence in sentences]
        right = sum(weight for weight, ok in zip(weights, questions.right[row]) if ok)
        expected.append(-np.log(right / sum(weights)))
    assert probe.loss(probe.Answers(pictures, sentences), questions, 0.5) == pytest.approx(np.mean(expected))
