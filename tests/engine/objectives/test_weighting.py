"""Objectives are mixed by weights that are data; what does not fit is refused with a sentence."""

from __future__ import annotations

import pytest
import torch

from engine.errors import UserFixable
from engine.objectives.cosine_distance import cosine_distance
from engine.objectives.info_nce import info_nce
from engine.objectives.siglip import siglip
from engine.objectives.weighting import Mixture
from tests.support.vectors import waves

GIVEN = {"anchors": waves(6, 5).float(), "partners": waves(6, 5, 1).float()}


def test_every_term_is_reported_under_its_own_name_and_adds_its_weight():
    mixture = Mixture({"info_nce": 1.0, "cosine_distance": 0.25})
    terms = mixture.terms(GIVEN)
    torch.testing.assert_close(terms["info_nce"], info_nce(**GIVEN))
    torch.testing.assert_close(terms["cosine_distance"], cosine_distance(**GIVEN))
    torch.testing.assert_close(mixture.total(terms), info_nce(**GIVEN) + 0.25 * cosine_distance(**GIVEN))


def test_says_beforehand_what_a_recipe_has_to_make():
    mixture = Mixture({"info_nce": 1.0, "in_modal": 1.0, "supervised_contrastive": 0.0})
    assert mixture.needed == {"anchors", "partners", "anchor_views", "partner_views"}
    assert mixture.taken == {"targets"}


def test_a_term_with_no_weight_is_not_computed():
    mixture = Mixture({"info_nce": 1, "supervised_contrastive": 0})  # there are no labels
    assert set(mixture.terms(GIVEN)) == {"info_nce"}


def test_settings_and_learned_values_reach_the_objective_they_are_meant_for():
    scale, bias = torch.tensor(0.2), torch.tensor(-4.0)
    mixture = Mixture({"info_nce": 1.0, "siglip": 1.0}, {"info_nce": {"temperature": 0.5}, "siglip": {"bias": -1.0}})
    terms = mixture.terms(GIVEN, {"siglip": {"temperature": scale, "bias": bias}})
    torch.testing.assert_close(terms["info_nce"], info_nce(**GIVEN, temperature=0.5))
    torch.testing.assert_close(terms["siglip"], siglip(**GIVEN, temperature=0.2, bias=-4.0))


def test_an_input_that_was_not_made_is_named():
    with pytest.raises(KeyError, match="labels"):
        Mixture({"supervised_contrastive": 1.0}).terms(GIVEN)


@pytest.mark.parametrize(
    ("weights", "settings", "told"),
    [
        ({"info_nse": 1.0}, {}, "no objective called “info_nse”.*Did you mean “info_nce”"),
        ({"qqqq": 1.0}, {}, "no objective called “qqqq”.*There are .*info_nce"),
        ({"info_nce": -0.1}, {}, "weight of “info_nce” is -0.1, below zero"),
        ({"info_nce": float("nan")}, {}, "weight of “info_nce” is to be a number"),
        ({"info_nce": "much"}, {}, "weight of “info_nce” is to be a number, not 'much'"),
        ({"info_nce": 0.0}, {}, "No objective has a weight above 0"),
        ({}, {}, "No objective has a weight above 0"),
        ({"info_nce": 1.0}, {"info_nce": {"heat": 1.0}}, "no setting called “heat”.*temperature, smoothing"),
        (
            {"info_nce": 1.0},
            {"info_nce": {"temperature": 0.0}},
            "Temperature takes a number, 0.005 to 1; 0 does not fit",
        ),
        ({"info_nce": 1.0}, {"nothing": {}}, "no objective called “nothing”"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(weights, settings, told):
    with pytest.raises(UserFixable, match=told):
        Mixture(weights, settings)
