"""`beffroi backup` and `beffroi restore`: a workspace into one file, and out of it again."""

from __future__ import annotations

import shutil
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, make_url, update
from sqlalchemy.exc import ArgumentError

from scanner.delivery.states import State
from scanner.settings import load_settings
from scanner.store.engine import open_store
from scanner.store.errors import StoreError, Trouble
from scanner.store.tables import outbox
from scanner.workspace.archive import pack, refuse_to_replace, unpack
from scanner.workspace.copying import check_whole, close_for_all, copy_store
from scanner.workspace.initial import STORE, write_private
from scanner.workspace.problems import WorkspaceError, disk_problem
from scanner.workspace.redaction import without_secrets

Clock = Callable[[], datetime]
_BESIDE = ("", "-wal", "-shm")


class OnAServer(Exception):
    """The store is PostgreSQL, which has its own means; `address` is without its password."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


@dataclass(frozen=True, slots=True)
class Saved:
    """A backup that was made. `settings` is false where they could not be freed of their secrets, or there are none."""

    path: Path
    size: int
    settings: bool


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back. `aside` is the store that stood there; `settings` the file that was written, None where one was
    kept or none came; `held` mails wait for a person."""

    store: Path
    made: datetime
    aside: Path | None
    settings: Path | None
    held: int


def _now() -> datetime:
    return datetime.now(UTC)


def back_up(config: Path | None, address: str, target: Path, clock: Clock = _now) -> Saved:
    """The store and the settings into a new file. Raises OnAServer, WorkspaceError, StoreError."""
    store = store_path(address)
    refuse_to_replace(target)
    if not store.is_file():
        raise WorkspaceError("no_store", store)
    settings = without_secrets(config.read_text("utf-8")) if config is not None else None
    with _room_beside(target) as folder:
        copy = folder / STORE
        copy_store(store, copy)
        pack(target, clock(), copy, settings)
    return Saved(target, target.stat().st_size, settings is not None)


def take_back(source: Path, config: Path, *, force: bool, clock: Clock = _now) -> Restored:
    """The store of a backup in its place, its schema of today; the settings only where there are none.

    Mails that waited when the copy was made may have left since: they wait for a person. Raises OnAServer,
    WorkspaceError, StoreError; until the last step nothing is changed.
    """
    with _room_beside(config) as folder:
        copy = folder / STORE
        manifest, settings = unpack(source, copy)
        place = store_path(_address(config, settings))
        if place.exists() and not force:
            raise WorkspaceError("exists", place)
        if not place.parent.is_dir():
            raise StoreError(Trouble.NO_FOLDER, str(place.parent))
        check_whole(copy, source)
        held = _brought_up_to_date(copy, clock())
        ready = _brought_to_its_disk(copy, place)
        try:
            aside = _set_aside(place, clock()) if place.exists() else None
            ready.replace(place)
        finally:
            ready.unlink(missing_ok=True)
    written = _settings_written(config, settings)
    return Restored(place, manifest.made, aside, written, held)


def store_path(address: str) -> Path:
    """The file of an SQLite store. Raises OnAServer, StoreError."""
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise StoreError(Trouble.BAD_URL) from error
    if url.get_backend_name() == "postgresql":
        plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
        raise OnAServer(plain.render_as_string())
    if url.get_backend_name() != "sqlite" or not url.database:
        raise StoreError(Trouble.BAD_URL, url.render_as_string(hide_password=True))
    return Path(url.database)


@contextmanager
def _room_beside(path: Path) -> Iterator[Path]:
    """A folder of our own on the same disk. Raises WorkspaceError where none can be made, or the disk is full."""
    try:
        with tempfile.TemporaryDirectory(prefix=".beffroi-", dir=path.absolute().parent) as folder:
            yield Path(folder)
    except OSError as error:
        raise disk_problem(error, path.absolute().parent) from error


def _address(config: Path, settings: str | None) -> str:
    """Where the store stands: as the settings that are there say, else those of the backup, else beside them."""
    if config.is_file():
        return load_settings(config).store.url
    named = tomllib.loads(settings or "").get("store", {}).get("url", f"sqlite:///{STORE}")
    path = store_path(str(named))
    return f"sqlite:///{config.parent / path}"


def _brought_up_to_date(copy: Path, now: datetime) -> int:
    """The copy under today's schema; how many of its mails are held back."""
    open_ = (State.WAITING, State.SENDING)
    held = {"state": State.DOUBTFUL, "settled": now, "code": None, "answer": ""}
    with open_store(f"sqlite:///{copy}") as store, store.write() as connection:
        return connection.execute(update(outbox).where(outbox.c.state.in_(open_)).values(held)).rowcount


def _brought_to_its_disk(copy: Path, place: Path) -> Path:
    """Beside the place that it will take, so that one renaming does the rest."""
    ready = place.with_name(f".{place.name}.part")
    shutil.move(copy, ready)
    return ready


def _set_aside(place: Path, now: datetime) -> Path:
    """Nothing is thrown away. Raises StoreBusy where another process has the store open."""
    close_for_all(place)
    aside = place.with_name(f"{place.name}.before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    for end in _BESIDE:
        old = place.with_name(place.name + end)
        if old.exists():
            old.rename(aside.with_name(aside.name + end))
    return aside


def _settings_written(config: Path, settings: str | None) -> Path | None:
    if settings is None or config.exists():
        return None
    try:
        write_private(config, settings)
    except OSError as error:
        raise disk_problem(error, config) from error
    return config
