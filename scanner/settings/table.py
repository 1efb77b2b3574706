"""What every table of the settings is: frozen, and without a key that nobody reads."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


class Table(BaseModel):
    """One table of the settings file."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def wrong(kind: str, **facts: str | int) -> PydanticCustomError:
    """What a validator raises: `kind` is a key of the messages (`settings.problem.<kind>`), `facts` fill it."""
    return PydanticCustomError(kind, kind, facts)


def readable(path: Path) -> Path:
    """A file that is there. Raises PydanticCustomError."""
    if not path.is_file():
        raise wrong("no_file", path=str(path))
    return path
