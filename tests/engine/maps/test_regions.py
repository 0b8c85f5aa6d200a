"""Names of places: words that say what lies there, never words that only stand there often."""

from types import SimpleNamespace

import numpy as np
import pytest

from engine.maps.fitting import Fitting
from engine.maps.kept_names import KeptNames
from engine.maps.regions import Named, name_places, names_of
from engine.maps.subjects import subjects_of
from engine.maps.words import Words
from engine.values import Region

AXES = {"boats": 0, "birds": 1, "music": 2, "our": None, "kettle": 3}  # what each word means; None: nothing here
PLACES = ("boats", "birds", "music")


def vector_of(word):
    made = np.full(8, 0.2, np.float32)
    if AXES[word] is not None:
        made[AXES[word]] += 1
    return made / np.linalg.norm(made)


@pytest.fixture
def world():
    """Sixty items on three places, pictures and texts by turns on two sides of a gap."""
    random = np.random.default_rng(0)
    label = np.arange(60) % 3
    vectors = np.stack([vector_of(PLACES[place]) for place in label]) + 0.1 * random.normal(size=(60, 8))
    vectors[::2, 7] += 1.5
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    known = list(AXES)
    search = SimpleNamespace(
        everyday_words=lambda: ([*known[:3], "kettle"], np.stack([vector_of(w) for w in [*known[:3], "kettle"]])),
        vectors_of_words=lambda words: np.stack([vector_of(word) for word in words]) if words else np.zeros((0, 8)),
    )
    kinds = (np.arange(60) % 2 * 2).astype(np.int8)
    fitting = Fitting(vectors.astype(np.float32), kinds, np.arange(60), SimpleNamespace(search=search))
    return SimpleNamespace(label=label.astype(np.int32), fitting=fitting)


def words(*said):
    """From (item, word) pairs, each at weight one."""
    vocabulary = list(dict.fromkeys(word for _, word in said))
    items = np.array([item for item, _ in said], np.int64)
    numbers = np.array([vocabulary.index(word) for _, word in said], np.int64)
    return Words(vocabulary, items, numbers, np.ones(len(said), np.float32))


def test_a_word_that_is_often_said_but_means_nothing_there_names_no_place(world):
    said = words(*[(item, "our") for item in range(0, 60, 3)], *[(item, "boats") for item in range(0, 30, 3)])
    everyone = np.arange(60)
    assert name_places(world.label, everyone, 3, said)[0] == "Our"
    assert name_places(world.label, everyone, 3, said, world.fitting)[0] == "Boats"


def test_where_nothing_is_said_the_everyday_word_that_fits_takes_its_place(world):
    silent = words((0, "our"))
    assert name_places(world.label, np.arange(60), 3, silent, world.fitting) == ["Boats", "Birds", "Music"]


def test_a_place_that_no_word_fits_has_no_name(world):
    mixed = np.zeros(60, np.int32)  # everything on one place: nothing sets it apart
    assert name_places(mixed, np.arange(60), 1, words((0, "our")), world.fitting) == [""]
    assert name_places(mixed, np.arange(60), 1, words(*[(item, "boats") for item in range(60)])) == [""]


def test_two_places_of_one_kind_of_thing_share_a_colour():
    random = np.random.default_rng(0)
    middles = np.array([[-0.7, 0], [0, 0.6], [0.7, 0]])
    label = np.arange(90) % 3
    coordinates = (middles[label] + 0.03 * random.normal(size=(90, 2))).astype(np.float32)
    from engine.maps.clusters import clusters

    places = clusters(coordinates, 2)
    names = ["Food", "Birds", "Food"]
    regions = tuple(Region(0, 0, 0, names[n], int(places.counts[n]), n) for n in range(3))
    codes, said = subjects_of(coordinates, Named(regions, 2))
    assert said == ["Food", "Birds"] == names_of(regions, 0)
    assert len(np.unique(codes)) == 2
    assert (codes >= 0).all()


def test_names_are_kept_for_exactly_one_layout(tmp_path):
    frame = SimpleNamespace(space_id=3, corrected=True, item_ids=np.arange(5), coordinates=np.zeros((5, 2), np.float32))
    moved = SimpleNamespace(**{**vars(frame), "coordinates": np.ones((5, 2), np.float32)})
    named = Named((Region(0, 0.5, -0.25, "Vögel", 12, 1),), 4)

    KeptNames(tmp_path, read_only=True).keep(frame, named)
    assert KeptNames(tmp_path, read_only=False).of(frame) is None
    KeptNames(tmp_path, read_only=False).keep(frame, named)

    assert KeptNames(tmp_path, read_only=True).of(frame) == named
    assert KeptNames(tmp_path, read_only=True).of(moved) is None
    next(tmp_path.glob("*.names.json")).write_text("{ cut short")
    assert KeptNames(tmp_path, read_only=True).of(frame) is None
