"""Remote screens that face the Internet."""

from __future__ import annotations

from collections.abc import Iterator

from checks.references import ANSSI_HYGIENE_13, ANSSI_HYGIENE_23, ANSSI_HYGIENE_28, RECYF_7_B_3
from checks.services.exposure import flaw, recognised, unsettled
from checks.services.greetings.greeting import Access
from checks.services.open_ports import OpenPorts
from checks.services.ports import Exposure
from scanner.because import Because
from scanner.contract import check
from scanner.model import Actor, Effort, Host, Reason, Severity, Unknown, Verdict


@check(
    "services.remote-desktop-exposed",
    severity=Severity.HIGH,
    references=(ANSSI_HYGIENE_23, ANSSI_HYGIENE_28, RECYF_7_B_3),
    actor=Actor.TOWN,
    effort=Effort.HOURS,
    variants=("open",),
)
def remote_desktop_exposed(host: Host, found: OpenPorts) -> Iterator[Verdict]:
    """The screen of a machine (RDP, VNC, X11) answers anybody on the Internet; variant open: without a password."""
    services = recognised(found, Exposure.REMOTE_DESKTOP)
    opened = [service for service in services if service.greeting and service.greeting.access is Access.OPEN]
    if opened:
        yield flaw(opened, severity=Severity.CRITICAL, variant="open")
    guarded = [service for service in services if service not in opened]
    if guarded:
        yield flaw(guarded)
    yield from unsettled(found, Exposure.REMOTE_DESKTOP)


@check(
    "services.remote-desktop-no-nla",
    severity=Severity.CRITICAL,
    references=(ANSSI_HYGIENE_13, ANSSI_HYGIENE_23, RECYF_7_B_3),
    actor=Actor.TOWN,
    effort=Effort.MINUTES,
)
def remote_desktop_no_nla(host: Host, found: OpenPorts) -> Iterator[Verdict]:
    """RDP starts a session before it knows who is there: network level authentication is not required."""
    desktops = [
        service
        for service in recognised(found, Exposure.REMOTE_DESKTOP)
        if service.greeting and service.greeting.service == "rdp"
    ]
    unguarded = [service for service in desktops if service.greeting and service.greeting.nla is False]
    if unguarded:
        yield flaw(unguarded)
    untold = [service for service in desktops if service.greeting and service.greeting.nla is None]
    if untold:
        yield Unknown(Reason.UNDETERMINED, untold[0].label, Because.NLA_UNTOLD)
    yield from unsettled(found, Exposure.REMOTE_DESKTOP)
