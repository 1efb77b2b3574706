"""What every table of the settings is: frozen, and without a key that nobody reads."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """One table of the settings file."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
