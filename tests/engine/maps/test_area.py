"""Maps of a real library: built, kept, completed, followed, named."""

import time

import numpy as np
import pytest

from engine.engine import Engine
from engine.events import JobFinished, MapFrame
from engine.values import VectorEntry
from engine.workflows.build_map import BuildMap
from tests.support.builders import WORDS, invented_vectors, library_with


@pytest.fixture
def frames():
    return []


def watched(engine: Engine, frames: list) -> Engine:
    engine.jobs.subscribe(lambda event: frames.append(event) if isinstance(event, MapFrame) else None)
    return engine


def done(engine: Engine, job) -> JobFinished:
    finished = engine.jobs.wait(engine.jobs.submit(job), timeout=60)
    assert finished.outcome == "done", finished.reason + finished.details
    return finished


def test_a_map_is_streamed_kept_and_there_at_once_the_next_time(tmp_path, frames):
    with watched(library_with(tmp_path, 600), frames) as engine:
        assert engine.maps.current() is None
        assert done(engine, BuildMap()).summary == "Arranged 600 items."
        folder = engine.folder

    assert [frames[0].stage, frames[-1].stage] == ["first", "settled"]
    assert frames[0].note == "Arranging 600 items. The layout settles while you look."
    with Engine.open(folder, device="cpu") as engine:
        kept = engine.maps.current()
        made = engine.maps.provenance()
    assert (kept.item_ids == frames[-1].item_ids).all()
    assert (kept.coordinates == frames[-1].coordinates).all()
    assert np.abs(kept.coordinates).max() < 1.5
    assert made["space"] == "invented"
    assert (made["items"], made["seed"], made["neighbours"], made["neighbour_recall"]) == (600, 7, 15, 1.0)


def test_items_of_one_topic_lie_together(tmp_path):
    with library_with(tmp_path, 600, topics=6) as engine:
        done(engine, BuildMap())
        frame = engine.maps.current()
    topic = frame.item_ids % 6
    centres = np.array([frame.coordinates[topic == number].mean(axis=0) for number in range(6)])
    nearest_centre = np.linalg.norm(frame.coordinates[:, None] - centres, axis=2).argmin(axis=1)
    assert (nearest_centre == topic).mean() > 0.95


def test_the_same_vectors_and_seed_give_the_same_map_to_the_last_bit(tmp_path):
    with library_with(tmp_path, 400) as engine:
        done(engine, BuildMap(from_nothing=True))
        one = engine.maps.current().coordinates.tobytes()
        done(engine, BuildMap(from_nothing=True))
        two = engine.maps.current().coordinates.tobytes()
        engine.settings.set("map.seed", 8)
        done(engine, BuildMap(from_nothing=True))
        other = engine.maps.current().coordinates.tobytes()
    assert one == two != other


def test_new_items_are_placed_and_old_points_stay_put(tmp_path, frames):
    with library_with(tmp_path, 500, vectors=False) as engine:
        make_space(engine)
        add(engine, 1, 461)
        done(engine, BuildMap())
        old = engine.maps.current()
        add(engine, 461, 501)
        assert engine.maps.unplaced() == 40
        watched(engine, frames)
        finished = done(engine, BuildMap())
        new = engine.maps.current()

    assert finished.summary == "40 new items placed. Old points stayed put."
    assert {frame.stage for frame in frames} == {"placed"}
    assert (new.item_ids[:460] == old.item_ids).all()
    assert new.coordinates[:460].tobytes() == old.coordinates.tobytes()
    assert set(new.item_ids[460:].tolist()) == set(range(461, 501))


def test_too_few_items_make_no_map_and_say_so(tmp_path):
    with library_with(tmp_path, 29) as engine:
        finished = engine.jobs.wait(engine.jobs.submit(BuildMap()), timeout=60)
        assert not engine.maps.enough()
    assert finished.outcome == "failed"
    assert finished.reason == "The map appears here once a few dozen items are in."


