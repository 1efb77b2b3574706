"""What a register knows, and what a list says now: the more trusted word stays. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from scanner.registry.columns import fold
from scanner.registry.declared import concluded
from scanner.registry.drafts import Draft
from scanner.registry.model import FIELDS, Authority, Contact, Declared, KnownSupplier, Origin, Source

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
        if field not in draft.given or not may_write(before, field, source):
            continue
        if getattr(found, field) != getattr(before, field) or (field not in sources and _tells(before, field, source)):
            changes[field] = getattr(found, field)
            sources[field] = source
    after = replace(
        before,
        **changes,
        sources=sources,
        tags=tuple(sorted({*before.tags, *found.tags})),
        contacts=_contacts(before.contacts, found.contacts, source),
        suppliers=_suppliers(before.suppliers, found.suppliers, source),
    )
    return replace(after, declarations=_declarations(after, found.declarations, source))


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


def _tells(before: Authority, field: str, source: Source) -> bool:
    """Whether a value that is known already is news by its source alone: for a new authority, and in a directory's silence."""
    return before.id is None or (field in DECLARED and source.origin is not Origin.FILE)


def may_write(before: Authority, field: str, source: Source) -> bool:
    """Whether what is known of this field yields to what this source says."""
    known = before.sources.get(field)
    return known is None or yields(known, source, TRUST_DECLARED if field in DECLARED else TRUST)


def yields(known: Source, source: Source, trust: tuple[Origin, ...] = TRUST) -> bool:
    """Whether what is known may be overwritten by what this source says."""
    return trust.index(source.origin) <= trust.index(known.origin)


def _contacts(before: tuple[Contact, ...], found: tuple[Contact, ...], source: Source) -> tuple[Contact, ...]:
    """A list that names a technician replaces the one of an earlier list, and never one that a person has entered."""
    roles = {contact.role for contact in found}
    same = {(contact.role, contact.email.lower()): contact for contact in found}
    kept = [
        _contact(contact, same.get((contact.role, contact.email.lower())), source)
        for contact in before
        if contact.role not in roles or not yields(contact.source, source) or (contact.role, contact.email.lower()) in same
    ]
    known = {(contact.role, contact.email.lower()) for contact in kept}
    return (*kept, *(contact for contact in found if (contact.role, contact.email.lower()) not in known))


def _contact(before: Contact, found: Contact | None, source: Source) -> Contact:
    """What the person receives is as the list says now; a name that the list leaves out is kept."""
    if found is None or not yields(before.source, source):
        return before
    said = (found.name or before.name, found.documents)
    return before if said == (before.name, before.documents) else replace(before, name=said[0], documents=said[1], source=source)


def _declarations(after: Authority, found: Iterable[Declared], source: Source) -> tuple[Declared, ...]:
    """What a list declares, where it does not follow from the rest anyway, and no person has said otherwise."""
    held = {each.criterion: each for each in after.declarations}
    follows = concluded(after)
    for each in found:
        known = held.get(each.criterion)
        if follows.get(each.criterion) is each.met or (known is not None and known.met is each.met):
            continue
        if known is None or yields(known.source, source):
            held[each.criterion] = each
    return tuple(held.values())


def _suppliers(before: tuple[KnownSupplier, ...], found: Iterable[KnownSupplier], source: Source) -> tuple[KnownSupplier, ...]:
    held = {(each.role, each.supplier, each.certainty) for each in before}
    fresh = [each for each in found if (each.role, each.supplier, each.certainty) not in held]
    roles = {each.role for each in fresh}
    kept = (each for each in before if each.role not in roles or not yields(each.source, source))
    return (*kept, *fresh)
