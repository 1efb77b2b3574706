"""The inventory: every name and address that was looked at, and how each was found."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.discovery import Addresses, Mx, Ns
from scanner.model import Absent, Host, MailServer, Proof, Site, Subject
from scanner.report.values import visible
from scanner.report.words import Words
from scanner.result import ScanResult


@dataclass(frozen=True, slots=True)
class SubjectView:
    """Something that was looked at, where it stands and how it was found; `absent` where its name has no address."""

    kind: str
    name: str
    found: str
    addresses: tuple[str, ...] = ()
    absent: Proof | None = None


def inventory(result: ScanResult, say: Words) -> tuple[SubjectView, ...]:
    """The subjects of the landscape, then the name servers, which are asked through the resolver only."""
    return (*(_subject(subject, result, say) for subject in result.landscape.subjects), *_name_servers(result, say))


def _subject(subject: Subject, result: ScanResult, say: Words) -> SubjectView:
    sight = result.seen.exactly(subject, Addresses)
    addresses = sight.all if isinstance(sight, Addresses) else ()
    absent = sight.proof if isinstance(sight, Absent) else None
    return SubjectView(subject.kind, visible(subject.name, 260), _found(subject, result, say), addresses, absent)


def _found(subject: Subject, result: ScanResult, say: Words) -> str:
    if isinstance(subject, Site):
        return say("found.apex" if subject.name == result.domain.name else "found.www")
    if isinstance(subject, MailServer):
        mx = result.seen.exactly(result.domain, Mx)
        preferences = [each.preference for each in mx.exchanges if each.name == subject.name] if isinstance(mx, Mx) else []
        return say("found.mx", preference=preferences[0]) if preferences else say("found.mx_unranked")
    if isinstance(subject, Host):
        owners = tuple(
            visible(owner.name, 260)
            for owner, below in result.landscape.links.items()
            if subject in below and owner != result.domain
        )
        return say("found.address_of", names=owners) if owners else say("found.address")
    return say("found.asked")


def _name_servers(result: ScanResult, say: Words) -> tuple[SubjectView, ...]:
    ns = result.seen.exactly(result.domain, Ns)
    servers = ns.servers if isinstance(ns, Ns) else ()
    return tuple(SubjectView("name_server", visible(each.name, 260), say("found.ns"), each.addresses or ()) for each in servers)
