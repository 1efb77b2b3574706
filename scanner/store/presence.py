"""Whether the processes that have taken something from the store are still alive: the kernel's word, where it can be had."""

from __future__ import annotations

import errno
import fcntl
import os
import uuid
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Protocol

from scanner.store.errors import StoreBusy, StoreError, Trouble, system_code


class Presence(Protocol):
    """One working process, and what it knows of the others."""

    @property
    def name(self) -> str:
        """Ours, unlike any other's. Asking for it makes us visible to the others."""

    def known(self) -> Mapping[str, bool]:
        """Whether each process that is known lives; of one that is not named nothing can be said."""

    def forget(self, name: str) -> None:
        """Nothing of that dead process is needed any more."""

    def leave(self) -> None:
        """This process has nothing in its hands any more. One that ends without a word is known to be dead."""


class LockedFiles:
    """For a store that is a file: a lock beside it, which the kernel gives back when its holder dies, in whatever way.

    A process that is suspended holds its lock still. A file that is gone proves nothing.
    """

    def __init__(self, store: Path) -> None:
        self._store = store
        self._held: tuple[str, int] | None = None  # our name, and the open file that holds its lock

    @property
    def name(self) -> str:
        """Raises StoreBusy on a full disk, StoreError where no file can be made."""
        if self._held is None:
            name = uuid.uuid4().hex[:16]
            try:
                descriptor = os.open(self._path(name), os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.EDQUOT):
                    raise StoreBusy(Trouble.FULL, str(self._store.parent)) from error
                raise StoreError(Trouble.NOT_WRITABLE, str(self._store.parent), system_code(error)) from error
            self._held = name, descriptor
        return self._held[0]

    def known(self) -> Mapping[str, bool]:
        """From the files: their processes live as long as their locks cannot be had."""
        start = self._path("").name
        return {path.name.removeprefix(start): _is_held(path) for path in self._store.parent.glob(f"{start}*")}

    def forget(self, name: str) -> None:
        """Without its file."""
        self._path(name).unlink(missing_ok=True)

    def leave(self) -> None:
        """The lock is given back and its file is gone."""
        if self._held is not None:
            name, descriptor = self._held
            self._held = None
            self.forget(name)
            os.close(descriptor)

    def _path(self, name: str) -> Path:
        return self._store.with_name(f"{self._store.name}-sender-{name}")


class Unseen:
    """For a store on a server: nobody sees the processes of another machine, so leases alone decide."""

    @cached_property
    def name(self) -> str:
        """Random."""
        return uuid.uuid4().hex[:16]

    def known(self) -> Mapping[str, bool]:
        """Nobody."""
        return {}

    def forget(self, name: str) -> None:
        """Nothing is kept."""

    def leave(self) -> None:
        """Nothing was taken."""


def _is_held(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError:  # another user's: nothing can be said against its life
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
