"""Space health: the numbers are the papers', and a planted fault raises its own warning and no other."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import skew

from engine.diagnostics import geometry
from engine.evidence import Measures
from engine.jobs.progress import Progress
from tests.support.vector_library import vector_library

COUNT, WIDTH = 400, 96


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def healthy() -> tuple[np.ndarray, np.ndarray]:
    """Pictures and captions that share what they show: 24 directions, and some noise of their own in all."""
    random = np.random.default_rng(5)
    shown = random.normal(size=(COUNT, 24)) @ np.linalg.qr(random.normal(size=(WIDTH, 24)))[0].T
    return tuple(unit(shown + 0.25 * random.normal(size=shown.shape)) for _ in range(2))


def measured(folder, pictures, captions):
    with vector_library(folder, pictures, captions) as engine:
        evidence = engine.diagnostics.measure("space_health", Progress()).evidence
        return {
            one.name: one for part in evidence.parts if isinstance(part, Measures) for one in part.measures
        }, evidence


def warnings(found) -> list[str]:
    return [name for name, one in found.items() if one.verdict == "look"]


def test_the_numbers_are_those_of_a_naive_reference(healthy):
    pictures, captions = (side[:120].astype(np.float32) for side in healthy)
    reference = np.mean([np.sum((a.astype(float) - b) ** 2) for a, b in zip(pictures, captions)])
    assert geometry.alignment(pictures, captions) == pytest.approx(reference, abs=1e-6)
    kernel = [np.exp(-2 * np.sum((pictures[i].astype(float) - pictures[j]) ** 2)) for i in range(120) for j in range(i)]
    assert geometry.uniformity(pictures) == pytest.approx(np.log(np.mean(kernel)), abs=1e-6)
    singular = np.linalg.svd(pictures.astype(float) - pictures.astype(float).mean(axis=0), compute_uv=False)
    share = singular / singular.sum()
    assert geometry.effective_rank(pictures)[0] == pytest.approx(np.exp(-np.sum(share * np.log(share))), abs=1e-6)
    near, cosines = geometry.neighbours(pictures, 5)
    for row in range(120):
        true = pictures @ pictures[row]
        true[row] = -9
        assert set(near[row]) == set(np.argsort(-true)[:5])
        np.testing.assert_allclose(cosines[row], np.sort(true)[::-1][:5], atol=1e-6)
    counts = geometry.occurrences(near)
    assert counts.sum() == 120 * 5
    assert geometry.skewness(counts) == pytest.approx(skew(counts), abs=1e-6)


def test_closed_forms():
    same = np.tile(unit(np.ones((1, 8))), (10, 1))
    assert geometry.uniformity(same) == pytest.approx(0, abs=1e-9)
    assert geometry.effective_rank(same)[0] == pytest.approx(1)
    axes = np.eye(16)
    assert geometry.uniformity(axes) == pytest.approx(-4)  # every squared distance is 2
    assert geometry.effective_rank(axes)[0] == pytest.approx(15)  # centred, 15 equal directions are left
    assert geometry.probe(axes[:8].repeat(8, 0), axes[8:].repeat(8, 0), np.random.default_rng(0)) == 1


def test_a_healthy_space_raises_nothing(healthy, tmp_path):
    found, evidence = measured(tmp_path, *healthy)
    assert warnings(found) == []
    assert evidence.headline == "Space health: nothing to worry about"


def test_a_gap_raises_the_gap_alone(healthy, tmp_path):
    pictures, captions = healthy
    shift = 1.2 * unit(np.ones((1, WIDTH)))
    found, evidence = measured(tmp_path, unit(pictures + shift), unit(captions - shift))
    assert warnings(found) == ["gap_image_text"]
    assert evidence.advice[0].act == "maps.correct"


def test_a_collapsed_space_raises_crowding_alone(healthy, tmp_path):
    corner = 2.0 * unit(np.ones((1, WIDTH)))
    found, _ = measured(tmp_path, *(unit(side + corner) for side in healthy))
    assert warnings(found) == ["uniformity"]


def test_few_directions_raise_the_rank_alone(tmp_path):
    random = np.random.default_rng(1)
    shown = random.normal(size=(COUNT, 8)) @ np.linalg.qr(random.normal(size=(WIDTH, 8)))[0].T
    found, _ = measured(tmp_path, *(unit(shown + 0.002 * random.normal(size=shown.shape)) for _ in range(2)))
    assert warnings(found) == ["effective_rank"]


def test_a_hub_raises_hubness_alone_and_is_named(healthy, tmp_path):
    pictures, captions = (np.array(side) for side in healthy)
    pictures[7] = unit(pictures.sum(axis=0, keepdims=True))[0]
    corner = 0.9 * unit(pictures.sum(axis=0, keepdims=True))
    pictures, captions = unit(pictures + corner), unit(captions + corner)
    found, evidence = measured(tmp_path, pictures, captions)
    assert warnings(found) == ["hubness"]
    assert evidence.advice[0].item_ids[0] == 8


def test_near_copies_raise_duplicate_mass_alone(healthy, tmp_path):
    pictures, captions = (np.array(side) for side in healthy)
    random = np.random.default_rng(2)
    pictures[:60] = unit(pictures[60:120] + 0.01 * random.normal(size=(60, WIDTH)))
    captions[:60] = unit(pictures[:60] + 0.35 * random.normal(size=(60, WIDTH)))
    found, _ = measured(tmp_path, pictures, captions)
    assert warnings(found) == ["duplicate_mass"]
    assert found["duplicate_mass"].value == pytest.approx(100 * 120 / 800, abs=1)


def test_pairs_that_do_not_match_raise_alignment_alone(healthy, tmp_path):
    pictures, captions = healthy
    found, _ = measured(tmp_path, pictures, np.roll(captions, 1, axis=0))
    assert warnings(found) == ["alignment"]


def test_pictures_alone_are_measured_without_gap_and_alignment(healthy, tmp_path):
    found, evidence = measured(tmp_path, healthy[0], np.empty((0, WIDTH)))
    assert set(found) == {"uniformity", "hubness", "effective_rank", "duplicate_mass"}
    assert len(evidence.left_out) == 2
