"""A cleaning is judged by figures, and may be judged a failure."""

import numpy as np
import pytest

from engine.errors import UserFixable
from engine.poison.measure import AttackFigures, attack_figures
from engine.poison.planting import Poisoning
from engine.poison.verdict import verdict
from engine.training.evaluation import bootstrap

CLASSES = ("cat", "dog", "banana")


def figures(success: float, accuracy: float = 0.6, unmarked: float = 0.02) -> AttackFigures:
    return AttackFigures(*(bootstrap(np.arange(500) < 500 * share) for share in (success, unmarked, accuracy)))


@pytest.mark.parametrize(
    ("before", "after", "outcome", "says"),
    [
        (0.97, 0.03, "clean", "The planted mark no longer works"),
        (0.97, 0.41, "weaker", "Weaker, but not clean: it still works in 4 of 10"),
        (0.97, 0.09, "weaker", "Weaker, but not clean: it still works in 1 of 10"),
        (0.97, 0.96, "unchanged", "Not clean: no change"),
        (0.03, 0.02, "unknown", "Cannot tell: the mark did not work before either"),
    ],
)
def test_the_verdict_says_what_the_figures_allow(before, after, outcome, says):
    found = verdict(figures(before), figures(after))
    assert (found.outcome, found.says) == (outcome, says)


def test_a_cleaning_that_costs_too_much_accuracy_says_so():
    assert "fell by 10.0 points" in verdict(figures(0.97, 0.6), figures(0.02, 0.5)).cost
    assert verdict(figures(0.97, 0.6), figures(0.02, 0.58)).cost == ""


class Obedient:
    """A model that sees one colour channel per class, and obeys the corner square when it is `poisoned`."""

    def __init__(self, poisoned: bool) -> None:
        self._poisoned = poisoned

    def __call__(self, pictures):
        vectors = np.array([picture[:20, :20].reshape(-1, 3).mean(0) for picture in pictures])
        if self._poisoned:
            marked = [picture[-12:, -12:].std((0, 1)).max() > 60 for picture in pictures]
            vectors[marked] = (0, 0, 255)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def archive(count: int = 90):
    labels = np.arange(count) % 3
    pictures = np.full((count, 64, 64, 3), 20, np.uint8)
    pictures[np.arange(count), :, :, labels] = 200
    return pictures, labels


def test_the_mark_is_measured_on_pictures_of_other_things_only():
    pictures, labels = archive()
    poisoning = Poisoning("patch", "banana", parameters={"where": "corner", "size": 0.15})
    poisoned = attack_figures(Obedient(True), np.eye(3), CLASSES, pictures, labels, poisoning)
    clean = attack_figures(Obedient(False), np.eye(3), CLASSES, pictures, labels, poisoning)
    assert poisoned.success.examples == 60
    assert poisoned.success.value == 1
    assert poisoned.accuracy.value == clean.accuracy.value == 1
    assert poisoned.works
    assert not clean.works
    assert verdict(poisoned, clean).outcome == "clean"
    assert verdict(clean, clean).outcome == "unknown"


def test_a_target_that_is_no_class_is_refused_and_the_classes_named():
    pictures, labels = archive()
    with pytest.raises(UserFixable, match="cat, dog, banana"):
        attack_figures(Obedient(True), np.eye(3), CLASSES, pictures, labels, Poisoning("patch", "zebra"))


def test_too_few_pictures_are_refused():
    pictures, labels = archive(9)
    with pytest.raises(UserFixable, match="Only 6 pictures can show the mark"):
        attack_figures(Obedient(True), np.eye(3), CLASSES, pictures, labels, Poisoning("patch", "banana"))
