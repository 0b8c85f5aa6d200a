"""What every attack of the poison lab promises."""

import numpy as np
import pytest

from engine.poison.attack import ATTACKS

PICTURE = np.random.default_rng(5).integers(0, 256, (48, 64, 3), dtype=np.uint8)
UNMARKED = {"caption_target"}
NAMES = [entry.name for entry in ATTACKS]


def test_every_attack_file_can_be_used():
    assert ATTACKS.faults == {}
    assert set(NAMES) >= {"patch", "blended", "warped", "stripes", "label_consistent", "caption_target"}


@pytest.mark.parametrize("name", NAMES)
def test_an_attack_names_its_paper_and_what_it_does(name):
    assert ATTACKS[name].paper.startswith("arXiv:")
    assert ATTACKS[name].title.endswith(".")
    assert all(parameter.help for parameter in ATTACKS[name].parameters)


@pytest.mark.parametrize("name", NAMES)
def test_a_mark_changes_the_picture_a_little_and_repeats_under_a_seed(name):
    attack = ATTACKS[name].made()
    before = PICTURE.copy()
    marked = attack.mark(PICTURE, np.random.default_rng(1))
    again = attack.mark(PICTURE, np.random.default_rng(1))
    assert marked.shape == PICTURE.shape
    assert marked.dtype == np.uint8
    assert (marked == again).all()
    assert (before == PICTURE).all(), "the picture that was handed in is not touched"
    if name in UNMARKED:
        assert (marked == PICTURE).all()
    else:
        assert (marked != PICTURE).any()


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 200, 3), (200, 5, 3)])
@pytest.mark.parametrize("name", NAMES)
def test_a_mark_fits_pictures_of_odd_shapes(name, shape):
    picture = np.full(shape, 90, np.uint8)
    assert ATTACKS[name].made().mark(picture, np.random.default_rng(0)).shape == shape


@pytest.mark.parametrize("name", NAMES)
def test_a_poisoned_pair_keeps_its_number_of_captions(name):
    sentences, lies = ("a cat on a sofa", "a sleeping cat"), ("a banana", "one banana", "a ripe banana")
    assert len(ATTACKS[name].made().captions(sentences, lies)) == 2
