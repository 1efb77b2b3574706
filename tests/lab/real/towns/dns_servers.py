"""Towns whose name servers are too few, too close, lame, silent, or merely unusual."""

from __future__ import annotations

from tests.lab.model import Zone
from tests.lab.real.dns import LAME, SILENT
from tests.lab.real.model import RealTown
from tests.lab.real.towns.parts import NO_CERTIFICATE, NO_MAIL, name_only

REDUNDANCY = frozenset({"dns.ns-redundancy"})
ONE_NETWORK = frozenset({"dns.ns-one-network"})
ALL = frozenset({"*"})


def _servers(*places: str) -> str:
    """ns1, ns2... of the zone itself at these addresses, IPv4 or IPv6."""
    return "".join(
        f"@ 3600 IN NS ns{number}\nns{number} 3600 IN {'AAAA' if ':' in place else 'A'} {place}\n"
        for number, place in enumerate(places, 1)
    )


def _on(*places: str) -> str:
    return NO_CERTIFICATE + _servers(*places)


_ELSEWHERE = tuple(
    Zone(f"dns-ailleurs.{top}", _servers(*places), signed=True)
    for top, places in (("net", ("198.18.254.81", "198.18.253.81")), ("eu", ("198.18.254.82", "198.18.253.82")))
)
_TWO_HOSTERS = "".join(f"@ 3600 IN NS ns{number}.dns-ailleurs.{top}.\n" for top in ("net", "eu") for number in (1, 2))

#: The question for CAA (type 257) about dns-caa-muet.fr: 8 bytes of UDP, 12 of header, 17 of name, then the type.
_CAA_DROPPED = "ip daddr { 198.18.254.70, 198.18.253.70 } udp dport 53 @th,296,16 257 drop\n"

TOWNS: tuple[RealTown, ...] = (
    name_only("dns-un-serveur", "a single name server", must=REDUNDANCY, records=_on("198.18.254.60")),
    name_only("dns-une-adresse", "two names, one machine", must=REDUNDANCY, records=_on("198.18.254.60", "198.18.254.60")),
    name_only("dns-un-reseau", "two servers in one /24", must=ONE_NETWORK, records=_on("198.18.254.61", "198.18.254.62")),
    name_only(
        "dns-un-reseau-ipv6", "two servers in one /48", must=ONE_NETWORK, records=_on("2001:db8:254::61", "2001:db8:254::62")
    ),
    name_only("dns-ipv6-seul", "name servers without IPv4, in two networks", records=_on("2001:db8:254::53", "2001:db8:253::53")),
    name_only("dns-deux-hebergeurs", "four name servers at two others", records=NO_CERTIFICATE + _TWO_HOSTERS, others=_ELSEWHERE),
    name_only("dns-boiteux", "every name server refuses the zone", unknown=ALL, records=_on(*LAME)),
    name_only("dns-demi-boiteux", "one of two name servers refuses the zone", records=_on("198.18.254.63", LAME[1])),
    name_only("dns-muet", "every name server is silent", unknown=ALL, records=_on(*SILENT)),
    name_only("dns-demi-muet", "one of two name servers is silent", records=_on("198.18.254.64", SILENT[1])),
    name_only(
        "dns-caa-muet",
        "a firewall drops the questions for CAA, as old ones do",
        unknown=frozenset({"dns.caa-missing"}),
        records=_on("198.18.254.70", "198.18.253.70"),
        firewall=_CAA_DROPPED,
    ),
    RealTown(
        name="dns-sous-domaine",
        domain="saint-loup.dns-collectivite.fr",
        zones=(
            Zone(
                "dns-collectivite.fr",
                NO_MAIL + NO_CERTIFICATE + 'saint-loup 3600 IN TXT "v=spf1 -all"\nsaint-loup 3600 IN MX 0 .\n',
                signed=True,
            ),
        ),
        note="no zone of its own; CAA and DMARC stand above it",
    ),
)
