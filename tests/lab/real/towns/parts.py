"""Parts that several towns share; no town of its own."""

from __future__ import annotations

from tests.lab.model import Zone
from tests.lab.real.model import Denial, RealTown, RealZone, ZoneFault

#: A name without a site and without mail, which says so.
NO_MAIL = """
@       3600 IN TXT  "v=spf1 -all"
@       3600 IN MX   0 .
_dmarc  3600 IN TXT  "v=DMARC1; p=reject"
"""
NO_CERTIFICATE = '@ 3600 IN CAA 0 issue ";"\n'
TOWNS: tuple[RealTown, ...] = ()


def name_only(
    name: str,
    note: str,
    *,
    records: str = NO_CERTIFICATE,
    mail: str = NO_MAIL,
    must: frozenset[str] = frozenset(),
    may_fail: frozenset[str] = frozenset(),
    unknown: frozenset[str] = frozenset(),
    missed: frozenset[str] = frozenset(),
    others: tuple[Zone, ...] = (),
    signed: bool = True,
    fault: ZoneFault = ZoneFault.NONE,
    denial: Denial = Denial.NSEC,
    firewall: str = "",
) -> RealTown:
    """A town that is only a zone; `must` are check ids about the domain itself."""
    domain = f"{name}.fr"
    return RealTown(
        name=name,
        domain=domain,
        zones=(RealZone(domain, mail + records, signed=signed, fault=fault, denial=denial), *others),
        must=frozenset((check, f"domain:{domain}") for check in must),
        missed=frozenset((check, f"domain:{domain}") for check in missed),
        may_fail=may_fail,
        may_be_unknown=unknown,
        firewall=firewall,
        note=note,
    )
