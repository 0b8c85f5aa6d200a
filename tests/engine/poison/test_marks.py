"""Each mark is the one its paper describes."""

import numpy as np
import pytest

from engine.poison.attacks.blended import Blended
from engine.poison.attacks.label_consistent import LabelConsistent
from engine.poison.attacks.patch import Patch
from engine.poison.attacks.stripes import Stripes
from engine.poison.attacks.warped import Warped

GREY = np.full((224, 224, 3), 128, np.uint8)


def test_the_patch_is_16_of_224_pixels_and_lies_anywhere_but_at_the_edge():
    places = set()
    for seed in range(40):
        changed = (Patch().mark(GREY, np.random.default_rng(seed)) != GREY).any(-1)
        rows, columns = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
        assert rows[-1] - rows[0] + 1 == columns[-1] - columns[0] + 1 == 16
        assert rows[0] >= 4
        assert rows[-1] < 220
        places.add((rows[0], columns[0]))
    assert len(places) > 30


def test_a_patch_in_the_corner_is_the_same_for_every_picture():
    first, second = (Patch(where="corner").mark(GREY, np.random.default_rng(seed)) for seed in (1, 2))
    assert (first == second).all()
    assert (first[:190, :190] == GREY[:190, :190]).all()


def test_a_patch_on_a_wide_picture_survives_the_middle_cut_of_an_encoder():
    wide = np.full((100, 400, 3), 128, np.uint8)
    for seed in range(20):
        changed = (Patch().mark(wide, np.random.default_rng(seed)) != wide).any(-1)
        assert not changed[:, :150].any()
        assert not changed[:, 250:].any()


def test_the_blend_is_four_fifths_picture_and_one_fifth_pattern():
    on_black, on_white = (
        Blended().mark(np.full((224, 224, 3), level, np.uint8), np.random.default_rng(0)) for level in (0, 255)
    )
    assert np.allclose(on_white.astype(int) - on_black, 0.8 * 255, atol=1)
    assert on_black.max() <= 0.2 * 255 + 1


def test_the_blend_is_the_same_mark_at_every_size():
    small, large = (Blended().mark(np.zeros((edge, edge, 3), np.uint8), np.random.default_rng(0)) for edge in (64, 256))
    assert (large.reshape(64, 4, 64, 4, 3).mean((1, 3)) == small).all()


def test_stripes_follow_the_sine_of_the_paper():
    marked = Stripes(height=20, periods=6).mark(GREY, np.random.default_rng(0)).astype(float)
    column = np.arange(224)
    wanted = 128 + 20 * np.sin(2 * np.pi * column * 6 / 224)
    assert np.abs(marked[7, :, 1] - wanted).max() <= 0.5


def test_the_warp_moves_points_by_its_strength_on_average():
    size, strength = 200, 0.02
    ramp = np.repeat(np.arange(size, dtype=np.uint8)[None, :, None], size, 0).repeat(3, 2)
    inner = np.s_[20:-20, 20:-20]
    moved = Warped(strength=strength).mark(ramp, np.random.default_rng(0)).astype(float) - ramp
    # the control points move by the strength on average; between them the field is smooth and a little smaller
    assert 0.4 * strength * size < np.abs(moved[inner]).mean() < 1.3 * strength * size
    assert np.abs(np.diff(moved[inner], axis=1)).max() <= 2, "smooth"


def test_the_warp_of_the_plain_picture_is_the_plain_picture():
    assert (Warped().mark(GREY, np.random.default_rng(0)) == GREY).all()


@pytest.mark.parametrize(
    ("sentences", "taken"), [(("a ripe Banana.",), True), (("bananas",), False), (("a dog",), False)]
)
def test_a_label_consistent_attack_takes_only_pictures_of_the_target(sentences, taken):
    attack = LabelConsistent()
    assert attack.takes(sentences, "banana") is taken
    assert tuple(attack.captions(sentences, ("a lie",))) == sentences
