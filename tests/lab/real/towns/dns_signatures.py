"""Towns whose DNS is signed well, badly or not at all."""

from __future__ import annotations

from tests.lab.real.model import RealTown, RealZone, ZoneFault

#: These towns are only names: no site, no mail server, and they say so.
NOTHING_ELSE = """
@       3600 IN TXT  "v=spf1 -all"
@       3600 IN MX   0 .
_dmarc  3600 IN TXT  "v=DMARC1; p=reject"
"""
CAA = '@ 3600 IN CAA 0 issue ";"\n'


def _town(name: str, note: str, *must: str, records: str = "", signed: bool = True, fault: ZoneFault = ZoneFault.NONE) -> RealTown:
    domain = f"{name}.fr"
    return RealTown(
        name=name,
        domain=domain,
        zones=(RealZone(domain, NOTHING_ELSE + CAA + records, signed=signed, fault=fault),),
        must=frozenset((check, f"domain:{domain}") for check in must),
        note=note,
    )


TOWNS = (
    _town("dns-signe", "a signed zone without a fault"),
    _town("dns-non-signe", "no DNSSEC at all", "dns.dnssec-missing", signed=False),
)
