"""`beffroi authorities edit`: what a person changes by hand, and no import ever overwrites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from scanner.cli.desk import Desk
from scanner.cli.request import UsageError
from scanner.dossier import Role
from scanner.names import NotADomain, read_domain
from scanner.registry.columns import answer_of, belonging_of, document_of, field_of, kind_of, role_of
from scanner.registry.drafts import one_line, read_tags
from scanner.registry.identity import NotACode, read_departement, read_insee, read_siren, read_siret
from scanner.registry.model import (
    FIELDS,
    Authority,
    Contact,
    Declared,
    Kind,
    KnownSupplier,
    Origin,
    RegisteredDomain,
    Source,
)
from scanner.registry.people import is_address
from scanner.rpnt import CRITERIA
from scanner.rpnt import Kind as CriterionKind
from scanner.suppliers.recognise import Certainty

_CODES = {
    "siren": read_siren, "siret": read_siret, "insee": read_insee, "departement": read_departement, "epci_siren": read_siren,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edit:
    """What is to change. `add` and `remove` are `what=value`: domain, tag, contact, supplier, criterion."""

    set: Sequence[str]
    add: Sequence[str]
    remove: Sequence[str]


def edited(desk: Desk, authority: Authority, edit: Edit) -> Authority:
    """The authority after the edit. Raises UsageError with one line where a value cannot be read."""
    source = Source(Origin.HAND, desk.today)
    for text in edit.set:
        authority = _set(desk, authority, *_pair(desk, text), source)
    for text in edit.add:
        authority = _add(desk, authority, *_pair(desk, text), source)
    for text in edit.remove:
        authority = _remove(desk, authority, *_pair(desk, text))
    return authority


def _pair(desk: Desk, text: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not sign:
        raise UsageError(desk.text("edit.pair", value=text))
    return key.strip().lower(), one_line(value)


def _set(desk: Desk, authority: Authority, named: str, typed: str, source: Source) -> Authority:
    field = named if named in FIELDS else field_of(named)
    if field not in FIELDS:
        known = ", ".join(desk.text(f"field.{each}") for each in FIELDS)
        raise UsageError(desk.text("edit.field", value=named, known=known))
    value: Any = typed
    try:
        if field in _CODES and typed:
            value = _CODES[field](typed)
        elif field == "population":
            value = int(typed) if typed else None
        elif field == "kind":
            value = kind_of(typed) or Kind(typed)
        elif (field == "language" and typed not in ("fr", "en")) or (field == "name" and not typed):
            raise UsageError(desk.text("edit.value", field=field, value=typed))
    except NotACode as problem:
        raise UsageError(desk.text(f"issue.{problem.kind}", name=authority.name, value=problem.typed)) from problem
    except ValueError as problem:
        raise UsageError(desk.text("edit.value", field=field, value=typed)) from problem
    return replace(authority, **{field: value}, sources={**authority.sources, field: source})


def _add(desk: Desk, authority: Authority, what: str, typed: str, source: Source) -> Authority:
    match belonging_of(what):
        case "domain":
            name = _domain(desk, typed)
            kept = tuple(each for each in authority.domains if each.name != name)
            return replace(authority, domains=(*kept, RegisteredDomain(name, source)))
        case "tag":
            return replace(authority, tags=tuple(sorted({*authority.tags, *read_tags(typed)})))
        case "contact":
            made = _contact(desk, typed, source)
            others = tuple(each for each in authority.contacts if (each.role, each.email) != (made.role, made.email))
            return replace(authority, contacts=(*others, made))
        case "supplier":
            role, name = _supplier(desk, typed)
            held = tuple(each for each in authority.suppliers if each.role is not role)
            return replace(authority, suppliers=(*held, KnownSupplier(role, name, Certainty.CONFIRMED, source)))
        case "criterion":
            id, _, word = typed.partition(":")
            met = answer_of(word)
            if id not in CRITERIA or CRITERIA[id][1] is not CriterionKind.DECLARED or met is None:
                raise UsageError(desk.text("edit.criterion", value=typed))
            rest = tuple(each for each in authority.declarations if each.criterion != id)
            return replace(authority, declarations=(*rest, Declared(id, met, source)))
    raise UsageError(desk.text("edit.what", value=what))


def _remove(desk: Desk, authority: Authority, what: str, typed: str) -> Authority:
    match belonging_of(what):
        case "domain":
            name = _domain(desk, typed)
            return replace(authority, domains=tuple(each for each in authority.domains if each.name != name))
        case "tag":
            return replace(authority, tags=tuple(each for each in authority.tags if each != typed.lower()))
        case "contact":
            kept = tuple(each for each in authority.contacts if each.email.lower() != typed.lower())
            return replace(authority, contacts=kept)
        case "supplier":
            return replace(authority, suppliers=tuple(each for each in authority.suppliers if each.role is not _host(typed)))
        case "criterion":
            return replace(authority, declarations=tuple(each for each in authority.declarations if each.criterion != typed))
    raise UsageError(desk.text("edit.what", value=what))


def _domain(desk: Desk, typed: str) -> str:
    try:
        return read_domain(typed).ascii
    except NotADomain as problem:
        raise UsageError(desk.text("issue.domain", value=problem.typed)) from problem


def _contact(desk: Desk, typed: str, source: Source) -> Contact:
    """`maire:maire@exemple.fr:lettre,rapport technique`, or in English; the documents may be left out."""
    word, _, rest = typed.partition(":")
    email, _, documents = rest.partition(":")
    role = role_of(word)
    named = [document_of(each) for each in documents.split(",") if each.strip()]
    known = [each for each in named if each is not None]
    if role is None or not is_address(email.strip()) or len(known) < len(named):
        raise UsageError(desk.text("edit.contact", value=typed))
    return Contact(role, email.strip(), source, documents=tuple(dict.fromkeys(known)))


def _supplier(desk: Desk, typed: str) -> tuple[Role, str]:
    word, _, name = typed.partition(":")
    role = _host(word)
    if role is None or not name.strip():
        raise UsageError(desk.text("edit.supplier", value=typed))
    return role, name.strip()


def _host(word: str) -> Role | None:
    """The role of a supplier, as columns are called: `hébergeur`, `gestionnaire DNS`; or its code."""
    return next((role for role in Role if word.strip() == role or field_of(word) == role), None)
