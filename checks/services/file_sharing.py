"""File shares that face the Internet."""

from __future__ import annotations

from collections.abc import Iterator

from checks.references import ANSSI_HYGIENE_23, RECYF_7_B_3
from checks.services.exposure import flaw, recognised, unsettled
from checks.services.open_ports import OpenPorts
from checks.services.ports import Exposure
from scanner.contract import check
from scanner.model import Actor, Effort, Host, Severity, Verdict


@check(
    "services.file-sharing-exposed",
    severity=Severity.HIGH,
    references=(ANSSI_HYGIENE_23, RECYF_7_B_3),
    actor=Actor.TOWN,
    effort=Effort.MINUTES,
)
def file_sharing_exposed(host: Host, found: OpenPorts) -> Iterator[Verdict]:
    """A file server (SMB, NFS, rsync, AFP) answers anybody on the Internet."""
    services = recognised(found, Exposure.FILE_SHARING)
    if services:
        yield flaw(services)
    yield from unsettled(found, Exposure.FILE_SHARING)
