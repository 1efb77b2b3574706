"""One file for a whole workspace: a gzipped tar with a manifest, the store, and the settings without their secrets.

What is read back is held against its manifest, and nothing of it is believed before: no name, no size, no content.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from scanner import __version__
from scanner.workspace.initial import SETTINGS, STORE
from scanner.workspace.problems import WorkspaceError, disk_problem

FORMAT = 1
MANIFEST = "manifest.json"
MAX_TEXT = 1_000_000  # bytes of the manifest and of the settings
CHUNK = 1 << 20
#: In this order: the manifest says what follows.
_NAMES = (MANIFEST, STORE, SETTINGS)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `size` and `digest` (SHA-256) are the store's, `settings` is the digest of theirs, ""
    where there are none."""

    made: datetime
    version: str
    size: int
    digest: str
    settings: str = ""
    format: int = FORMAT


def pack(target: Path, made: datetime, store: Path, settings: str | None) -> None:
    """Write the archive, whole or not at all; it must not be there yet. Raises WorkspaceError (exists, disk)."""
    refuse_to_replace(target)
    with store.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    manifest = Manifest(made, __version__, store.stat().st_size, digest, _digest(settings))
    partial = target.with_name(f".{target.name}.part")
    try:
        with os.fdopen(os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", format=tarfile.PAX_FORMAT) as archive:
                _add(archive, MANIFEST, _said(manifest))
                archive.add(store, STORE, filter=_plain)
                if settings is not None:
                    _add(archive, SETTINGS, settings.encode())
            file.flush()
            os.fsync(file.fileno())
        partial.rename(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise disk_problem(error, target) from error


def refuse_to_replace(target: Path) -> None:
    """Raises WorkspaceError (exists): an older backup, or anything else, is never written over."""
    if target.exists() or target.is_symlink():
        raise WorkspaceError("exists", target)


def unpack(source: Path, store: Path) -> tuple[Manifest, str | None]:
    """Write the store to this new path; the manifest and the settings. Raises WorkspaceError (not_a_backup, newer, disk)."""
    try:
        with source.open("rb") as file:
            return _read(source, file, store)
    except (tarfile.TarError, EOFError, zlib.error, ValueError, KeyError, TypeError, RecursionError) as error:
        raise WorkspaceError("not_a_backup", source) from error
    except OSError as error:
        if error.errno is None:  # gzip's own: not a gzip file, a wrong checksum
            raise WorkspaceError("not_a_backup", source) from error
        raise disk_problem(error, source) from error


def _read(source: Path, file: IO[bytes], store: Path) -> tuple[Manifest, str | None]:
    settings: str | None = None
    with tarfile.open(fileobj=file, mode="r|gz") as archive:
        members = _members(source, archive)
        manifest = _manifest(source, _text(archive, next(members)))
        _write(archive, next(members), manifest, store)
        for member in members:
            settings = _text(archive, member)
    if _digest(settings) != manifest.settings:
        raise ValueError("not the settings of this manifest")
    return manifest, settings


def _digest(settings: str | None) -> str:
    return "" if settings is None else hashlib.sha256(settings.encode()).hexdigest()


def _said(manifest: Manifest) -> bytes:
    made = manifest.made.astimezone(UTC).isoformat(timespec="seconds")
    return json.dumps(asdict(manifest) | {"made": made}, indent=2).encode()


def _members(source: Path, archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Plain files with the names that we gave, in our order."""
    seen = 0
    for member, name in zip(archive, _NAMES, strict=False):
        if member.name != name or not member.isreg():
            raise WorkspaceError("not_a_backup", source)
        seen += 1
        yield member
    if seen < 2:
        raise WorkspaceError("not_a_backup", source)


def _manifest(source: Path, text: str) -> Manifest:
    content: dict[str, Any] = json.loads(text)
    if int(content["format"]) > FORMAT:
        raise WorkspaceError("newer", source, str(content.get("version", ""))[:40])
    made = datetime.fromisoformat(content["made"]).astimezone(UTC)
    return Manifest(made, str(content["version"])[:40], int(content["size"]), content["digest"], content["settings"])


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, manifest: Manifest, store: Path) -> None:
    content = archive.extractfile(member)
    if content is None or member.size != manifest.size:
        raise ValueError("not the store of this manifest")
    seen = hashlib.sha256()
    with os.fdopen(os.open(store, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        while chunk := content.read(CHUNK):
            seen.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if seen.hexdigest() != manifest.digest:
        raise ValueError("not the store of this manifest")


def _text(archive: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    content = archive.extractfile(member)
    if content is None or member.size > MAX_TEXT:
        raise ValueError("too large")
    return content.read(MAX_TEXT).decode("utf-8")


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    info = _plain(tarfile.TarInfo(name))
    info.size = len(content)
    archive.addfile(info, io.BytesIO(content))


def _plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """Nobody's in particular, and private wherever it is unpacked by hand."""
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    info.mode = 0o600
    return info
