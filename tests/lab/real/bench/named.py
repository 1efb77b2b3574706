"""The ten towns that Beffroi and its peers look at."""

from __future__ import annotations

from tests.lab.real.model import RealTown
from tests.lab.real.towns import towns
from tests.lab.real.towns.parts import name_only

_FORGEABLE = """
@       3600 IN MX   0 .
@       3600 IN TXT  "v=spf1 +all"
_dmarc  3600 IN TXT  "v=DMARC1; p=none; pct=50"
"""
MAIL_FORGEABLE = name_only(
    "banc-courriel-ouvert",
    "anybody may write in its name, and no DNSSEC, no CAA",
    mail=_FORGEABLE,
    records="",
    signed=False,
    must=frozenset(
        {
            "dns.dnssec-missing",
            "dns.caa-missing",
            "mail.dkim-missing",
            "mail.spf-permissive",
            "mail.dmarc-none",
            "mail.dmarc-obsolete",
        }
    ),
)
WELL_RUN, OLD, APPLIANCE, EXPIRED = "tls-intermediaire", "tls-ancien", "tls-sslv3-aussi", "certificat-expire"
WORDPRESS, SPIP, DATABASE, DESKTOP = "presse-bullseye", "spip-bullseye", "redis-ouvert", "bureau-xrdp"
MAIL_CLEAR, FORGEABLE = "courriel-en-clair", MAIL_FORGEABLE.name
_REAL = (WELL_RUN, OLD, APPLIANCE, EXPIRED, WORDPRESS, SPIP, DATABASE, DESKTOP, MAIL_CLEAR)


def named() -> tuple[RealTown, ...]:
    """All ten. Raises LookupError where one is no longer there."""
    found = {town.name: town for town in towns(_REAL)}
    return (*(found[name] for name in _REAL), MAIL_FORGEABLE)


def truth(town: RealTown) -> frozenset[str]:
    """What is wrong with a town, by check; on which of its sites counts for nothing, as peers are sent to one only."""
    return frozenset(check for check, _ in town.must | town.missed)
