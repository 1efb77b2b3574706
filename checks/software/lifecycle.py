"""How long software is maintained: reads lifecycle.toml and places a version in it. Pure."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any

from checks.software.versions import Version, read_version


class Age(StrEnum):
    """Where a version stands."""

    LATEST = "latest"  # the last release of a maintained branch
    LATE = "late"  # its maintained branch went on without it
    ENDED = "ended"  # nobody publishes fixes for its branch any more
    NEWER = "newer"  # than our table
    VAGUE = "vague"  # too few numbers were shown to tell
    PATCHED = "patched"  # a supported distribution ships this one and mends it itself
    UNDECIDED = "undecided"  # a distribution ships it, and its support depends on a contract


class Menace(StrEnum):
    """How much a published weakness weighs."""

    EXPLOITED = "exploited"  # attacks were reported
    CRITICAL = "critical"  # no account is needed, and a ready-made attack is public
    ADVISORY = "advisory"


@dataclass(frozen=True, slots=True)
class Branch:
    """A line of releases; `latest` is the last one known, `ended` the end of its security fixes."""

    name: str
    latest: str
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Danger:
    """A published weakness: versions from `first` (included) to `fixed` (left out)."""

    first: str
    fixed: str
    id: str
    menace: Menace


@dataclass(frozen=True, slots=True)
class Product:
    """One product of the table; `branches` newest first."""

    id: str
    name: str
    kind: str
    source: str
    branches: tuple[Branch, ...]
    dangers: tuple[Danger, ...]

    @property
    def maintained(self) -> str:
        """The last release of its newest branch."""
        return self.branches[0].latest


@dataclass(frozen=True, slots=True)
class Release:
    """One release of a distribution, `until` free support ends and `ended` the extended one; `packages` as `product version`."""

    distribution: str
    distribution_name: str
    name: str
    until: datetime
    ended: datetime
    packages: tuple[tuple[str, str], ...]

    def ships(self, product: str, version: Version) -> bool:
        """Whether this release ships that version."""
        return any(product == id and _matches(version, shipped) for id, shipped in self.packages)


@dataclass(frozen=True, slots=True)
class Table:
    """The whole of lifecycle.toml."""

    as_of: date
    products: dict[str, Product]
    releases: tuple[Release, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the table says of one version: its branch where the table has it, its distribution's release where that counts."""

    age: Age
    branch: Branch | None = None
    release: Release | None = None

    @property
    def ended(self) -> datetime | None:
        """The end of its security fixes, where one is known."""
        if self.release is not None:
            return self.release.ended
        return self.branch.ended if self.branch is not None else None


@lru_cache(maxsize=1)
def table() -> Table:
    """Read lifecycle.toml, once."""
    data = tomllib.loads(files("checks.software").joinpath("lifecycle.toml").read_text("utf-8"))
    products = {row["id"]: _product(row) for row in data["product"]}
    releases = tuple(
        Release(
            distribution["id"],
            distribution["name"],
            row["name"],
            _moment(row["until"]),
            _moment(row.get("ended", row["until"])),
            _packages(data["packages"][distribution["id"]].get(row["name"], ())),
        )
        for distribution in data["distribution"]
        for row in distribution["releases"]
    )
    return Table(data["as_of"], products, releases)


def standing(product: Product, version: Version, now: datetime, *, brand: str = "") -> Standing:
    """Place a version. `brand` names the distribution or the platform that the host declares ("" where it declares none)."""
    release = shipped_by(product.id, version, version.distribution or brand)
    upstream = _by_upstream(product, version, now)
    if version.distribution:
        return _by_distribution(release, upstream.branch, now)
    supported = release is not None and now < release.ended
    if (supported and upstream.age in (Age.LATE, Age.ENDED)) or (release is not None and brand and upstream.age is not Age.ENDED):
        return _by_distribution(release, upstream.branch, now)
    return upstream


def shipped_by(product: str, version: Version, distribution: str = "") -> Release | None:
    """The distribution's release that ships this version; the one supported longest where several do."""
    if version.release:
        found = [one for one in table().releases if (one.distribution, one.name) == (version.distribution, version.release)]
    else:
        asked = [one for one in table().releases if distribution in ("", one.distribution)]
        found = [one for one in asked if one.ships(product, version)]
    return max(found, key=lambda one: one.ended, default=None)


def dangers(product: Product, version: Version, menace: Menace) -> tuple[Danger, ...]:
    """The published weaknesses of a version that weigh this much."""
    return tuple(
        danger
        for danger in product.dangers
        if danger.menace is menace and not version < _version(danger.first) and version < _version(danger.fixed)
    )


def branch_of(version: Version, like: Branch) -> str:
    """The name that the branch of `version` has, or would have: as many numbers as `like`."""
    return ".".join(str(number) for number in version.numbers[: like.name.count(".") + 1])


def is_vague(product: Product, version: Version) -> bool:
    """Whether the version shows fewer numbers than its branch needs to be placed: `Drupal 10`, `PHP/8`."""
    depths = [branch.name.count(".") + 1 for branch in product.branches if _same_major(branch, version)]
    return len(version.numbers) < max(min(depths, default=1), 2)


def _by_distribution(release: Release | None, branch: Branch | None, now: datetime) -> Standing:
    if release is None:
        return Standing(Age.UNDECIDED, branch)
    if now < release.until:
        return Standing(Age.PATCHED, branch, release)
    return Standing(Age.UNDECIDED if now < release.ended else Age.ENDED, branch, release)


def _by_upstream(product: Product, version: Version, now: datetime) -> Standing:
    vague = is_vague(product, version)
    candidates = [one for one in product.branches if (_same_major(one, version) if vague else version.within(one.name))]
    if not candidates:
        oldest = product.branches[-1]
        return Standing(Age.ENDED, oldest) if version < _version(oldest.name) else Standing(Age.NEWER)
    branch = candidates[0]
    if all(one.ended is not None and one.ended <= now for one in candidates):
        return Standing(Age.ENDED, branch)
    if vague:
        return Standing(Age.VAGUE, branch)
    latest = _version(branch.latest)
    if version < latest:
        return Standing(Age.LATE, branch)
    return Standing(Age.NEWER if latest < version else Age.LATEST, branch)


def _same_major(branch: Branch, version: Version) -> bool:
    return branch.name.split(".")[0] == str(version.numbers[0])


def _matches(version: Version, shipped: str) -> bool:
    """`1.0.2k` matches itself only, `8.2` every 8.2.x."""
    wanted = _version(shipped)
    if wanted.stage != (0, 0, ""):
        return version.order == wanted.order
    return version.numbers[: len(wanted.numbers)] == wanted.numbers


def _product(row: dict[str, Any]) -> Product:
    branches = tuple(Branch(b["name"], b["latest"], _moment(b["ended"]) if "ended" in b else None) for b in row["branches"])
    weaknesses = tuple(Danger(d["from"], d["before"], d["id"], Menace(d["kind"])) for d in row.get("dangers", ()))
    return Product(row["id"], row["name"], row["kind"], row["source"], branches, weaknesses)


def _packages(lines: list[str]) -> tuple[tuple[str, str], ...]:
    pairs = (line.partition(" ") for line in lines)
    return tuple((product, version) for product, _, version in pairs)


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


@lru_cache(maxsize=512)
def _version(text: str) -> Version:
    version = read_version(text)
    if version is None:
        raise ValueError(f"lifecycle.toml: {text!r} is not a version")
    return version
