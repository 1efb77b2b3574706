"""The real towns: every module of this folder exports `TOWNS`, and `CERTIFICATES` where its daemons need some."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from types import ModuleType

from tests.lab.real.model import RealTown

#: File stem, kind, common name and alternative names; see pki.py.
Certificate = tuple[str, str, tuple[str, ...]]


def modules() -> Iterator[ModuleType]:
    """The modules of this folder, by name."""
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        yield importlib.import_module(f"{__name__}.{found.name}")


def towns(patterns: Iterable[str] = ()) -> tuple[RealTown, ...]:
    """Those whose name or domain matches a shell pattern, all without any. Raises ValueError for a name given twice."""
    wanted = tuple(patterns)
    found: dict[str, RealTown] = {}
    for module in modules():
        for town in module.TOWNS:
            if town.name in found:
                raise ValueError(f"two towns are called {town.name}")
            found[town.name] = town
    return tuple(
        town
        for town in found.values()
        if not wanted or any(fnmatchcase(name, pattern) for pattern in wanted for name in (town.name, town.domain))
    )


def certificates(chosen: Iterable[RealTown]) -> tuple[Certificate, ...]:
    """What the modules of these towns need."""
    names = {town.name for town in chosen}
    needed: dict[str, Certificate] = {}
    for module in modules():
        if any(town.name in names for town in module.TOWNS):
            needed |= {stem: (stem, kind, subjects) for stem, kind, subjects in getattr(module, "CERTIFICATES", ())}
    return tuple(needed.values())
