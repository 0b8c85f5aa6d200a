"""InfoNCE against pulling alone: without wrong partners everything falls into one point and nothing is found."""

from __future__ import annotations

from engine.objectives.cosine_distance import cosine_distance
from engine.objectives.info_nce import info_nce
from tests.experiments.pairs import world
from tests.experiments.towers import descend, recall, seeded, tower


def measure(seed: int) -> dict[str, float]:
    """Recall@1 among 500 held-out pairs after 300 steps of 64."""
    found = {}
    for name, objective in (("effect", info_nce), ("baseline", cosine_distance)):
        chance = seeded(seed)
        made = world(chance)
        one, two = tower(48, 32), tower(48, 32)

        def loss(_: int, chance=chance, made=made, one=one, two=two, objective=objective):
            a, b = made.draw(64, chance)
            return objective(one(a), two(b))

        descend((one, two), 300, loss)
        a, b = made.draw(500, chance)
        found[name] = recall(one(a), two(b))
    return found


def test_wrong_partners_are_what_makes_pairs_findable():
    found = measure(0)
    assert found["effect"] > found["baseline"] + 0.25
