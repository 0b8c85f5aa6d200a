"""The facade's area for collections: the folders and caption tables that were added."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from engine.catalogue.library import Library
from engine.errors import UserFixable
from engine.events import Changed, Event
from engine.values import CollectionCard, Done, Failure

HASHED_SAMPLE = 20  # files looked at before a moved root is believed


class Collections:
    """Rows only: scanning and encoding are jobs. `announce` is told of every change; `rename` is the user act of that name,
    `gone` takes the ids of items that left the library."""

    def __init__(
        self,
        library: Library,
        announce: Callable[[Event], None],
        *,
        rename: Callable[[int, str], Done],
        gone: Callable[[list[int]], None],
    ) -> None:
        self._library = library
        self._announce = announce
        self._rename = rename
        self._gone = gone

    def all(self) -> list[CollectionCard]:
        """Every collection, by name."""
        from engine.catalogue.queries.collections import collection_cards

        with self._library.read() as session:
            return collection_cards(session)

    def get(self, collection_id: int) -> CollectionCard:
        """One collection. Raises KeyError."""
        for card in self.all():
            if card.id == collection_id:
                return card
        raise KeyError(collection_id)

    def add(self, root: Path, name: str | None = None) -> CollectionCard:
        """The collection of `root`, made when it is new. Nothing is scanned.

        Raises `UserFixable` when `root` cannot be opened, or lies in (or around) the library's own folder.
        """
        from sqlalchemy import select

        from engine.catalogue.tables import Collection

        root = _resolved(root)
        own = self._library.folder.resolve()
        if root == own or own in root.parents:
            raise UserFixable(
                f"“{root.name}” is the library's own folder.",
                "Nothing was changed.",
                "Choose a folder with your files.",
            )
        with self._library.write() as session:
            row = session.scalar(select(Collection).where(Collection.root == str(root)))
            if row is None:
                kind = "folder" if root.is_dir() else "table"
                row = Collection(root=str(root), name=name or root.name or str(root), kind=kind, added_at=time.time())
                session.add(row)
                session.flush()
            number = row.id
        self._announce(Changed(collections=True))
        return self.get(number)

    def rename(self, collection_id: int, name: str) -> Done:
        """Another name for it, as an act that can be undone."""
        return self._rename(collection_id, name)

    def remove(self, collection_id: int) -> int:
        """Forget a collection and the items that lie nowhere else, with their vectors and marks. Files stay untouched.

        Returns how many items went.
        """
        from sqlalchemy import delete

        from engine.catalogue.queries.collections import item_ids_only_in
        from engine.catalogue.queries.many import values_of
        from engine.catalogue.tables import Collection, Item

        with self._library.write() as session:
            gone = item_ids_only_in(session, collection_id)
            session.execute(
                delete(Item).where(Item.id.in_(values_of(gone))).execution_options(synchronize_session=False)
            )
            session.execute(delete(Collection).where(Collection.id == collection_id))
        self._gone(gone)
        self._announce(Changed(items=True, vectors=True, collections=True, marks=True))
        return len(gone)

    def relink(self, collection_id: int, new_root: Path) -> CollectionCard:
        """Say where a moved root lies now. Believed when a sample of its files is there with the same sizes and contents.

        Raises `UserFixable` when the folder holds something else.
        """
        from sqlalchemy import select

        from engine.catalogue.places import real_path
        from engine.catalogue.tables import Collection, File

        new_root = _resolved(new_root)
        with self._library.write() as session:
            row = session.get(Collection, collection_id)
            if row is None:
                raise KeyError(collection_id)
            files = session.scalars(
                select(File)
                .where(File.collection_id == collection_id, File.content_hash.is_not(None))
                .order_by(File.content_hash)  # hashes are random: their order is a fair, repeatable sample
                .limit(HASHED_SAMPLE)
            ).all()
            alike = sum(_is_same(real_path(str(new_root), row.kind, file.path, file.raw_path), file) for file in files)
            if files and alike * 2 < len(files):
                raise UserFixable(
                    f"“{new_root.name}” does not hold the files of “{row.name}”: {alike} of {len(files)} looked at are there.",
                    "Nothing was changed.",
                    "Choose the folder they were moved to.",
                )
            row.root, row.connected = str(new_root), True
        self._announce(Changed(collections=True, items=True))
        return self.get(collection_id)

    def watch(self, collection_id: int, watched: bool) -> None:
        """Whether new files in its folder are to appear by themselves."""
        from engine.catalogue.tables import Collection

        with self._library.write() as session:
            row = session.get(Collection, collection_id)
            if row is None:
                raise KeyError(collection_id)
            row.watched = watched
        self._announce(Changed(collections=True))

    def failures(self, collection_id: int | None = None) -> list[Failure]:
        """Files that did not become items, with their reasons."""
        from engine.catalogue.queries.collections import failures

        with self._library.read() as session:
            return failures(session, collection_id)


def _resolved(root: Path) -> Path:
    try:
        found = root.expanduser().resolve(strict=True)
        if found.is_dir():
            next(iter(found.iterdir()), None)
    except PermissionError as fault:
        raise UserFixable(
            f"“{root.name}” cannot be opened. The system refused access to this folder;",
            "nothing was changed.",
            "Allow it in the system's settings, or choose another folder.",
        ) from fault
    except OSError as fault:
        raise UserFixable(f"“{root}” was not found.", "Nothing was changed.", "Check the path.") from fault
    return found


def _is_same(path: Path, file: object) -> bool:
    from blake3 import blake3

    try:
        if path.stat().st_size != file.size:  # type: ignore[attr-defined]
            return False
        with path.open("rb") as stream:
            return bool(blake3(stream.read()).hexdigest() == file.content_hash)  # type: ignore[attr-defined]
    except OSError:
        return False
