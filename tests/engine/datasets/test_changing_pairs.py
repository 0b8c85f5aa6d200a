"""Random views and edits: repeatable under a seed, different for every picture and sentence, and never nonsense."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.datasets.sampler import balanced_rows, rows_of_step
from engine.datasets.strong_views import contrast_views, policy_views
from engine.datasets.synonyms import english
from engine.datasets.text_edits import all_edited, edited
from tests.support.coloured_pairs import picture, said

SENTENCE = "A young man walks his big dog along the quiet river ."


def chance(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_an_edit_is_one_of_four_and_small():
    seen = Counter()
    for seed in range(200):
        before, after = SENTENCE.split(), edited(SENTENCE, chance(seed), synonyms=english()).split()
        if len(after) < len(before):
            seen["delete"] += 1
        elif len(after) > len(before):
            seen["insert"] += 1
        elif Counter(after) == Counter(before):
            seen["swap"] += 1
        else:
            seen["synonym"] += 1
            (old,) = Counter(before) - Counter(after)
            (new,) = Counter(after) - Counter(before)
            assert new in english()[old.lower()]
        assert sum((Counter(before) - Counter(after)).values()) <= 1
    assert min(seen.values()) > 25
    assert len(seen) == 4


def test_without_synonyms_words_are_swapped_and_deleted():
    for seed in range(50):
        after = edited("Ein Hund läuft am Fluss entlang", chance(seed)).split()
        assert Counter(after) - Counter(["Ein", "Hund", "läuft", "am", "Fluss", "entlang"]) == Counter()


def test_scripts_without_spaces_are_edited_by_character():
    edits = {edited("一只狗在河边奔跑", chance(seed)) for seed in range(30)}
    assert len(edits) > 5
    assert all(Counter(one) - Counter("一只狗在河边奔跑") == Counter() for one in edits)


def test_a_rate_of_a_half_edits_half_of_the_words():
    after = [edited(SENTENCE, chance(seed), rate=0.5).split() for seed in range(40)]
    assert min(map(len, after)) == len(SENTENCE.split()) - 6


@given(st.lists(st.text(max_size=40), max_size=5), st.integers(0, 2**31), st.floats(0, 1))
def test_no_sentence_makes_an_edit_fail_and_a_seed_repeats_it(sentences, seed, rate):
    once = all_edited(sentences, chance(seed), rate=rate, synonyms=english())
    assert once == all_edited(sentences, chance(seed), rate=rate, synonyms=english())
    assert all(bool(after) or not before.strip() for before, after in zip(sentences, once, strict=True))


def test_the_table_of_synonyms_holds_plain_words_that_differ():
    for word, others in english().items():
        assert word.islower()
        assert others
        assert word not in others


@pytest.mark.parametrize("change", [policy_views, contrast_views])
def test_strong_views_are_pictures_repeat_under_a_seed_and_differ_from_picture_to_picture(change):
    pictures = torch.from_numpy(np.stack([picture("red", "blue", 1)] * 12)).permute(0, 3, 1, 2)
    views = change(pictures, 32, chance(4))
    assert views.shape == (12, 3, 32, 32)
    assert views.dtype == torch.float32
    assert views.min() >= 0
    assert views.max() <= 1
    assert torch.equal(views, change(pictures, 32, chance(4)))
    differences = (views[:, None] - views[None]).abs().mean((2, 3, 4))
    assert (differences[~torch.eye(12, dtype=torch.bool)] > 0.005).all()


def test_turning_the_hue_leaves_grey_alone_and_blur_keeps_the_mean():
    from engine.datasets.strong_views import _blurred, _turned_hue

    grey = torch.full((3, 3, 8, 8), 0.4)
    torch.testing.assert_close(_turned_hue(grey, torch.full((3, 1, 1, 1), 0.2)), grey, atol=2e-3, rtol=0)
    red = torch.tensor([1.0, 0, 0]).view(1, 3, 1, 1).expand(1, 3, 8, 8)
    turned = _turned_hue(red, torch.full((1, 1, 1, 1), 1 / 3))
    assert turned[0, 0, 0, 0] < turned[0, 1:, 0, 0].max()
    flat = torch.rand(2, 3, 1, 1, generator=chance()).expand(2, 3, 16, 16)
    torch.testing.assert_close(_blurred(flat, torch.tensor([0.5, 2.0]), 5), flat)
    dot = torch.zeros(1, 1, 9, 9)
    dot[0, 0, 4, 4] = 1
    kernel = torch.exp(-(torch.arange(-2, 3.0) ** 2) / 2)
    kernel = kernel / kernel.sum()
    torch.testing.assert_close(_blurred(dot, torch.tensor([1.0]), 5)[0, 0, 2:7, 2:7], torch.outer(kernel, kernel))


def test_every_pair_is_seen_once_a_pass_whenever_the_run_was_interrupted():
    seen = [rows_of_step(step, 10, 57, seed=3) for step in range(10)]
    assert all(len(set(rows.tolist())) == 10 for rows in seen)
    first, second = np.concatenate(seen[:5]), np.concatenate(seen[5:])
    assert len(set(first.tolist())) == len(set(second.tolist())) == 50
    assert first.tolist() != second.tolist()
    np.testing.assert_array_equal(rows_of_step(7, 10, 57, seed=3), seen[7])
    assert rows_of_step(0, 64, 9, seed=0).tolist() != rows_of_step(1, 64, 9, seed=0).tolist()
    assert sorted(rows_of_step(0, 64, 9, seed=0).tolist()) == list(range(9))


def test_balanced_rows_show_every_class_alike():
    labels = np.array([0] * 90 + [1] * 9 + [2] + [-1] * 20)
    drawn = np.concatenate([labels[balanced_rows(step, 12, labels, seed=1)] for step in range(20)])
    assert np.bincount(drawn).tolist() == [80, 80, 80]


def test_neighbours_in_the_coloured_world_differ():
    assert len({said(number) for number in range(64)}) > 40
