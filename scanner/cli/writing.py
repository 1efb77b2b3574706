"""Files that the command line leaves behind: whole or not at all, and for their owner's eyes alone."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from scanner.cli.messages import say
from scanner.cli.request import UsageError
from scanner.cli.troubles import system_trouble


class FileWriter:
    """A file is replaced only when its content is complete. Raises UsageError, one line, where the disk says no."""

    def __init__(self, lang: str) -> None:
        self._lang = lang

    def replace(self, path: Path, content: bytes) -> None:
        """The content in place of what stood there; `/dev/stdout` and the like are written to as they are."""

        def write() -> None:
            if path.exists() and not path.is_file():
                path.write_bytes(content)
                return
            partial = path.with_name(f".{path.name}.part")
            try:
                partial.touch(0o600)  # before a word stands in it: a list of weaknesses is for its owner's eyes
                partial.chmod(0o600)
                partial.write_bytes(content)
                partial.replace(path)
            except BaseException:
                with contextlib.suppress(OSError):
                    partial.unlink()
                raise

        self._guard(path, write)

    def append(self, path: Path, line: str) -> None:
        """One more complete line; what stands there already is not written again."""

        def write() -> None:
            with path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")

        self._guard(path, write)

    def folder(self, path: Path) -> None:
        """The folder, made where it is missing, for its owner alone: its names tell whom we look at. Its parent must be there."""
        self._guard(path, lambda: path.mkdir(0o700, exist_ok=True))

    def _guard(self, path: Path, work: Callable[[], object]) -> None:
        try:
            work()
        except OSError as error:
            raise UsageError(say(self._lang, "scan.not_writable", path=path, why=system_trouble(error, self._lang))) from error
