"""What a register knows, and what a list says now: the more trusted word stays. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from scanner.registry.columns import fold
from scanner.registry.drafts import Draft
from scanner.registry.model import FIELDS, Authority, Contact, KnownSupplier, Origin, Source

#: The most trusted first: a value is never overwritten by one of an origin that stands later.
TRUST = (Origin.HAND, Origin.FILE, Origin.SERVICE_PUBLIC, Origin.ANCT)
#: What an authority declared is asked of the directories before the syndicate's list.
TRUST_DECLARED = (Origin.HAND, Origin.SERVICE_PUBLIC, Origin.ANCT, Origin.FILE)
DECLARED = frozenset({"site", "mail"})


def merged(before: Authority, draft: Draft, source: Source) -> Authority:
    """The authority with what the draft adds; a value keeps its source and date while nobody contradicts it."""
    found = draft.authority
    changes: dict[str, Any] = {}
    sources = dict(before.sources)
    for field in FIELDS:
        if field not in draft.given or not _may_write(before, field, source):
            continue
        if getattr(found, field) != getattr(before, field) or field not in sources:
            changes[field] = getattr(found, field)
            sources[field] = source
    return replace(
        before,
        **changes,
        sources=sources,
        tags=tuple(sorted({*before.tags, *found.tags})),
        contacts=_contacts(before.contacts, found.contacts, source),
        suppliers=_suppliers(before.suppliers, found.suppliers, source),
    )


def created(draft: Draft, source: Source) -> Authority:
    """An authority that the register did not know."""
    return merged(Authority(name=draft.authority.name, kind=draft.authority.kind), draft, source)


def contradiction(before: Authority, draft: Draft) -> str:
    """The first field in which two lines of one list disagree, "" where they agree."""
    found = draft.authority
    if fold(found.name) != fold(before.name):
        return "name"
    named = ("siren", "insee", "siret", "kind", "departement", "population", "site", "mail")
    return next(
        (
            field
            for field in named
            if field in draft.given and getattr(found, field) and getattr(before, field) not in (getattr(found, field), "", None)
        ),
        "",
    )


def _may_write(before: Authority, field: str, source: Source) -> bool:
    known = before.sources.get(field)
    return known is None or yields(known, source, TRUST_DECLARED if field in DECLARED else TRUST)


def yields(known: Source, source: Source, trust: tuple[Origin, ...] = TRUST) -> bool:
    """Whether what is known may be overwritten by what this source says."""
    return trust.index(source.origin) <= trust.index(known.origin)


def _contacts(before: tuple[Contact, ...], found: tuple[Contact, ...], source: Source) -> tuple[Contact, ...]:
    """A list that names a technician replaces the one of an earlier list, and never one that a person has entered."""
    roles = {contact.role for contact in found}
    same = {(contact.role, contact.email.lower()) for contact in found}
    kept = [
        contact
        for contact in before
        if contact.role not in roles or not yields(contact.source, source) or (contact.role, contact.email.lower()) in same
    ]
    known = {(contact.role, contact.email.lower()) for contact in kept}
    return (*kept, *(contact for contact in found if (contact.role, contact.email.lower()) not in known))


def _suppliers(before: tuple[KnownSupplier, ...], found: Iterable[KnownSupplier], source: Source) -> tuple[KnownSupplier, ...]:
    held = {(each.role, each.supplier, each.certainty) for each in before}
    fresh = [each for each in found if (each.role, each.supplier, each.certainty) not in held]
    roles = {each.role for each in fresh}
    kept = (each for each in before if each.role not in roles or not yields(each.source, source))
    return (*kept, *fresh)
