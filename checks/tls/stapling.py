"""OCSP stapling, which a few certificates promise (RFC 7633)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from checks.references import RFC_6066, RFC_7633
from checks.tls.certificate import SiteCertificate
from scanner.because import Because
from scanner.contract import check, probe
from scanner.model import Absent, Actor, Effort, Flaw, Observation, Proof, Reason, Severity, Site, Unobserved, Verdict
from scanner.net import Net, TlsAlert, TlsVersion, everything_up_to

SECOND_LOOK = 2.0  # seconds; nginx staples nothing at first, and then asks the authority


@dataclass(frozen=True, slots=True)
class Staple(Observation):
    """Whether an OCSP answer came with the certificate that promises one, in TLS 1.2, where it is not encrypted."""

    stapled: bool


@probe(seconds=12)
async def staple(site: Site, shown: SiteCertificate, net: Net) -> Staple | Absent | Unobserved:
    """Ask for the OCSP answer, twice at the most, and only where the certificate promises one."""
    if shown.leaf.must_staple is None:
        return Unobserved(Reason.MALFORMED, because=Because.CERTIFICATE_UNREAD)
    if not shown.leaf.must_staple:
        return Absent(Proof.NONE, "the certificate does not promise it")
    hello = replace(everything_up_to(TlsVersion.TLS1_2), staple=True)
    for wait in (SECOND_LOOK, 0.0):
        answer = await net.tls.ask(site.name, hello)
        if isinstance(answer, TlsAlert):
            return Unobserved(Reason.UNDETERMINED, because=Because.OCSP_ENCRYPTED)
        if hashlib.sha256(answer.leaf).hexdigest() != shown.leaf.fingerprint:
            return Unobserved(Reason.UNDETERMINED, because=Because.OTHER_CERTIFICATE)
        if answer.stapled:
            return Staple(True)
        await asyncio.sleep(wait)
    return Staple(False)


@check(
    "tls.staple-missing",
    severity=Severity.MEDIUM,
    references=(RFC_7633, RFC_6066),
    actor=Actor.WEB_HOST,
    effort=Effort.MINUTES,
)
def staple_missing(site: Site, staple: Staple) -> Iterator[Verdict]:
    """The certificate promises an OCSP answer beside it, and the server sends none."""
    if not staple.stapled:
        yield Flaw()
