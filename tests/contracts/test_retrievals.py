"""Every way to ask keeps the same promises."""

import numpy as np
import pytest

from engine.errors import UserFixable
from engine.retrieval import retrievals
from engine.values import Term

TERMS = {
    "words": (Term(words="a heron"),),
    "example": (Term(item_id=7),),
    "composed": (Term(words="a heron", weight=2.0), Term(item_id=7), Term(path="/a/b.jpg", weight=-0.5)),
}
ENTRIES = list(retrievals)


class Lender:
    """Gives every word, item and file a direction of its own."""

    def words(self, text):
        return direction(sum(text.encode()))

    def item(self, item_id):
        return direction(item_id)

    def file(self, path):
        return direction(len(path)), "image"

    def kind_of(self, item_id):
        return "audio"


class Refuser(Lender):
    def file(self, path):
        raise UserFixable("“b.jpg” could not be read, so it was left out of the search: the file ends early.")


def direction(seed):
    made = np.random.default_rng(seed).normal(size=16).astype(np.float32)
    return made / np.linalg.norm(made)


def chosen(terms):
    able = [entry for entry in ENTRIES if entry.extra["answers"](terms)]
    return min(able, key=lambda entry: entry.extra["order"])


def test_no_way_to_ask_was_switched_off():
    assert retrievals.faults == {}
    assert {entry.name for entry in ENTRIES} >= set(TERMS)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_it_says_what_it_does_and_which_terms_it_takes(entry):
    assert entry.title.endswith(".")
    assert callable(entry.extra["answers"])
    assert not entry.extra["answers"](())


@pytest.mark.parametrize("name", TERMS)
def test_the_direction_is_one_unit_vector_and_the_same_every_time(name):
    entry = retrievals[name]
    one, other = (entry.made(Lender(), TERMS[name]) for _ in range(2))
    assert one.vector.shape == (16,)
    assert np.linalg.norm(one.vector) == pytest.approx(1, abs=1e-5)
    np.testing.assert_array_equal(one.vector, other.vector)


@pytest.mark.parametrize(("name", "terms"), TERMS.items())
def test_its_own_terms_come_to_it(name, terms):
    assert chosen(terms).name == name


def test_an_item_searched_by_is_no_answer_to_itself():
    assert retrievals["example"].made(Lender(), TERMS["example"]).itself == (7,)
    assert retrievals["composed"].made(Lender(), TERMS["composed"]).itself == (7,)


def test_a_composed_question_is_the_weighted_sum_whatever_the_order():
    lender, terms = Lender(), TERMS["composed"]
    total = 2 * lender.words("a heron") + lender.item(7) - 0.5 * lender.file("/a/b.jpg")[0]
    for order in (terms, terms[::-1]):
        np.testing.assert_allclose(
            retrievals["composed"].made(lender, order).vector, total / np.linalg.norm(total), atol=1e-6
        )


def test_a_term_that_cannot_be_read_is_left_out_and_the_others_answer():
    found = retrievals["composed"].made(Refuser(), TERMS["composed"])
    assert found.vector is not None
    assert len(found.left_out) == 1


def test_terms_that_cancel_each_other_out_say_so():
    found = retrievals["composed"].made(Lender(), (Term(words="a"), Term(words="a", weight=-1.0)))
    assert found.vector is None
    assert "cancel each other" in found.left_out[0]
