"""TLS reporting (RFC 8460): senders tell the town when they could not encrypt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checks.references import RFC_8460
from scanner.contract import check, probe
from scanner.discovery import Mx
from scanner.model import Absent, Actor, Domain, Effort, Flaw, Observation, Proof, Severity, Verdict
from scanner.net import Net

_ADDRESS = re.compile(r"(?:mailto:[^\s@,;]+@[^\s@,;]+|https://[^\s,;]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TlsRpt(Observation):
    """The records at `_smtp._tls` that begin with `v=TLSRPTv1`."""

    records: tuple[str, ...]


@probe(seconds=10)
async def tls_rpt(domain: Domain, mx: Mx, net: Net) -> TlsRpt | Absent:
    """Ask one question, only for a domain that receives mail."""
    answer = await net.dns.lookup(f"_smtp._tls.{domain.name}", "TXT")
    if isinstance(answer, Absent):
        return answer
    records = tuple(text[:1_000] for text in answer.texts if text.startswith("v=TLSRPTv1"))[:5]
    return TlsRpt(records) if records else Absent(Proof.NONE)


def report_addresses(record: str) -> tuple[str, ...]:
    """The valid addresses of the rua field, mailto or https."""
    for part in record.split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip() == "rua":
            return tuple(uri.strip() for uri in value.split(",") if _ADDRESS.fullmatch(uri.strip()))
    return ()


@check(
    "mail.tls-rpt-missing", severity=Severity.INFO, references=(RFC_8460,),
    actor=Actor.DNS_HOST, effort=Effort.MINUTES, variants=("invalid",),
)  # fmt: skip
def tls_rpt_missing(domain: Domain, mx: Mx, reports: TlsRpt | Absent) -> Iterator[Verdict]:
    """Nobody at the town hears of mail that could not be delivered encrypted."""
    if isinstance(reports, Absent):
        yield Flaw()
    elif len(reports.records) != 1 or not report_addresses(reports.records[0]):
        yield Flaw({"count": len(reports.records)}, evidence=reports.records, variant="invalid")
