"""Names that are never a town's own: a provider's, a network's, a builder's. Nobody's mandate covers them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files


class Stranger(StrEnum):
    """Whose name it is; the values are the tables of never_town.toml and keys of the messages."""

    MAIL_PROVIDER = "mail_provider"
    SOCIAL = "social"
    BUILDER = "builder"
    PORTAL = "portal"
    SUFFIX = "suffix"


def stranger(name: str) -> Stranger | None:
    """Whose name this is, where it is never a town's; `name` is an A-label in lower case."""
    known = _names()
    if known.get(name) is Stranger.SUFFIX:
        return Stranger.SUFFIX
    found = (known.get(each) for each in upward(name))
    return next((kind for kind in found if kind not in (None, Stranger.SUFFIX)), None)


def upward(name: str) -> Iterator[str]:
    """The name, then those above it, without the last label: `a.b.fr`, `b.fr`."""
    labels = name.split(".")
    for start in range(len(labels) - 1):
        yield ".".join(labels[start:])


@lru_cache(maxsize=1)
def _names() -> dict[str, Stranger]:
    content = tomllib.loads(files("scanner.registry").joinpath("never_town.toml").read_text("utf-8"))
    return {name: Stranger(kind) for kind, table in content.items() for name in table["names"]}
