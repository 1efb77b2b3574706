"""Administration services that face the Internet."""

from __future__ import annotations

from collections.abc import Iterator

from checks.references import ANSSI_HYGIENE_23, ANSSI_HYGIENE_28, RECYF_8
from checks.services.exposure import flaw, recognised, unsettled
from checks.services.greetings.greeting import Access
from checks.services.open_ports import OpenPorts
from checks.services.ports import Exposure
from scanner.contract import check
from scanner.model import Actor, Effort, Host, Severity, Verdict


@check(
    "services.management-exposed",
    severity=Severity.HIGH,
    references=(ANSSI_HYGIENE_28, ANSSI_HYGIENE_23, RECYF_8),
    actor=Actor.WEB_HOST,
    effort=Effort.MINUTES,
    variants=("docker",),
)
def management_exposed(host: Host, found: OpenPorts) -> Iterator[Verdict]:
    """A console that governs a machine or a network answers anybody; variant docker: without any password."""
    services = recognised(found, Exposure.MANAGEMENT)
    docker = [s for s in services if s.greeting and s.greeting.service == "docker" and s.greeting.access is Access.OPEN]
    if docker:
        yield flaw(docker, severity=Severity.CRITICAL, variant="docker")
    others = [service for service in services if service not in docker]
    if others:
        yield flaw(others)
    yield from unsettled(found, Exposure.MANAGEMENT)
