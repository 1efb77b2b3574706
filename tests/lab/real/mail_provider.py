"""The provider whose two mail servers several towns use. Data only."""

from __future__ import annotations

from tests.lab.model import Zone
from tests.lab.real.postfix import postfix
from tests.lab.towns.parts import DKIM_RECORD

PROVIDER = "courriel-mutualise.fr"
SERVERS = tuple(f"mx{index}.{PROVIDER}" for index in (1, 2))
_PLACES = ("198.18.199.25", "198.18.199.26")
#: Towns whose mail it signs: their selector is an alias of its own key.
CUSTOMERS = ("sainte-mutualisee.fr", "saint-mutualise.fr")

ZONE = Zone(
    PROVIDER,
    "".join(f"mx{index} 3600 IN A {place}\n" for index, place in enumerate(_PLACES, 1))
    + f'_spf 3600 IN TXT "v=spf1 ip4:{_PLACES[0]} ip4:{_PLACES[1]} -all"\n'
    + "".join(f"selector1.{domain}._domainkey 3600 IN TXT {DKIM_RECORD}\n" for domain in CUSTOMERS),
    signed=True,
)
DAEMONS = tuple(postfix(name, place, PROVIDER) for name, place in zip(SERVERS, _PLACES, strict=True))
CERTIFICATES = tuple((name, "good", (name,)) for name in SERVERS)


def delivered_here() -> str:
    """The MX records of a town whose mail goes to these servers."""
    return "".join(f"@ 3600 IN MX {10 * index} {name}.\n" for index, name in enumerate(SERVERS, 1))


def customer(domain: str) -> str:
    """MX, SPF, DKIM and DMARC of a customer, as the provider tells him to publish them."""
    return (
        f'{delivered_here()}@ 3600 IN TXT "v=spf1 include:_spf.{PROVIDER} -all"\n'
        f'_dmarc 3600 IN TXT "v=DMARC1; p=quarantine; rua=mailto:dmarc@{domain}"\n'
        f"selector1._domainkey 3600 IN CNAME selector1.{domain}._domainkey.{PROVIDER}.\n"
    )
