"""What a mandate and a waiver must be to count. Pure; raises RegisterError with what to change."""

from __future__ import annotations

import calendar
import ipaddress
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from scanner.model import Level
from scanner.names import NotADomain, read_domain
from scanner.net.mandate import ALL
from scanner.net.policy import AddressPolicy
from scanner.registry.issues import RegisterError
from scanner.registry.model import Authority, MandateRow, Waiver
from scanner.registry.never_town import upward

#: A mandate may last longer, and the person who records it is told.
USUAL_YEARS = 3
#: Who lives longer with a finding signs again; a dispute that nobody settles within a year is no dispute.
MAX_MONTHS = 12


def checked_mandate(mandate: MandateRow, owner: Authority, policy: AddressPolicy) -> MandateRow:
    """The mandate as this authority can give it: on its own domains, with dates that can be read, and no address that the
    door would refuse."""
    if not mandate.signatory.strip():
        raise RegisterError("no_signatory")
    if not mandate.domains:
        raise RegisterError("no_domain", name=owner.name)
    if mandate.valid_until < mandate.valid_from:
        raise RegisterError("dates", start=mandate.valid_from, end=mandate.valid_until)
    if not mandate.levels or Level.PASSIVE in mandate.levels:
        raise RegisterError("levels")
    if mandate.document and not re.fullmatch(r"[0-9a-f]{64}", mandate.document):
        raise RegisterError("document", value=mandate.document)
    owned = {domain.name for domain in owner.domains}
    names = tuple(dict.fromkeys(_name(name) for name in mandate.domains))
    for name in names:
        if not owned.intersection(upward(name)):
            raise RegisterError("not_its_domain", name=owner.name, domain=name)
    return replace(
        mandate,
        domains=names,
        addresses=tuple(ALL if text == ALL else _public(text, policy) for text in mandate.addresses),
        exclusions=tuple(_address(text) if _is_address(text) else _name(text) for text in mandate.exclusions),
        authority=owner.id or 0,
        authority_name=owner.name,
    )


def outlasts(mandate: MandateRow) -> bool:
    """Whether it lasts longer than a council is wont to sign for."""
    return mandate.valid_until > months_after(mandate.valid_from, USUAL_YEARS * 12)


def overlapping(mandate: MandateRow, others: Iterable[MandateRow]) -> tuple[MandateRow, ...]:
    """Those of the same authority that speak of one of its domains on one of its days."""
    return tuple(
        other
        for other in others
        if other.id != mandate.id
        and other.authority == mandate.authority
        and other.revoked is None
        and other.valid_from <= mandate.valid_until
        and mandate.valid_from <= other.valid_until
        and any(set(upward(one)) & {two} or set(upward(two)) & {one} for one in mandate.domains for two in other.domains)
    )


def checked_waiver(waiver: Waiver) -> None:
    """A waiver says why and who, and ends."""
    if not waiver.reason.strip() or not waiver.author.strip():
        raise RegisterError("unsigned")
    if waiver.valid_until < waiver.valid_from:
        raise RegisterError("dates", start=waiver.valid_from, end=waiver.valid_until)
    if waiver.valid_until > (latest := months_after(waiver.valid_from, MAX_MONTHS)):
        raise RegisterError("too_long", latest=latest)


def months_after(day: date, months: int) -> date:
    """The same day of a later month, its last one where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _name(text: str) -> str:
    try:
        return read_domain(text).ascii
    except NotADomain as problem:
        raise RegisterError("bad_domain", value=problem.typed) from problem


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError as problem:
        raise RegisterError("bad_address", value=text[:80]) from problem


def _public(text: str, policy: AddressPolicy) -> str:
    address = _address(text)
    if policy.refusal(address):
        raise RegisterError("closed_address", value=address)
    return address
