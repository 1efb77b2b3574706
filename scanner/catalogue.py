"""Loads check families from the entry points "beffroi.checks"; built-ins come through the same door."""

from __future__ import annotations

import importlib
import logging
import pkgutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType

from scanner.advice import AdviceError, check_texts
from scanner.contract import CheckSpec, ContractError, ProbeSpec, spec_of
from scanner.discovery import DISCOVERED
from scanner.model import Observation

log = logging.getLogger(__name__)
GROUP = "beffroi.checks"


class CatalogueError(Exception):
    """The families do not fit together; the message names the place and says what to change."""


class UnknownName(CatalogueError):
    """No check and no family has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no check or family is called {name!r}; `beffroi checks` lists them")
        self.name = name


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every probe and check in force. `warnings` name the third-party families that were left out, and why."""

    probes: tuple[ProbeSpec, ...]
    checks: tuple[CheckSpec, ...]
    warnings: tuple[str, ...] = ()

    def check(self, id: str) -> CheckSpec | None:
        """The check of this id."""
        return next((spec for spec in self.checks if spec.id == id), None)

    @property
    def families(self) -> tuple[str, ...]:
        """The family names, sorted."""
        return tuple(sorted({spec.family for spec in self.checks}))

    def giver(self, observation: type[Observation]) -> ProbeSpec | None:
        """The probe that brings this observation, None where discovery or nobody does."""
        return next((spec for spec in self.probes if spec.gives is observation), None)

    def chosen(self, only: Iterable[str] = (), skip: Iterable[str] = ()) -> Catalogue:
        """The checks named by family or id, and only the probes they need. Raises UnknownName."""
        only, skip = tuple(only), tuple(skip)
        known = {*self.families, *(spec.id for spec in self.checks)}
        for name in (*only, *skip):
            if name not in known:
                raise UnknownName(name)
        checks = tuple(
            spec
            for spec in self.checks
            if (not only or spec.id in only or spec.family in only) and spec.id not in skip and spec.family not in skip
        )
        return Catalogue(self._probes_for(checks), checks, self.warnings)

    def _probes_for(self, checks: tuple[CheckSpec, ...]) -> tuple[ProbeSpec, ...]:
        wanted: set[type[Observation]] = set()
        waiting = [need.gives for spec in checks for need in spec.signature.needs]
        while waiting:
            observation = waiting.pop()
            if observation not in wanted:
                wanted.add(observation)
                giver = self.giver(observation)
                waiting += [need.gives for need in giver.signature.needs] if giver else []
        return tuple(spec for spec in self.probes if spec.gives in wanted)


def load_catalogue() -> Catalogue:
    """All families by their entry points. A faulty built-in raises CatalogueError; a faulty third party is a warning."""
    points = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    families = [read_family(point.load()) for point in points if _built_in(point)]
    catalogue = assemble(
        tuple(spec for family in families for spec in family.probes), tuple(spec for family in families for spec in family.checks)
    )
    if not catalogue.checks:
        raise CatalogueError("no check family is installed; reinstall Beffroi (`pip install beffroi`)")
    for point in points:
        if not _built_in(point):
            catalogue = _with_third_party(catalogue, point)
    return catalogue


def _with_third_party(catalogue: Catalogue, point: EntryPoint) -> Catalogue:
    """The catalogue with one more family, or with a warning that it was left out."""
    try:
        family = read_family(point.load())
        grown = assemble((*catalogue.probes, *family.probes), (*catalogue.checks, *family.checks))
    except Exception as error:  # a third party may fail in any way; it must not be fatal
        log.exception("family %s", point.name)
        return replace(catalogue, warnings=(*catalogue.warnings, f"check family {point.name!r} was left out: {error}"))
    return replace(grown, warnings=catalogue.warnings)


def read_family(package: ModuleType) -> Catalogue:
    """Every probe and check in the modules of one package, not yet held against the others."""
    probes: list[ProbeSpec] = []
    checks: list[CheckSpec] = []
    for module in _modules(package):
        for function in vars(module).values():
            if getattr(function, "__module__", None) != module.__name__:
                continue
            try:
                spec = spec_of(function)
            except ContractError as error:
                raise CatalogueError(str(error)) from error
            if isinstance(spec, ProbeSpec):
                probes.append(spec)
            elif isinstance(spec, CheckSpec):
                checks.append(spec)
    return Catalogue(tuple(probes), tuple(checks))


def assemble(probes: tuple[ProbeSpec, ...], checks: tuple[CheckSpec, ...]) -> Catalogue:
    """Hold everything against everything: ids, observations, needs, references, texts. Raises CatalogueError."""
    for id, count in Counter(spec.id for spec in checks).items():
        if count > 1:
            raise CatalogueError(f"two checks are called {id!r}; give one another id")
    given = dict.fromkeys(DISCOVERED, "scanner.discovery")
    for spec in probes:
        if spec.gives in given:
            raise CatalogueError(f"{spec.name} and {given[spec.gives]} both give {spec.gives.__name__}; keep one probe for it")
        given[spec.gives] = spec.name
    for name, count in Counter(kind.__name__ for kind in given).items():
        if count > 1:
            raise CatalogueError(f"two observations are called {name!r}; rename one, scans are stored by this name")
    either: tuple[ProbeSpec | CheckSpec, ...] = (*probes, *checks)
    for any_spec in either:
        for need in any_spec.signature.needs:
            if need.gives not in given:
                raise CatalogueError(f"{_name(any_spec)} needs {need.gives.__name__}, and no probe gives it")
    for check in checks:
        _check_is_complete(check)
    _no_circle(probes)
    return Catalogue(probes, tuple(sorted(checks, key=lambda spec: spec.id)))


def _check_is_complete(spec: CheckSpec) -> None:
    if not spec.references:
        raise CatalogueError(f"{spec.id} names no reference; give at least one of checks/references.py")
    if not (spec.function.__doc__ or "").strip():
        raise CatalogueError(f"{spec.id} has no docstring; say in one sentence what it judges")
    try:
        check_texts(spec)
    except AdviceError as error:
        raise CatalogueError(str(error)) from error


def _no_circle(probes: tuple[ProbeSpec, ...]) -> None:
    givers = {spec.gives: spec for spec in probes}

    def walk(spec: ProbeSpec, above: tuple[str, ...]) -> None:
        if spec.name in above:
            raise CatalogueError(f"probes wait for each other: {' -> '.join((*above, spec.name))}")
        for need in spec.signature.needs:
            if need.gives in givers:
                walk(givers[need.gives], (*above, spec.name))

    for spec in probes:
        walk(spec, ())


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    yield package
    for found in pkgutil.walk_packages(getattr(package, "__path__", []), f"{package.__name__}."):
        yield importlib.import_module(found.name)


def _built_in(point: EntryPoint) -> bool:
    return point.value.split(".")[0] == "checks"


def _name(spec: ProbeSpec | CheckSpec) -> str:
    return spec.name if isinstance(spec, ProbeSpec) else spec.id
