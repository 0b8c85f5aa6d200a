"""Vectors on disk: what was added comes back, one space never touches another, damage costs only what was damaged."""

import numpy as np
import pytest

from engine.catalogue.tables import Space
from engine.engine import Engine
from engine.errors import UserFixable
from engine.values import VectorEntry
from engine.vectors import VectorStore
from engine.vectors.header import SIZE
from tests.support.builders import invented_vectors, library_with


@pytest.fixture
def engine(tmp_path):
    with library_with(tmp_path, 300, dimension=16) as engine:
        yield engine


def second_space(engine: Engine, dimension: int = 8) -> int:
    with engine.library.write() as session:
        space = Space(key="second", name="second", dimension=dimension)
        session.add(space)
        session.flush()
        return space.id


def test_vectors_come_back_for_the_items_they_were_given_to(engine):
    expected = invented_vectors(300, 16)
    ids, vectors = engine.vectors.of(1, [7, 300, 99_999, 1])
    assert ids.tolist() == [7, 300, 1]
    assert np.abs(vectors - expected[[6, 299, 0]]).max() < 1e-3
    assert engine.vectors.store(1).matrix().dtype == np.float16
    assert not engine.vectors.store(1).matrix().flags.writeable


def test_a_vector_given_again_replaces_the_first(engine):
    fresh = invented_vectors(1, 16, seed=9)
    engine.vectors.add(1, [VectorEntry(7)], fresh)
    assert len(engine.vectors.rows(1).row) == 300
    assert np.abs(engine.vectors.of(1, [7])[1] - fresh).max() < 1e-3
    assert engine.vectors.compaction(1).removed == 1


def test_segments_of_a_sound_keep_their_times(engine):
    vectors = invented_vectors(3, 16, seed=4)
    engine.vectors.add(1, [VectorEntry(4), VectorEntry(4, 1, 0.0, 5.0), VectorEntry(4, 2, 2.5, 7.5)], vectors)
    table = engine.vectors.rows(1)
    mine = table.item_id == 4
    assert table.part[mine].tolist() == [0, 1, 2]
    assert np.isnan(table.start[mine][0])
    assert table.end[mine][1:].tolist() == [5.0, 7.5]


def test_the_row_table_grows_with_what_was_added_and_shrinks_with_what_was_removed(engine):
    first = engine.vectors.rows(1)
    assert engine.vectors.rows(1) is first  # nothing changed: nothing is read
    engine.vectors.add(1, [VectorEntry(4, 1, 0.0, 1.0)], invented_vectors(1, 16))
    assert len(engine.vectors.rows(1).row) == 301
    engine.collections.remove(2)  # the sounds
    left = engine.vectors.rows(1)
    assert len(left.row) == 240
    assert 4 not in left.item_id


def test_items_without_a_vector_are_named_oldest_first(engine):
    second = second_space(engine)
    engine.vectors.add(second, [VectorEntry(2), VectorEntry(3)], invented_vectors(2, 8))
    assert engine.vectors.items_without(1) == []
    assert engine.vectors.items_without(second, kinds=["image"])[:3] == [1, 6, 7]
    assert engine.vectors.items_without(second, collection_id=2)[:2] == [4, 9]


def test_spaces_live_side_by_side_and_deleting_one_leaves_the_other_bit_for_bit(engine):
    second = second_space(engine)
    engine.vectors.add(second, [VectorEntry(n) for n in range(1, 101)], invented_vectors(100, 8))
    before = engine.vectors.store(1).path.read_bytes()
    path = engine.vectors.store(second).path
    size = path.stat().st_size
    assert engine.vectors.remove_space(second) == size
    assert not path.exists()
    assert engine.vectors.store(1).path.read_bytes() == before
    with pytest.raises(KeyError):
        engine.vectors.store(second)


def test_two_spaces_are_never_mixed(engine, tmp_path):
    with pytest.raises(ValueError, match="do not fit"):
        engine.vectors.add(1, [VectorEntry(1)], invented_vectors(1, 8))
    with pytest.raises(ValueError, match="never mixed"):
        VectorStore(engine.vectors.store(1).path, "another", 16, committed=300)
    with pytest.raises(ValueError, match="not finite"):
        engine.vectors.add(1, [VectorEntry(1)], np.full((1, 16), np.nan, np.float32))


def test_compaction_frees_the_rows_of_removed_items_and_keeps_all_others(engine):
    engine.collections.remove(2)
    preview = engine.vectors.compaction(1)
    assert (preview.rows, preview.removed, preview.bytes_freed) == (240, 60, 60 * 16 * 2)
    kept, before = engine.vectors.of(1, range(1, 301))
    size = engine.vectors.store(1).path.stat().st_size
    engine.vectors.compact(1)
    assert size - engine.vectors.store(1).path.stat().st_size == preview.bytes_freed
    again, after = engine.vectors.of(1, range(1, 301))
    assert again.tolist() == kept.tolist()
    assert (before == after).all()
    assert engine.vectors.verify() == 0
    engine.close()
    with Engine.open(engine.folder) as reopened:
        assert (reopened.vectors.of(1, kept)[1] == before).all()
        assert len(list((engine.folder / "vectors").glob("*.slv"))) == 1


def test_what_was_never_committed_is_cut_on_opening(engine):
    store = engine.vectors.store(1)
    store.append(invented_vectors(50, 16))
    with store.path.open("ab") as stream:
        stream.write(b"half a row")
    engine.close()
    with Engine.open(engine.folder) as again:
        assert again.vectors.store(1).rows == 300
        assert store.path.stat().st_size == SIZE + 300 * 16 * 2
        assert again.vectors.verify() == 0


def test_a_flipped_bit_is_found_and_only_its_block_is_indexed_again(engine):
    engine.vectors.add(1, [VectorEntry(4, part) for part in range(1, 4)], invented_vectors(3, 16))
    path = engine.vectors.store(1).path
    engine.close()
    with path.open("r+b") as stream:
        stream.seek(SIZE + 301 * 32 + 5)
        byte = stream.read(1)
        stream.seek(-1, 1)
        stream.write(bytes([byte[0] ^ 4]))
    with Engine.open(engine.folder) as again:
        assert again.vectors.verify() == 1
        assert again.vectors.items_without(1) == [4]


def test_a_file_cut_short_from_outside_loses_only_its_tail(engine):
    path = engine.vectors.store(1).path
    engine.close()
    with path.open("r+b") as stream:
        stream.truncate(SIZE + 250 * 32 + 3)
    (engine.folder / "open").write_text("killed\n")
    with Engine.open(engine.folder) as again:
        assert again.vectors.items_without(1) == list(range(251, 301))
        assert len(again.vectors.of(1, range(1, 301))[0]) == 250


def test_a_foreign_file_is_refused_in_plain_words(engine):
    path = engine.vectors.store(1).path
    engine.close()
    path.write_bytes(b"not vectors at all" * 20)
    with Engine.open(engine.folder) as again, pytest.raises(UserFixable, match="cannot be used"):
        again.vectors.store(1)


def test_a_file_whose_making_was_cut_short_is_made_again(tmp_path):
    path = tmp_path / "space.slv"
    path.write_bytes(b"SLVEC")  # a full disk took no more

    store = VectorStore(path, "a" * 32, 4)
    store.commit(store.append(np.ones((3, 4), np.float32)).stop)

    assert VectorStore(path, "a" * 32, 4, committed=3).rows == 3
