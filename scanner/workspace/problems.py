"""Why a workspace cannot be made, copied or taken back."""

from __future__ import annotations

from pathlib import Path

from scanner.store.errors import system_code


class WorkspaceError(Exception):
    """Nothing was changed. `kind` is a key of the messages (`cli.workspace.refused.<kind>`), `path` what it is about."""

    def __init__(self, kind: str, path: Path, detail: str = "") -> None:
        super().__init__(f"{kind}: {path} {detail}".strip())
        self.kind = kind
        self.path = path
        self.detail = detail


def disk_problem(error: OSError, path: Path) -> WorkspaceError:
    """What the disk said."""
    return WorkspaceError("disk", path, system_code(error))
