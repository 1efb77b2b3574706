"""Who serves this town: deduced from what the DNS shows, confirmed where the register says so. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from scanner.discovery import Addresses
from scanner.dossier import Dossier, Role
from scanner.model import Actor, Observation, Site, Trace, TraceKind
from scanner.report.values import CUT
from scanner.result import ScanResult
from scanner.suppliers.table import Entry, Kind, entries, named

MAX_EVIDENCE = 120  # characters of one name

_LABELS = {
    TraceKind.MX: "MX",
    TraceKind.GREETING: "SMTP",
    TraceKind.SPF: "SPF include",
    TraceKind.NS: "NS",
    TraceKind.CNAME: "CNAME",
    TraceKind.ADDRESS: "IP",
}
_ORDER = {Kind.HOST: 0, Kind.FRONT: 0, Kind.SENDER: 1, Kind.SOFTWARE: 2}


class Certainty(StrEnum):
    """How sure the name is; letters name only confirmed ones."""

    DEDUCED = "deduced"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Supplier:
    """One company in one role. `id` is that of suppliers.toml, "" for a plain name of the register.

    `evidence` are lines such as `NS dns10.ovh.net`: raw, bounded, and from outside.
    """

    role: Role
    id: str
    name: str
    kind: Kind
    evidence: tuple[str, ...]
    certainty: Certainty


def recognise(result: ScanResult) -> tuple[Supplier, ...]:
    """Every supplier that the result shows, by role, the most telling first.

    A mail server of its own name gives nobody: who keeps it is not to be seen.
    """
    found: dict[tuple[Actor, Entry], list[Trace]] = {}
    for trace in sorted(_traces(result), key=lambda trace: list(TraceKind).index(trace.kind)):
        for entry in entries():
            for role in entry.roles(trace):
                found.setdefault((role, entry), []).append(trace)
    deduced = [
        Supplier(Role(role.value), entry.id, entry.name, entry.kind(role), _evidence(traces), Certainty.DEDUCED)
        for (role, entry), traces in found.items()
        if _counts(role, entry, found)
    ]
    return tuple(sorted(deduced, key=lambda supplier: (list(Role).index(supplier.role), _ORDER[supplier.kind])))


def suppliers_of(dossier: Dossier) -> tuple[Supplier, ...]:
    """For each role those that the register confirms first, then those that are only deduced."""
    deduced = recognise(dossier.result)
    confirmed = [_confirmed(role, text, deduced) for role, text in dossier.town.suppliers]
    known = {(supplier.role, supplier.id) for supplier in confirmed if supplier.id}
    others = [supplier for supplier in deduced if (supplier.role, supplier.id) not in known]
    return tuple(sorted((*confirmed, *others), key=lambda supplier: list(Role).index(supplier.role)))


def _confirmed(role: Role, text: str, deduced: tuple[Supplier, ...]) -> Supplier:
    """`text` is an id, a name or an alias of suppliers.toml, or a plain name."""
    entry = named(text)
    for supplier in deduced:
        if entry is not None and (supplier.role, supplier.id) == (role, entry.id):
            return replace(supplier, certainty=Certainty.CONFIRMED)
    if entry is None or role is Role.NETWORK:
        return Supplier(role, entry.id if entry else "", entry.name if entry else text, Kind.HOST, (), Certainty.CONFIRMED)
    return Supplier(role, entry.id, entry.name, entry.kind(Actor(role.value)), (), Certainty.CONFIRMED)


def _traces(result: ScanResult) -> Iterator[Trace]:
    """Those of the town; the addresses of its mail servers say nothing of its web host."""
    for subject, _, sight in result.seen:
        if isinstance(sight, Observation) and (isinstance(subject, Site) or not isinstance(sight, Addresses)):
            yield from sight.traces()


def _counts(role: Actor, entry: Entry, found: dict[tuple[Actor, Entry], list[Trace]]) -> bool:
    """An SPF record alone names a sender, or the host behind a filter; otherwise the MX decide."""
    if any(trace.kind is not TraceKind.SPF for trace in found[role, entry]):
        return True
    kind = entry.kind(role)
    filtered = any(
        other.kind(role) is Kind.FRONT and any(trace.kind is TraceKind.MX for trace in traces)
        for (place, other), traces in found.items()
        if place is role
    )
    return kind is Kind.SENDER or (kind is Kind.HOST and filtered)


def _evidence(traces: list[Trace]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{_LABELS[trace.kind]} {_bounded(trace.name)}" for trace in traces))


def _bounded(name: str) -> str:
    return name if len(name) <= MAX_EVIDENCE else f"{name[:MAX_EVIDENCE]} {CUT}"
