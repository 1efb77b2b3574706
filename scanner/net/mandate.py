"""What a mandate opens, and what it leaves closed (DESIGN 5, "Scope and mandate", "Shared addresses"). Pure."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import date

from scanner.model import Domain, Host, Level, MailServer, Reason, Site, Subject, Unobserved

ALL = "all"


@dataclass(frozen=True, slots=True)
class Mandate:
    """Who allows what, on which names and addresses, from when until when (both days included).

    `domains` cover their subdomains. `dedicated` are the addresses that the town says are its own,
    as text, or `all`; nothing active is sent to an address that is not among them. `excluded` are names, with those
    below them, and addresses that stay closed whatever else is said.
    """

    authority: str
    signatory: str
    domains: tuple[str, ...]
    levels: frozenset[Level] = frozenset({Level.ACTIVE})
    dedicated: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    text: str = ""
    excluded: tuple[str, ...] = ()

    def covers_name(self, name: str) -> bool:
        """Whether a host name is one of the domains or below it, and not excluded."""
        return _within(name, self.domains) and not _within(name, self.excluded)

    def covers_address(self, address: str) -> bool:
        """Whether an address was named as dedicated, and not excluded."""
        if any(_same(named, address) for named in self.excluded):
            return False
        return any(named == ALL or _same(named, address) for named in self.dedicated)

    def in_force(self, today: date) -> bool:
        """Whether the dates cover today."""
        return (self.valid_from is None or self.valid_from <= today) and (self.valid_until is None or today <= self.valid_until)


def refusal(mandate: Mandate | None, level: Level, domain: Domain, subject: Subject, today: date) -> Unobserved | None:
    """Why a probe of this level may not look at this subject, None where it may."""
    if level is Level.PASSIVE:
        return None
    if mandate is None:
        return Unobserved(Reason.NO_MANDATE)
    if not mandate.in_force(today) or level not in mandate.levels:
        return Unobserved(Reason.NO_MANDATE, "the mandate does not cover this level today")
    name = domain.name if isinstance(subject, Host) else subject.name
    if isinstance(subject, Domain | Site | MailServer | Host) and not mandate.covers_name(name):
        return Unobserved(Reason.OUT_OF_SCOPE, f"{name} is not among the domains of the mandate")
    if isinstance(subject, Host):
        return address_refusal(mandate, subject.name)
    return None


def address_refusal(mandate: Mandate | None, address: str) -> Unobserved | None:
    """Why nothing active may be sent to this address, None where it may."""
    if mandate is None:
        return Unobserved(Reason.NO_MANDATE)
    return None if mandate.covers_address(address) else Unobserved(Reason.SHARED_ADDRESS, address)


def _within(name: str, domains: tuple[str, ...]) -> bool:
    return any(name == domain or name.endswith("." + domain) for domain in domains)


def _same(named: str, address: str) -> bool:
    try:
        return ipaddress.ip_address(named) == ipaddress.ip_address(address)
    except ValueError:
        return False
