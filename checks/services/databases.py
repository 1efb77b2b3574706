"""Databases and directories that face the Internet."""

from __future__ import annotations

from collections.abc import Iterator

from checks.references import ANSSI_HYGIENE_13, ANSSI_HYGIENE_23, RECYF_7_B_3
from checks.services.exposure import flaw, recognised, unsettled
from checks.services.greetings.greeting import Access
from checks.services.open_ports import OpenPorts
from checks.services.ports import Exposure
from scanner.because import Because
from scanner.contract import check
from scanner.model import Actor, Effort, Host, Reason, Severity, Unknown, Verdict


@check(
    "services.database-exposed",
    severity=Severity.HIGH,
    references=(ANSSI_HYGIENE_23, RECYF_7_B_3),
    actor=Actor.WEB_HOST,
    effort=Effort.MINUTES,
)
def database_exposed(host: Host, found: OpenPorts) -> Iterator[Verdict]:
    """A database or a directory greets anybody on the Internet; one that also lets anybody in is database-open."""
    services = recognised(found, Exposure.DATABASE)
    guarded = [service for service in services if service.greeting and service.greeting.access is not Access.OPEN]
    if guarded:
        yield flaw(guarded)
    yield from unsettled(found, Exposure.DATABASE)


@check(
    "services.database-open",
    severity=Severity.CRITICAL,
    references=(ANSSI_HYGIENE_13, ANSSI_HYGIENE_23, RECYF_7_B_3),
    actor=Actor.WEB_HOST,
    effort=Effort.MINUTES,
)
def database_open(host: Host, found: OpenPorts) -> Iterator[Verdict]:
    """A database answered, without any password, a question that only its users should ask."""
    services = recognised(found, Exposure.DATABASE)
    opened = [service for service in services if service.greeting and service.greeting.access is Access.OPEN]
    if opened:
        yield flaw(opened)
    untold = [service for service in services if service.greeting and service.greeting.access is Access.UNDETERMINED]
    if untold:
        yield Unknown(Reason.UNDETERMINED, untold[0].label, Because.ACCESS_UNTRIED)
    yield from unsettled(found, Exposure.DATABASE)
