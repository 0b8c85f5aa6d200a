"""Points on their way."""

import numpy as np
import pytest

from desktop.map.motion import Motion


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


BEFORE = np.zeros((3, 2), np.float32)
AFTER = np.array([[1, 0], [0, 2], [-1, -1]], np.float32)


def test_an_asked_for_layout_eases_over_six_hundred_milliseconds_and_ends_exactly(clock: Clock) -> None:
    motion = Motion(clock)
    assert motion.begin(BEFORE, AFTER, eased=True)
    places = []
    for _ in range(6):
        clock.now += 0.1
        now = motion.step()
        assert now is not None
        places.append(now)
    shares = [float(place[0, 0]) for place in places]
    assert shares[0] < 0.1
    assert shares[2] == pytest.approx(0.5)
    assert shares == sorted(shares)
    clock.now += 0.01
    last = motion.step()
    assert last is AFTER or np.array_equal(places[-1], AFTER)
    assert not motion.moving


def test_frames_of_a_settling_layout_flow_into_one_another(clock: Clock) -> None:
    motion = Motion(clock)
    motion.begin(BEFORE, AFTER, eased=False)
    clock.now += 0.2
    motion.step()
    motion.begin(AFTER, BEFORE, eased=False)
    clock.now += 0.075
    now = motion.step()
    assert now is not None
    assert now[0, 0] == pytest.approx(0.5)


def test_new_items_fade_in_over_two_hundred_milliseconds(clock: Clock) -> None:
    motion = Motion(clock)
    motion.fade_in(np.array([2]))
    assert motion.active
    clock.now += 0.1
    assert motion.opacity == pytest.approx(0.5)
    motion.step()
    clock.now += 0.11
    motion.step()
    assert not motion.active
    assert motion.step() is None


def test_reduced_motion_shows_everything_at_once(clock: Clock) -> None:
    motion = Motion(clock)
    motion.reduced = True
    assert not motion.begin(BEFORE, AFTER, eased=True)
    motion.fade_in(np.array([1]))
    assert not motion.active


def test_escape_jumps_to_the_end(clock: Clock) -> None:
    motion = Motion(clock)
    motion.begin(BEFORE, AFTER, eased=True)
    clock.now += 0.1
    motion.step()
    assert motion.finish() is AFTER
    assert motion.finish() is None