def test_removed_items_leave_the_map(tmp_path):
    from sqlalchemy import delete

    from engine.catalogue.tables import Item

    with library_with(tmp_path, 200) as engine:
        done(engine, BuildMap())
        with engine.library.write() as session:
            session.execute(delete(Item).where(Item.id <= 50))
        assert len(engine.maps.current().item_ids) == 150


def test_a_damaged_layout_is_passed_over(tmp_path):
    with library_with(tmp_path, 100) as engine:
        done(engine, BuildMap())
        folder = engine.folder
    for file in (folder / "maps").glob("*.npy"):
        file.write_bytes(b"cut short")
    with Engine.open(folder, device="cpu") as engine:
        assert engine.maps.current() is None
        done(engine, BuildMap())
        assert len(engine.maps.current().item_ids) == 100


def test_the_gap_between_kinds_is_a_number(tmp_path):
    with library_with(tmp_path, 300) as engine:
        pairs = {frozenset(pair[:2]): pair[2] for pair in engine.maps.gaps()}
        assert engine.maps.gap() == max(pairs.values())
        assert frozenset({"image", "text"}) in pairs
    with library_with(tmp_path / "few", 6) as engine:
        assert np.isnan(engine.maps.gap())


def test_places_are_named_by_what_their_items_say(tmp_path):
    with library_with(tmp_path, 900, topics=6) as engine:
        done(engine, BuildMap(corrected=False))
        regions = engine.maps.regions(corrected=False)
    coarse = [region for region in regions if region.level == 0]
    assert len({region.level for region in regions}) >= 4
    assert {region.name.casefold() for region in coarse} >= set(WORDS[:6]) - {"heron"}
    assert sum(region.count for region in coarse) <= 900


def test_representatives_are_the_same_each_time_and_the_fullest_place_comes_first(tmp_path):
    with library_with(tmp_path, 500) as engine:
        done(engine, BuildMap())
        frame = engine.maps.current()
        view = (-1.0, -1.0, 1.0, 1.0)
        chosen = engine.maps.representatives(frame, view, (4, 3))
        assert chosen == engine.maps.representatives(frame, view, (4, 3))
        assert 0 < len(set(chosen)) == len(chosen) <= 12
        only = engine.maps.representatives(frame, view, (4, 3), among=np.array([5, 6, 7]))
        assert set(only) <= {5, 6, 7}
        assert engine.maps.representatives(frame, (5.0, 5.0, 6.0, 6.0), (4, 3)) == []


def test_the_live_map_follows_what_is_indexed_and_settles(tmp_path, frames):
    with watched(library_with(tmp_path, 1_500, vectors=False), frames) as engine:
        make_space(engine)
        engine.maps.follow(True)
        for first in range(1, 1_501, 100):
            add(engine, first, first + 100)
        wait_until(lambda: engine.maps.current() is not None and engine.maps.unplaced() == 0)
        engine.maps.follow(False)
        kept = engine.maps.current()

    assert set(kept.item_ids.tolist()) == set(range(1, 1_501))
    assert frames[0].stage == "first"
    assert len(frames[0].item_ids) >= 1_000
    assert frames[-1].stage in ("settled", "placed", "refining")


def test_a_settled_map_is_followed_without_moving_old_points(tmp_path, frames):
    with library_with(tmp_path, 400, vectors=False) as engine:
        make_space(engine)
        add(engine, 1, 381)
        done(engine, BuildMap())
        old = engine.maps.current()
        watched(engine, frames)
        engine.maps.follow(True)
        add(engine, 381, 401)
        wait_until(lambda: engine.maps.unplaced() == 0)
        new = engine.maps.current()

    assert new.coordinates[:380].tobytes() == old.coordinates.tobytes()
    assert frames[-1].note == "20 new items placed. Old points stayed put."


def make_space(engine: Engine) -> None:
    from engine.catalogue.tables import Space

    with engine.library.write() as session:
        session.add(Space(id=1, key="invented", name="invented", dimension=32))


def add(engine: Engine, first: int, after: int) -> None:
    vectors = invented_vectors(1_500, 32)[first - 1 : after - 1]
    engine.vectors.add(1, [VectorEntry(number) for number in range(first, after)], vectors)


def wait_until(holds, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)
