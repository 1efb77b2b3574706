"""Firewalls: what they hide is not exposed, and what they make unknowable stays unknown."""

from __future__ import annotations

from tests.lab.real.databases import mariadb, redis
from tests.lab.real.front import address, address6, certificate, town
from tests.lab.real.remote_access import openssh

_WEB_AND_SSH = "tcp dport != { 22, 80, 443 }"


def _behind(number: int, rules: str) -> str:
    return f"ip daddr {address(number)} {rules}"


TOWNS = (
    town(
        50,
        "pare-feu-muet.fr",
        "MariaDB and an open Redis behind a firewall that drops: not exposed",
        *(openssh(address(50)), mariadb(address(50)), redis(address(50))),
        firewall=_behind(50, f"{_WEB_AND_SSH} drop"),
    ),
    town(
        51,
        "pare-feu-reset.fr",
        "the same behind a firewall that resets",
        *(openssh(address(51)), redis(address(51))),
        firewall=_behind(51, f"{_WEB_AND_SSH} reject with tcp reset"),
    ),
    town(
        52,
        "pare-feu-icmp.fr",
        "the same behind a firewall that answers ICMP port unreachable",
        *(openssh(address(52)), redis(address(52))),
        firewall=_behind(52, f"{_WEB_AND_SSH} reject with icmp type port-unreachable"),
    ),
    town(
        53,
        "pare-feu-interdit.fr",
        "the same behind a firewall that answers ICMP administratively prohibited",
        *(openssh(address(53)), redis(address(53))),
        firewall=_behind(53, f"{_WEB_AND_SSH} reject with icmp type admin-prohibited"),
    ),
    town(
        54,
        "pare-feu-cadence.fr",
        "MariaDB in the open, and a firewall that drops whoever knocks more than ten times a second",
        *(openssh(address(54)), mariadb(address(54))),
        must=("services.database-exposed",),
        firewall=_behind(54, "tcp flags & (syn | ack) == syn limit rate over 10/second burst 20 packets drop"),
    ),
    town(
        55,
        "pare-feu-total.fr",
        "nothing answers at all: no grade, no finding, no guess",
        may_be_unknown=("services.*", "web.*", "tls.*", "software.*"),
        firewall=f"{_behind(55, 'drop')}\nip6 daddr {address6(55)} drop",
    ),
)
CERTIFICATES = tuple(certificate(one.domain) for one in TOWNS)
