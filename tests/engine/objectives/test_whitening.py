"""Group whitening gives unit covariance in every group and equals the authors' code; it can be kept and applied later."""

from __future__ import annotations

import math

import pytest
import torch

from engine.errors import UserFixable
from engine.objectives.group_whitening import check_enough, fit_whitening
from engine.objectives.whitened_nce import whitened_nce
from tests.reference.contrast import one_way, own, units
from tests.support.vectors import waves


class InOrder:
    """Channel groups in the order of the channels, for comparing with code that does not shuffle."""

    def __call__(self, count: int, generator: torch.Generator | None = None) -> torch.Tensor:
        return torch.arange(count)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_every_group_has_unit_covariance_afterwards():
    vectors = waves(200, 10) @ waves(10, 10, 3) + 5
    fit = fit_whitening(vectors, 4, seeded())
    whitened = fit.of(vectors)
    assert [len(group) for group in fit.groups] == [4, 4, 2]
    for group in fit.groups:
        covariance = whitened[:, group].T @ whitened[:, group] / 200
        torch.testing.assert_close(covariance, torch.eye(len(group), dtype=torch.float64), rtol=0, atol=1e-2)


def test_equals_the_authors_code(monkeypatch):
    """SupstarZh/WhitenedCSE @ 65fe70a576, ShuffledGroupWhitening(8, num_groups=4, shuffle=False) in training, with torch's
    present eigh for the symeig that no longer exists: the first row of the first two copies."""
    monkeypatch.setattr(torch, "randperm", InOrder())
    first = "0.404016815968 1.660342560714 -0.081024370258 -0.978282540541 0.539861959658 0.874634254126 -1.374804671781 -0.843117147245"
    second = "1.049288893430 0.454003696330 -1.583965983098 -0.688938714276 1.189185078958 -0.034198934744 -0.858089164435 0.540460520816"
    theirs = [[float(number) for number in row.split()] for row in (first, second)]
    for phase, row in enumerate(theirs):
        copy = waves(24, 8, phase)
        ours = fit_whitening(copy, 2).of(copy)[0]
        torch.testing.assert_close(ours, torch.tensor(row, dtype=torch.float64), rtol=1e-4, atol=1e-5)


def test_a_fit_is_kept_and_applied_to_vectors_that_come_later():
    fit = fit_whitening(waves(100, 6), 3, seeded())
    later = waves(7, 6, 4)
    torch.testing.assert_close(fit.of(later)[2:3], fit.of(later[2:3]))


def test_two_shuffles_differ_and_a_single_group_does_not():
    vectors = waves(300, 24) @ waves(24, 24, 2)
    for width, alike in ((24, True), (1, True), (6, False)):
        one, two = (fit_whitening(vectors, width, seeded(seed)).of(vectors) for seed in (1, 2))
        cosine = float(torch.cosine_similarity(one, two).mean())
        assert (cosine > 0.999) == alike, (width, cosine)


def test_a_constant_channel_gives_numbers_and_not_nan():
    vectors = waves(50, 6)
    vectors[:, 2] = 4.0
    assert torch.isfinite(fit_whitening(vectors, 3, seeded()).of(vectors)).all()


def test_too_few_vectors_are_refused_with_a_sentence():
    check_enough(96, 24)
    with pytest.raises(
        UserFixable, match=r"groups of 24 channels needs at least 96 vectors, and there are 60.*groups of 15"
    ):
        check_enough(60, 24)


def test_the_loss_is_the_sum_of_contrasts_from_the_first_view():
    views = [waves(40, 6, phase) for phase in (0, 1, 2)]
    chance = seeded(3)
    whitened = [fit_whitening(view, 3, chance).of(view) for view in views]
    first, *later = [units(view) for view in whitened]
    expected = sum(one_way(first, other, own(40), 0.05) for other in later)
    assert math.isclose(float(whitened_nce(views, generator=seeded(3), width=3)), expected, rel_tol=1e-9)


def test_moving_all_vectors_alike_changes_nothing():
    """Whitening takes out offset and scale, which is what makes it see more than directions."""
    views = [waves(40, 6, phase) for phase in (0, 1)]
    moved = [3 * view + 7 for view in views]
    torch.testing.assert_close(
        whitened_nce(views, generator=seeded()), whitened_nce(moved, generator=seeded()), rtol=1e-4, atol=1e-4
    )
