"""From a product that was seen to its place in the table: what every check of this family starts with. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from checks.software.lifecycle import Age, Product, Standing, branch_of, standing, table
from checks.software.products import SiteSoftware, SoftwareSeen
from checks.software.versions import Version, read_version
from scanner.because import Because
from scanner.model import Fact, NotApplicable, Reason, Unknown


@dataclass(frozen=True, slots=True)
class Dated:
    """A product whose version was read, and where it stands."""

    product: Product
    version: Version
    standing: Standing
    source: str

    @property
    def age(self) -> Age:
        """Where the version stands."""
        return self.standing.age

    @property
    def facts(self) -> dict[str, Fact]:
        """What the texts may name: `latest` of the branch, or of the product where the branch has ended."""
        place = self.standing
        facts: dict[str, Fact] = {
            "product": self.product.name,
            "version": self.version.text,
            "branch": branch_of(self.version, place.branch or self.product.branches[0]),
            "latest": place.branch.latest if place.branch and self.age is not Age.ENDED else self.product.maintained,
            "newest": self.product.maintained,
            "source": self.product.source,
        }
        if ended := place.ended:
            facts["ended"] = ended
        return facts

    @property
    def evidence(self) -> tuple[str, ...]:
        """Where the version was read."""
        return (f"{self.product.name} {self.version.text} ({self.source})"[:500],)

    @property
    def doubt(self) -> Unknown | None:
        """Why nothing can be concluded, None where something can."""
        name = f"{self.product.name} {self.version.text}"
        if self.age is Age.NEWER:
            return Unknown(Reason.NEWER_THAN_DATA, f"{name}, {table().as_of}", Because.DATA_OLDER)
        if self.age is Age.VAGUE:
            return Unknown(Reason.UNDETERMINED, name, Because.VERSION_VAGUE)
        if self.age is Age.UNDECIDED or (self.age is Age.PATCHED and not self.version.distribution):
            release = self.standing.release
            owner = f", {release.distribution_name} {release.name}" if release else ""
            return Unknown(Reason.UNDETERMINED, name + owner, Because.DISTRIBUTION_MENDS)
        return None


def dated(software: SiteSoftware, kind: str, now: datetime) -> Iterator[Dated | Unknown | NotApplicable]:
    """The products of one kind ("" for all) in their place; Unknown where no version was read, NotApplicable where none is."""
    none = True
    for seen in software.products:
        product = table().products.get(seen.product)
        if product is None or (kind and product.kind != kind) or not (seen.confirmed or seen.unseen):
            continue
        none = False
        yield _place(product, seen, now)
    if none:
        yield NotApplicable("no product of this kind was recognised")


def _place(product: Product, seen: SoftwareSeen, now: datetime) -> Dated | Unknown:
    version = read_version(seen.version)
    if version is None:
        return Unknown(seen.unseen or Reason.UNDETERMINED, product.name, Because.VERSION_HIDDEN)
    return Dated(product, version, standing(product, version, now), seen.source)
