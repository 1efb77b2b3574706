"""Industrial equipment that faces the Internet."""

from __future__ import annotations

from collections.abc import Iterator

from checks.references import ANSSI_HYGIENE_4, ANSSI_HYGIENE_23, RECYF_7_B_3
from checks.services.exposure import flaw, recognised, unsettled
from checks.services.open_ports import OpenPorts
from checks.services.ports import Exposure
from scanner.contract import check
from scanner.model import Actor, Effort, Host, Severity, Verdict


@check(
    "services.industrial-exposed",
    severity=Severity.CRITICAL,
    references=(ANSSI_HYGIENE_23, ANSSI_HYGIENE_4, RECYF_7_B_3),
    actor=Actor.TOWN,
    effort=Effort.HOURS,
)
def industrial_exposed(host: Host, found: OpenPorts) -> Iterator[Verdict]:
    """A controller of pumps, heating or lighting answers anybody in a protocol without passwords."""
    services = recognised(found, Exposure.INDUSTRIAL)
    if services:
        yield flaw(services)
    yield from unsettled(found, Exposure.INDUSTRIAL)
