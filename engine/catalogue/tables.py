"""Tables of `library.sqlite`. A change here comes with one Alembic revision in `migrations/versions`.

Identity of an item is its content (`content_hash` and, for texts, the passage); the places where that content lies are `file` rows.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Metadata of the library database."""


class Collection(Base):
    """A root folder, or a caption table, that was added."""

    __tablename__ = "collection"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    root: Mapped[str] = mapped_column(unique=True)  # absolute path, as on this machine today
    kind: Mapped[str] = mapped_column(default="folder")  # folder | table
    volume: Mapped[str | None]  # identifies a removable drive
    connected: Mapped[bool] = mapped_column(default=True)
    watched: Mapped[bool] = mapped_column(default=False)
    added_at: Mapped[float]  # seconds since 1970, UTC; so are all *_at columns
    scanned_at: Mapped[float | None]
    __table_args__ = {"sqlite_autoincrement": True}


class File(Base):
    """One place: a file below a collection's root. Its items are those with the same `content_hash`."""

    __tablename__ = "file"
    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"))
    path: Mapped[str]  # relative to the root, "/" between parts, text form
    raw_path: Mapped[bytes | None] = mapped_column(LargeBinary)  # the name's bytes, where they are not valid UTF-8
    size: Mapped[int]
    mtime_ns: Mapped[int]
    content_hash: Mapped[str | None] = mapped_column(index=True)  # BLAKE3, hex
    kind: Mapped[str | None]  # image | audio | text | table
    status: Mapped[str] = mapped_column(default="ok", index=True)  # ok | failed | missing
    reason: Mapped[str | None]  # one of the sentences of engine.files.reasons
    detail: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("collection_id", "path"),
        # holds all that counting and filtering by collection asks for, in the order it is asked
        Index("ix_file_place", "collection_id", "content_hash", "status"),
    )


