"""What this machine keeps: settings, secrets and the store, who may read them, and the space that is left."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from scanner.doctor.findings import Finding, good, to_fix
from scanner.settings import Settings
from scanner.store.engine import open_store
from scanner.store.errors import StoreError

FREE = 1_000_000_000  # bytes that a campaign, its documents and a backup want
_OTHERS = stat.S_IRWXO
_NOT_OWNER = stat.S_IRWXG | stat.S_IRWXO


def look_at_files(settings: Settings, config: Path | None) -> tuple[Finding, ...]:
    """The settings file and what it names, then the store."""
    return (*secrets(settings, config), *store(settings.store.url))


def secrets(settings: Settings, config: Path | None) -> tuple[Finding, ...]:
    """Files that others may not read: they say whom we look at, and hold passwords and keys."""
    mail, webhook = settings.mail, settings.correspondence.webhook
    named = (config, mail.password_file, mail.dkim.key_file if mail.dkim else None, webhook.secret_file if webhook else None)
    files = [path for path in named if path is not None]
    exposed = [to_fix("secret", "readable", path=str(path)) for path in files if _open_to(path, _OTHERS)]
    if not files:
        return ()
    return tuple(exposed) or (good("secret", count=len(files)),)


def store(address: str) -> tuple[Finding, ...]:
    """Whether it opens; where it is a file, whether it is its owner's alone, and has room."""
    path = store_file(address)
    if path is not None and not path.is_file():
        return (to_fix("store", "missing", path=str(path)),)
    try:
        with open_store(address) as opened:
            place = opened.place
    except StoreError as error:
        return (to_fix("store", "closed", place=error.place, trouble=error.trouble.value, detail=error.detail),)
    if path is None:
        return (good("store", "server", place=place),)
    return (*_privacy(path), _room(path))


def store_file(address: str) -> Path | None:
    """The file of an SQLite store; None where the store is a server, or the address none."""
    try:
        url = make_url(address)
    except ArgumentError:
        return None
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _privacy(path: Path) -> tuple[Finding, ...]:
    """The store and what SQLite keeps beside it; and its folder, where a stranger could replace it."""
    kept = [path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))]
    exposed = [to_fix("store", "readable", path=str(each)) for each in kept if _open_to(each, _NOT_OWNER)]
    if _open_to(path.resolve().parent, stat.S_IWOTH):
        exposed.append(to_fix("store", "folder", path=str(path.resolve().parent)))
    return tuple(exposed) or (good("store", path=str(path)),)


def _room(path: Path) -> Finding:
    folder = path.resolve().parent
    return judge_room(folder, shutil.disk_usage(folder).free)


def judge_room(folder: Path, free: int) -> Finding:
    """`free` in bytes."""
    verdict, case = (good, "good") if free >= FREE else (to_fix, "full")
    return verdict("disk", case, bytes=free, path=str(folder))


def _open_to(path: Path, whom: int) -> bool:
    """Whether these have a right to it; a file that is gone is open to nobody."""
    try:
        return bool(path.stat().st_mode & whom)
    except FileNotFoundError:
        return False
