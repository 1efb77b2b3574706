"""The well-run rest of a town whose subject is a service: signed zone, exemplary site, no mail. Data only."""

from __future__ import annotations

from tests.lab.model import Zone
from tests.lab.real.model import Daemon, RealTown
from tests.lab.real.nginx import nginx, plain, secure
from tests.lab.real.web_town import at, pages, web_zone


def address(number: int) -> str:
    """The IPv4 address of the town with this number."""
    return f"198.19.{number}.10"


def address6(number: int) -> str:
    """Its IPv6 address."""
    return f"2001:db8:19:{number}::10"


def zone(domain: str, number: int) -> Zone:
    """A signed zone of a town that sends and receives no mail, with its site on the town's address."""
    return web_zone(domain, at((address(number), address6(number)), "@", "www"))


def certificate(domain: str) -> tuple[str, str, tuple[str, ...]]:
    """What the site presents, for the CERTIFICATES of a module of towns."""
    return domain, "good", (domain, f"www.{domain}")


def site(domain: str, number: int) -> Daemon:
    """nginx with one page, security.txt, and every header in place."""
    return nginx(domain, (address(number), address6(number)), plain(), secure(domain), files=pages(domain))


def town(
    number: int,
    domain: str,
    note: str,
    *daemons: Daemon,
    must: tuple[str, ...] = (),
    missed: tuple[str, ...] = (),
    may_be_unknown: tuple[str, ...] = (),
    firewall: str = "",
) -> RealTown:
    """A town where all is well but for `daemons` on its address; `must` and `missed` are checks of its host."""
    host = f"host:{address(number)}"
    return RealTown(
        domain.removesuffix(".fr"),
        domain,
        (zone(domain, number),),
        (site(domain, number), *daemons),
        dedicated=(address(number),),
        must=frozenset((check, host) for check in must),
        missed=frozenset((check, host) for check in missed),
        may_be_unknown=frozenset(may_be_unknown),
        firewall=firewall,
        note=note,
    )
