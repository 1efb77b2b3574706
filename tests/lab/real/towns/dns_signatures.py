"""Towns whose DNS is signed well, badly or not at all."""

from __future__ import annotations

from tests.lab.real.model import RealTown, ZoneFault
from tests.lab.real.towns.parts import name_only

BOGUS = frozenset({"dns.dnssec-bogus"})
MISSING = frozenset({"dns.dnssec-missing"})
ALL = frozenset({"*"})  # where signatures are rejected, nothing below can be known

TOWNS: tuple[RealTown, ...] = (
    name_only("dns-signe", "a signed zone without a fault"),
    name_only("dns-non-signe", "no DNSSEC at all", must=MISSING, signed=False),
    name_only("dns-ds-absent", "signed, and the parent does not know", must=MISSING, fault=ZoneFault.NO_DS),
    name_only("dns-ds-faux", "the parent names another key", must=BOGUS, unknown=ALL, fault=ZoneFault.WRONG_DS),
    name_only("dns-signatures-fausses", "every signature is altered", must=BOGUS, unknown=ALL, fault=ZoneFault.BOGUS),
    name_only("dns-signatures-perimees", "signatures of last month", must=BOGUS, unknown=ALL, fault=ZoneFault.EXPIRED),
    name_only("dns-mensonges-noirs", "signed at each answer, NOERROR for every name (RFC 9824)", fault=ZoneFault.BLACK_LIES),
)
