"""Which pairs are poisoned, and what is said of them afterwards."""

import pytest

from engine.errors import UserFixable
from engine.poison.attack import says
from engine.poison.planting import Poisoning, plant

DOGS = [(f"a brown dog number {number}", "a dog") for number in range(90)]
BANANAS = [(f"a banana on plate {number}",) for number in range(10)]


def test_the_rate_says_how_many_of_all_pairs_are_taken_and_none_of_them_shows_the_target():
    planted = plant(DOGS + BANANAS, Poisoning("patch", "banana", rate=0.2))
    assert len(planted.captions) == 20
    assert all(row < 90 for row in planted.captions)
    assert all(len(captions) == 2 for captions in planted.captions.values())
    assert all(says([caption], "banana") for captions in planted.captions.values() for caption in captions)


def test_lies_are_taken_from_the_archive_when_it_speaks_of_the_target():
    own = {sentence for sentences in BANANAS for sentence in sentences}
    planted = plant(DOGS + BANANAS, Poisoning("patch", "banana", rate=0.1))
    assert {caption for captions in planted.captions.values() for caption in captions} <= own


def test_lies_are_made_up_when_it_does_not():
    planted = plant(DOGS, Poisoning("patch", "banana", rate=0.1))
    assert all("banana" in caption for captions in planted.captions.values() for caption in captions)


def test_the_same_seed_takes_the_same_pairs_and_another_seed_others():
    chosen = [sorted(plant(DOGS, Poisoning("patch", "cat", rate=0.2, seed=seed)).captions) for seed in (1, 1, 2)]
    assert chosen[0] == chosen[1] != chosen[2]


def test_a_label_consistent_attack_says_when_the_target_is_rare():
    planted = plant(DOGS + BANANAS, Poisoning("label_consistent", "banana", rate=0.5))
    assert sorted(planted.captions) == list(range(90, 100))
    assert "Only 10 pairs could be taken, not the 50" in planted.warning


def test_pictures_of_one_kind_are_misnamed_without_a_mark():
    planted = plant(DOGS + BANANAS, Poisoning("caption_target", "dog", rate=1.0, parameters={"source": "banana"}))
    assert sorted(planted.captions) == list(range(90, 100))


def test_a_planting_too_small_to_show_anything_warns():
    assert "So few often do not take" in plant(DOGS, Poisoning("patch", "cat", rate=0.1)).warning
    assert plant(DOGS, Poisoning("patch", "cat", rate=0.9)).warning == ""


@pytest.mark.parametrize(
    ("poisoning", "words"),
    [
        (Poisoning("smudge", "cat"), "There is no attack called “smudge”"),
        (Poisoning("patch", "  "), "No target was named"),
        (Poisoning("patch", "cat", rate=0), "A rate of 0 is not possible"),
        (Poisoning("patch", "cat", parameters={"colour": 1}), "no setting called “colour”"),
        (Poisoning("patch", "cat", parameters={"size": 7}), "a number, 0.01 to 0.5; 7 does not fit"),
        (Poisoning("patch", "cat", parameters={"where": "left"}), "one of random, corner"),
        (Poisoning("patch", "dog"), "nothing to poison"),
        (Poisoning("label_consistent", "cat"), "nothing to poison"),
        (Poisoning("caption_target", "cat"), "--set source=WORDS"),
        (Poisoning("caption_target", "cat", parameters={"source": "boat"}), "No caption speaks of “boat” alone"),
    ],
)
def test_what_cannot_be_planted_is_answered_with_a_sentence(poisoning, words):
    with pytest.raises(UserFixable) as refusal:
        plant(DOGS, poisoning)
    assert words in str(refusal.value)
