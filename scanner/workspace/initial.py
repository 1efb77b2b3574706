"""Makes a workspace: settings that explain themselves, and an empty store, both for their owner's eyes alone."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

from scanner.store.engine import open_store
from scanner.workspace.copying import holds_nothing
from scanner.workspace.problems import WorkspaceError, disk_problem

SETTINGS = "beffroi.toml"
STORE = "beffroi.db"  # as `[store] url` of the settings names it


def settings_text(lang: str) -> str:
    """Every setting with its explanation, at its usual value."""
    return files("report_templates").joinpath("workspace", f"beffroi.{lang}.toml").read_text("utf-8")


def make_workspace(folder: Path, lang: str) -> Path:
    """The settings and the store in this folder, which is made where it is missing; the path of the settings.

    A store that is there and holds nothing becomes its own. Raises WorkspaceError where something else of a workspace is
    there already, or the disk says no; StoreError as the store does. Either way nothing is left behind.
    """
    config, store = folder / SETTINGS, folder / STORE
    made = [config] if holds_nothing(store) else [config, store]
    for path in made:
        if path.exists() or path.is_symlink():
            raise WorkspaceError("exists", path)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(config, settings_text(lang))
    except OSError as error:
        raise disk_problem(error, folder) from error
    try:
        open_store(f"sqlite:///{store}").close()
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise
    return config


def write_private(path: Path, text: str) -> None:
    """A new file that only its owner may read, before it holds a word. Raises FileExistsError, OSError."""
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