class Item(Base):
    """One image, sound or text passage, known by its content."""

    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    content_hash: Mapped[str]
    passage: Mapped[int] = mapped_column(default=0)  # number of the passage within its text; 0 for images and sounds
    kind: Mapped[str] = mapped_column(index=True)  # image | audio | text
    name: Mapped[str]  # file name without folders, or the first words of a caption-table sentence
    text: Mapped[str | None]  # the passage itself (texts only)
    line: Mapped[int | None]
    page: Mapped[int | None]
    language: Mapped[str | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    seconds: Mapped[float | None]
    sample_rate: Mapped[int | None]
    channels: Mapped[int | None]
    taken_at: Mapped[float | None] = mapped_column(index=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    camera: Mapped[str | None]
    bytes: Mapped[int | None]
    format: Mapped[str | None]
    mat: Mapped[int] = mapped_column(
        default=0
    )  # 0 photo, 1 has transparency, 2 transparent and mostly dark, 3 transparent and mostly light
    added_at: Mapped[float]
    # A number is never given twice: thumbnails, layouts and acts know items by it, also after an item has gone.
    __table_args__ = (UniqueConstraint("content_hash", "passage"), {"sqlite_autoincrement": True})


class Pair(Base):
    """Two items that describe the same thing; `left` is the picture or sound, `right` the words (or a sound)."""

    __tablename__ = "pair"
    id: Mapped[int] = mapped_column(primary_key=True)
    left_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    right_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    source: Mapped[str]  # sidecar | table | embedded
    language: Mapped[str | None]
    __table_args__ = (UniqueConstraint("left_id", "right_id"),)


class Mark(Base):
    """What the user said of an item. No row means nothing was said."""

    __tablename__ = "mark"
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    stars: Mapped[int] = mapped_column(default=0)  # 0-5
    flag: Mapped[int] = mapped_column(default=0)  # 1 pick, -1 reject
    label: Mapped[int] = mapped_column(default=0)  # 0 none, 6-9 colour labels
    hidden: Mapped[bool] = mapped_column(default=False)


class Tag(Base):
    __tablename__ = "tag"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class ItemTag(Base):
    __tablename__ = "item_tag"
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True, index=True)


class Judgement(Base):
    """What the user said of two items together, the smaller id first."""

    __tablename__ = "judgement"
    subject: Mapped[str] = mapped_column(primary_key=True)  # blind_pair | duplicate
    low_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    high_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    verdict: Mapped[str]  # differ | same | unsure; no
    pattern: Mapped[str | None]  # of a blind pair: what differs
    __table_args__ = (Index("ix_judgement_low", "low_id"), Index("ix_judgement_high", "high_id"))


class Act(Base):
    """One user act, with what it takes to do it again and to undo it, as JSON."""

    __tablename__ = "act"
    id: Mapped[int] = mapped_column(primary_key=True)
    verb: Mapped[str]
    sentence: Mapped[str]  # “Tagged 212 items “night”.”
    forward: Mapped[str]
    backward: Mapped[str]
    undone: Mapped[bool] = mapped_column(default=False)
    at: Mapped[float]


class SavedSearch(Base):
    """A smart collection: a full query (meaning, filters, band) that runs again when opened."""

    __tablename__ = "saved_search"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    query: Mapped[str]  # JSON of engine.values.Query and Filter
    seen_up_to: Mapped[int] = mapped_column(default=0)  # highest item id the user has seen in it
    counted: Mapped[int] = mapped_column(default=0)  # items that matched when it last ran
    unseen: Mapped[int] = mapped_column(default=0)  # of them, those newer than `seen_up_to`
    created_at: Mapped[float]


class Model(Base):
    """An installed model."""

    __tablename__ = "model"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # "starter", "ViT-B-32/openai", "mine"
    name: Mapped[str]
    folder: Mapped[str]  # absolute, or "resources:starter"
    checkpoint_hash: Mapped[str]
    kinds: Mapped[str]  # JSON list
    licence: Mapped[str | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("model.id"))
    measured: Mapped[str | None]  # JSON: device, backend, dtype, batch size, items per second
    in_use: Mapped[bool] = mapped_column(default=False)
    added_at: Mapped[float]


class Space(Base):
    """Checkpoint and preprocessing. Every vector belongs to one; two are never mixed in one computation."""

    __tablename__ = "space"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # hash of checkpoint and preprocessing
    model_id: Mapped[int | None] = mapped_column(ForeignKey("model.id"))
    name: Mapped[str]
    dimension: Mapped[int]
    rows: Mapped[int] = mapped_column(
        default=0
    )  # committed rows of its vector file; bytes past them are cut on opening
    removed: Mapped[int] = mapped_column(
        default=0
    )  # rows whose item is gone; counted by a trigger, freed by compaction
    generation: Mapped[int] = mapped_column(default=0)  # number of its vector file; compaction writes the next one
    __table_args__ = {"sqlite_autoincrement": True}


class Vector(Base):
    """Row `row` of a space's vector file belongs to an item: its whole (part 0) or a segment of a sound (part 1, 2, ...)."""

    __tablename__ = "vector"
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    part: Mapped[int] = mapped_column(default=0)
    start: Mapped[float | None]  # seconds
    end: Mapped[float | None]
    __table_args__ = (
        UniqueConstraint("space_id", "item_id", "part"),
        Index("ix_vector_item", "item_id"),
    )


class MapLayout(Base):
    """A finished layout of a space, kept in `maps/`."""

    __tablename__ = "map_layout"
    id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"), index=True)
    file: Mapped[str]
    corrected: Mapped[bool] = mapped_column(default=False)
    parameters: Mapped[str]  # JSON with seed, neighbours, gap
    made_at: Mapped[float]


class Fact(Base):
    """A few words the library remembers about itself: the version that made it, whether it was closed in peace."""

    __tablename__ = "fact"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class JobRecord(Base):
    """Finished jobs stay here for 30 days."""

    __tablename__ = "job"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    outcome: Mapped[str]
    summary: Mapped[str]
    reason: Mapped[str]
    ended_at: Mapped[float]
    seconds: Mapped[float]
