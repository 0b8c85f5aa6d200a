"""The facade's area for models: which are installed, which one is in use, its space, and the encoder itself.

Each library has its own list. The built-in starter is a row like any other; its weights stay in the application's resources.
"""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.catalogue.library import Library
from engine.errors import UserFixable
from engine.events import Changed, Event
from engine.models.folder import ModelFolder
from engine.models.vision import VisionEncoder, VisionFolder, read_folder
from engine.values import KINDS, Kind, ModelCard, SpaceInfo

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from engine.catalogue.tables import Model
    from engine.jobs.progress import Progress
    from engine.models.encoder import Encoder

STARTER = "starter"
BUILT_IN = {STARTER: "starter", "classical": "vision/classical"}  # key to its place in the resources
RESOURCES = Path(__file__).resolve().parents[2] / "resources"


class ModelLibrary:
    """Safe to call from any thread. Encoders are loaded once per model and kept."""

    def __init__(
        self, library: Library, *, announce: Callable[[Event], None] = lambda event: None, device: str = "auto"
    ) -> None:
        self._library = library
        self._announce = announce
        self._device = device
        self._encoders: dict[str, Encoder | VisionEncoder] = {}
        self._loading = threading.RLock()
        self._starter_seen = False
        self._exports = library.folder / "models" / ".exports"
        self._chosen: str | None = None  # asked for by every search, so kept until something changes
        self._space_infos: dict[str, SpaceInfo] = {}

    # -- what there is ----------------------------------------------------------------------------------------
    def cards(self) -> list[ModelCard]:
        """All installed models that read words, the built-in one first."""
        return [card for card in self._cards() if "text" in card.kinds]

    def opinions(self) -> list[ModelCard]:
        """Models that see pictures and know no words: second opinions, the built-in one last."""
        return [card for card in self._cards() if "text" not in card.kinds][::-1]

    def copies_from(self, key: str) -> float:
        """Cosine above which a second opinion takes two pictures for copies of one."""
        folder = _folder_at(self.path(key))
        return folder.copies_from if isinstance(folder, VisionFolder) else 0.9

    def _cards(self) -> list[ModelCard]:
        from engine.catalogue.queries.models import all_models, spaces_per_model

        self._know_starter()
        with self._library.read() as session:
            rows, spaces = all_models(session), spaces_per_model(session)
            names = {row.id: row.key for row in rows}
            chosen = self._key_in_use(session)
            cards = [self._card(row, row.key == chosen, spaces.get(row.id, 0), names) for row in rows]
        return sorted(cards, key=lambda card: not card.built_in)

    def card(self, key: str) -> ModelCard:
        """One model. Raises UserFixable when it is not installed."""
        for card in self._cards():
            if card.key == key:
                return card
        raise _not_installed(key)

    def in_use(self) -> ModelCard:
        """The model that new vectors and searches use. Raises UserFixable when none is installed."""
        return self.card(self.key_in_use())

    def key_in_use(self) -> str:
        """The key of the model in use; unlike `in_use` it reads no files. Raises UserFixable when none is installed."""
        if self._chosen is None:
            self._know_starter()
            with self._library.read() as session:
                self._chosen = self._key_in_use(session)
        if self._chosen is not None:
            return self._chosen
        raise UserFixable(
            "No model is installed, and the built-in one is missing from this copy of Sightline.",
            "Your files and tags are there; nothing can be searched by meaning.",
            "Add a model, or install Sightline again.",
        )

    def use(self, key: str) -> ModelCard:
        """Make `key` the model in use. Vectors made by others stay."""
        from engine.catalogue.queries.models import mark_in_use

        card = self.card(key)
        if "text" not in card.kinds:
            raise UserFixable(
                f"“{card.name}” sees pictures and knows no words.",
                "The model in use stays as it is.",
                "It serves as a second opinion beside another model.",
            )
        with self._library.write() as session:
            mark_in_use(session, key)
        self.forget()
        self._announce(Changed(models=True, vectors=True))
        return self.card(card.key)

    # -- adding and removing ----------------------------------------------------------------------------------
    def add(
        self,
        source: Path | str,
        name: str,
        *,
        architecture: str | None = None,
        preprocess: dict[str, Any] | None = None,
        licence: str | None = None,
        parent: str | None = None,
    ) -> ModelCard:
        """Install a model folder or a checkpoint file under `name`.

        `architecture` (open_clip's name) and `preprocess` describe a checkpoint file that comes without a folder.
        Raises UserFixable when the name is taken, or the weights are unsafe, partial or do not fit.
        """
        from engine.catalogue.queries.models import model_with_key
        from engine.catalogue.tables import Model
        from engine.models.install import install_checkpoint, install_folder, slug

        source, key = Path(source).expanduser(), slug(name)
        target = self._library.folder / "models" / key
        with self._library.read() as session:
            if model_with_key(session, key) is not None or key in BUILT_IN:
                raise UserFixable(
                    f"A model called “{key}” is already there.", "Nothing was changed.", "Choose another name."
                )
        if not source.exists():
            raise UserFixable(
                f"“{source}” is not there.", "Nothing was changed.", "Choose a model folder or checkpoint."
            )
        if target.exists():  # left by an installation that was interrupted
            shutil.rmtree(target)
        folder = (
            install_folder(source, target)
            if source.is_dir()
            else install_checkpoint(source, target, architecture, preprocess)
        )
        self.forget()
        checkpoint_hash = folder.hash_checkpoint()
        with self._library.write() as session:
            older = model_with_key(session, parent) if parent else None
            session.add(
                Model(
                    key=key,
                    name=str(folder.card.get("name") or name),
                    folder=f"library:{key}",
                    checkpoint_hash=checkpoint_hash,
                    kinds=json.dumps(folder.kinds),
                    licence=licence or folder.card.get("licence"),
                    parent_id=older.id if older else None,
                    added_at=time.time(),
                )
            )
        self._announce(Changed(models=True))
        return self.card(key)

    def remove(self, key: str) -> None:
        """Take a model out and delete its files in the library. Its spaces and their vectors stay. The built-in one stays."""
        from engine.catalogue.queries.models import forget_model, model_with_key

        if key in BUILT_IN:
            raise UserFixable("The built-in model cannot be removed.", "", "Use another one instead.")
        with self._library.write() as session:
            row = model_with_key(session, key)
            if row is None:
                raise _not_installed(key)
            path = self._path(row.folder)
            forget_model(session, row)
        with self._loading:
            self._encoders.pop(key, None)
        self.forget()
        if path.is_relative_to(self._library.folder):
            shutil.rmtree(path, ignore_errors=True)
        self._announce(Changed(models=True))

    # -- using ------------------------------------------------------------------------------------------------
    def encoder(self, key: str | None = None) -> Encoder:
        """The loaded encoder of a model (default: the one in use). The first call takes seconds; it imports torch."""
        key = key or self.key_in_use()
        ready = self._encoders.get(key)
        if ready is not None:
            return ready  # type: ignore[return-value]  # a second opinion has what its callers use of an encoder
        with self._loading:
            if key not in self._encoders:
                self._encoders[key] = self._load(key)
            return self._encoders[key]  # type: ignore[return-value]

    def loaded(self, key: str | None = None) -> bool:
        """Whether `encoder` would answer at once."""
        return (key or self.key_in_use()) in self._encoders

    def space(self, key: str | None = None) -> SpaceInfo:
        """The space a model's vectors belong to (default: the model in use); made when it is new."""
        key = key or self.key_in_use()
        known = self._space_infos.get(key)
        if known is None:
            known = self._space_infos[key] = self._space(key)
        return known

    def _space(self, key: str) -> SpaceInfo:
        from engine.catalogue.queries.models import model_with_key, space_with_key
        from engine.catalogue.tables import Space

        self._know_starter()
        with self._library.read() as session:
            row = model_with_key(session, key)
            if row is None:
                raise _not_installed(key)
            folder = _folder_at(self._path(row.folder))
            space_key, name, model_id = folder.space_key(row.checkpoint_hash), row.name, row.id
            space = space_with_key(session, space_key)
            if space is not None and space.model_id == model_id:
                return _info(space, key)
        with self._library.write() as session:
            space = space_with_key(session, space_key)
            if space is None:
                space = Space(key=space_key, name=name, dimension=folder.dimension)
                session.add(space)
            space.model_id = model_id
            session.flush()
            return _info(space, key)

    def spaces(self) -> list[SpaceInfo]:
        """Every space that has vectors here, also of models that were removed."""
        from engine.catalogue.queries.models import all_spaces

        with self._library.read() as session:
            return [_info(space, key) for space, key in all_spaces(session)]

    def path(self, key: str) -> Path:
        """The folder a model lies in. Raises UserFixable when it is not installed."""
        from engine.catalogue.queries.models import model_with_key

        self._know_starter()
        with self._library.read() as session:
            row = model_with_key(session, key)
            if row is None:
                raise _not_installed(key)
            return self._path(row.folder)

    def measure(self, key: str, progress: Progress | None = None) -> dict[str, Any]:
        """Find the fastest way to run each tower of a model on this device, use it and remember it.

        Returns {"items_per_second": {kind: rate}, "memory_bytes", "towers": {kind: choice}}. Takes seconds per tower.
        """
        from engine.jobs.progress import Progress

        progress = progress or Progress()
        kinds = [kind for kind in KINDS if kind in self.encoder(key).kinds]
        progress.start(len(kinds), "parts")
        figures: dict[str, Any] = {}
        for kind in kinds:
            figures = self.measure_tower(key, kind, progress.check)
            progress.step()
        return figures

    def measure_tower(self, key: str, kind: Kind, check: Callable[[], None] = lambda: None) -> dict[str, Any]:
        """`measure` for one kind of input; what is known of the others stays. `check` may raise to stop."""
        from engine.models import backends

        encoder = self.encoder(key)
        if isinstance(encoder, VisionEncoder):  # runs in one way only
            rates = {
                "items_per_second": {kind: encoder.rate()},
                "memory_bytes": encoder.memory_bytes(),
                "towers": {kind: {}},
            }
            self.remember_measured(key, encoder.device_key, rates)
            return rates
        choice = backends.measure(encoder, kind, self._exports, check)
        before = self.measured(key, encoder.device_key) or {}
        figures = {
            "items_per_second": {**before.get("items_per_second", {}), kind: choice.rate},
            "memory_bytes": encoder.memory_bytes(),
            "towers": {**before.get("towers", {}), kind: choice.as_json()},
        }
        self.remember_measured(key, encoder.device_key, figures)
        return figures

    def knows_fastest(self, key: str, kind: Kind) -> bool:
        """Whether a loaded model's tower was measured on this device."""
        return kind in (self.measured(key, self.encoder(key).device_key) or {}).get("towers", {})

    def remember_measured(self, key: str, device: str, figures: dict[str, Any]) -> None:
        """Keep what was measured for a model on a device."""
        from engine.catalogue.queries.models import measured_of, model_with_key

        with self._library.write() as session:
            row = model_with_key(session, key)
            if row is None:
                raise _not_installed(key)
            row.measured = json.dumps({**measured_of(row), device: figures})
        self._announce(Changed(models=True))

    def measured(self, key: str, device: str) -> dict[str, Any] | None:
        """What was measured for a model on a device before."""
        from engine.catalogue.queries.models import measured_of, model_with_key

        with self._library.read() as session:
            row = model_with_key(session, key)
            found = measured_of(row).get(device) if row else None
        return found if isinstance(found, dict) else None

    # -- inside -----------------------------------------------------------------------------------------------
    def _load(self, key: str) -> Encoder | VisionEncoder:
        if isinstance(_folder_at(self.path(key)), VisionFolder):
            self._keep_hash(key, _folder_at(self.path(key)).hash_checkpoint())
            return VisionEncoder.open(self.path(key), self.space(key).key, self._device)
        from engine.models.quiet_import import import_quietly

        import_quietly()
        from engine.models import backends
        from engine.models.encoder import Encoder

        path = self.path(key)
        folder = _folder_at(path)
        self._keep_hash(key, folder.hash_checkpoint())
        encoder = Encoder.open(path, self.space(key).key, self._device)
        known = self.measured(key, encoder.device_key) or {}
        for kind in KINDS:
            if kind in encoder.kinds and kind in known.get("towers", {}):
                backends.apply(encoder, kind, backends.Choice.from_json(known["towers"][kind]), self._exports)
        return encoder

    def _keep_hash(self, key: str, checkpoint_hash: str) -> None:
        """Weights that were replaced in place make another space; vectors of the old one are never mixed with theirs."""
        from engine.catalogue.queries.models import model_with_key

        with self._library.read() as session:
            row = model_with_key(session, key)
            if row is None or row.checkpoint_hash == checkpoint_hash:
                return
        with self._library.write() as session:
            row = model_with_key(session, key)
            assert row is not None
            row.checkpoint_hash, row.measured = checkpoint_hash, None
        self.forget()

    def forget(self) -> None:
        """Ask the catalogue and the folders again."""
        self._chosen = None
        self._space_infos.clear()
        _folder_at.cache_clear()

    def _know_starter(self) -> None:
        """Keep the built-in models' rows in step with the application's resources."""
        if (
            self._starter_seen
            or self._library.read_only
            or not (RESOURCES / STARTER / "open_clip_config.json").is_file()
        ):
            return
        for key, place in BUILT_IN.items():
            self._know(key, place, read_folder(RESOURCES / place))
        self._starter_seen = True

    def _know(self, key: str, place: str, folder: ModelFolder) -> None:
        from engine.catalogue.queries.models import model_with_key
        from engine.catalogue.tables import Model

        checkpoint_hash = folder.hash_checkpoint()
        with self._library.write() as session:
            row = model_with_key(session, key)
            if row is None:
                row = Model(key=key, added_at=time.time())
                session.add(row)
            if row.checkpoint_hash != checkpoint_hash:
                row.measured = None
            row.name = str(folder.card.get("name") or key.capitalize())
            row.folder = f"resources:{place}"
            row.checkpoint_hash = checkpoint_hash
            row.kinds = json.dumps(folder.kinds)
            row.licence = folder.card.get("licence")

    def _key_in_use(self, session: Session) -> str | None:
        from engine.catalogue.queries.models import model_marked_in_use, model_with_key

        chosen = model_marked_in_use(session) or model_with_key(session, STARTER)
        return chosen.key if chosen else None

    def _path(self, folder: str) -> Path:
        if folder.startswith("resources:"):
            return RESOURCES / folder.removeprefix("resources:")
        if folder.startswith("library:"):
            return self._library.folder / "models" / folder.removeprefix("library:")
        return Path(folder)

    def _card(self, row: Model, in_use: bool, spaces: int, names: dict[int, str]) -> ModelCard:
        from engine.catalogue.queries.models import measured_of

        told: dict[str, Any] = {}
        dimension, size, about = 0, 0, ""
        try:
            folder = _folder_at(self._path(row.folder))
            told, dimension, size, about = folder.card, folder.dimension, folder.bytes, folder.about
        except UserFixable as fault:  # a missing folder never keeps the page from opening
            about = str(fault)
        figures = next(iter(measured_of(row).values()), {})
        rates = figures.get("items_per_second", {}) if isinstance(figures, dict) else {}
        return ModelCard(
            id=row.id,
            key=row.key,
            name=row.name,
            kinds=tuple(json.loads(row.kinds)),
            dimension=dimension,
            bytes=size,
            licence=row.licence or "unknown",
            languages=tuple(told.get("languages", ())),
            in_use=in_use,
            items_per_second=dict(rates),
            memory_bytes=figures.get("memory_bytes") if isinstance(figures, dict) else None,
            parent=names.get(row.parent_id) if row.parent_id else None,
            about=about,
            built_in=row.folder.startswith("resources:"),
            spaces=spaces,
            checkpoint_hash=row.checkpoint_hash,
        )


@lru_cache(maxsize=64)
def _folder_at(path: Path) -> ModelFolder:
    return read_folder(path)


def _info(space: Any, key: str | None) -> SpaceInfo:
    return SpaceInfo(space.id, space.key, space.name, space.dimension, key)


def _not_installed(key: str) -> UserFixable:
    return UserFixable(
        f"No model called “{key}” is installed.", "", "See `sightline models list`, or add it under this name."
    )
