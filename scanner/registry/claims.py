"""Whose domain it is, where several authorities name it, or where it is nobody's to give. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from scanner.registry.issues import Issue, issue
from scanner.registry.model import Authority, Kind, RegisteredDomain, Source
from scanner.registry.never_town import stranger

if TYPE_CHECKING:
    from scanner.registry.planning import Entry

#: Who keeps a domain that several name as their own: the one whose house the others may live in.
_KEEPS = (Kind.REGION, Kind.DEPARTEMENT, Kind.EPCI, Kind.SYNDICAT, Kind.COMMUNE, Kind.OTHER, Kind.CCAS)


def settle_domains(entries: Sequence[Entry], source: Source) -> list[tuple[Authority, list[Issue]]]:
    """Each authority with the domains that are its own, and what is said of the others, in the order of the entries."""
    owners = _owners(entries)
    settled: list[tuple[Authority, list[Issue]]] = []
    for entry in entries:
        domains = {domain.name: domain for domain in entry.now.domains}
        said: list[Issue] = []
        for each in entry.drafts:
            for claim in each.claims:
                owner = owners.get(claim.name)
                if kind := stranger(claim.name):
                    said.append(issue(each.line, f"never_town_{kind}", name=entry.now.name, domain=claim.name))
                elif owner is None:
                    said.append(issue(each.line, "shared_page", name=entry.now.name, domain=claim.name))
                elif owner is not entry:
                    why = "page_elsewhere" if claim.page else "taken"
                    said.append(issue(each.line, why, name=entry.now.name, domain=claim.name, owner=owner.now.name))
                else:
                    domains.setdefault(claim.name, RegisteredDomain(claim.name, source))
        settled.append((replace(entry.now, domains=tuple(domains.values())), said))
    return settled


def _owners(entries: Sequence[Entry]) -> dict[str, Entry]:
    """The owner of each name: whoever has it already, else who names the whole site, else the only one with a page there."""
    owners = {domain.name: entry for entry in entries for domain in entry.now.domains}
    whole: dict[str, list[Entry]] = {}
    pages: dict[str, list[Entry]] = {}
    for entry in entries:
        for claim in (claim for each in entry.drafts for claim in each.claims):
            where = pages if claim.page else whole
            if entry not in (named := where.setdefault(claim.name, [])):
                named.append(entry)
    for name, named in whole.items():
        owners.setdefault(name, min(named, key=lambda entry: _KEEPS.index(entry.now.kind)))
    for name, named in pages.items():
        if len(named) == 1:
            owners.setdefault(name, named[0])
    return owners
