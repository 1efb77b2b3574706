"""Towns with site and mail that do everything right: any finding on them is a false alarm, any UNKNOWN a blind spot."""

from __future__ import annotations

from tests.lab.real import apache, mail_provider
from tests.lab.real.mail_town import announced, authenticated, policy, served_by
from tests.lab.real.model import RealTown, RealZone
from tests.lab.real.nginx import FILES, MODERN, nginx, plain, secure
from tests.lab.real.postfix import postfix
from tests.lab.real.remote_access import openssh
from tests.lab.real.web_town import addressed, names, pages, places

_AT_PROVIDER, _OWN, _ONE = "saint-exemple-reel.fr", "exemplaire-pour-de-vrai.fr", "tout-sur-une-machine.fr"
_OWN_MAIL = ("198.18.196.25", "198.18.196.26")


def _zone(number: int, domain: str, mx: str) -> RealZone:
    """Site and policy on the town's address, mail where `mx` says."""
    return RealZone(domain, addressed(number, "@", "www") + announced(number) + mx + authenticated(domain), signed=True)


def _files(domain: str, *servers: str) -> dict[str, str | bytes]:
    return pages(domain) | {"www/.well-known/mta-sts.txt": policy(*servers)}


def _mail_at_provider() -> RealTown:
    number, domain = 98, _AT_PROVIDER
    files = _files(domain, *mail_provider.SERVERS)
    site = nginx(domain, places(number), plain(), secure(domain, tls=MODERN), files=files)
    return RealTown(
        "exemplaire",
        domain,
        (_zone(number, domain, mail_provider.delivered_here()), mail_provider.ZONE),
        (site, openssh(places(number)[0]), *mail_provider.DAEMONS),
        dedicated=places(number),
        note="exemplary: TLS 1.3 alone, OpenSSH, mail at a provider",
    )


def _own_mail() -> RealTown:
    """Site and two mail servers, each on a machine of its own; www leads to the bare name."""
    number, domain = 96, _OWN
    to_bare = f"return 301 https://{domain}$request_uri;\n"
    servers = plain(to_bare), secure(domain, FILES, domain, f"mta-sts.{domain}"), secure(domain, to_bare, f"www.{domain}")
    mx = tuple(f"mx{index}.{domain}" for index in (1, 2))
    site = nginx(domain, places(number), *servers, files=_files(domain, *mx))
    postfixes = tuple(postfix(name, place, domain, stem=domain) for name, place in zip(mx, _OWN_MAIL, strict=True))
    return RealTown(
        domain.removesuffix(".fr"),
        domain,
        (_zone(number, domain, served_by(*_OWN_MAIL)),),
        (site, *postfixes),
        dedicated=(*places(number), *_OWN_MAIL),
        note="exemplary: nginx, Postfix of its own, DNSSEC, MTA-STS",
    )


def _one_machine() -> RealTown:
    """Apache and Postfix on one address that the town shares with others, so that nobody may knock at its ports."""
    number, domain = 97, _ONE
    place = places(number)[0]
    files = _files(domain, f"mx1.{domain}")
    site = apache.apache(domain, places(number), apache.plain(), apache.secure(domain), files=files)
    return RealTown(
        domain.removesuffix(".fr"),
        domain,
        (_zone(number, domain, served_by(place)),),
        (site, postfix(f"mx1.{domain}", place, domain, stem=domain)),
        may_be_unknown=frozenset({"services.*", "software.admin-tool-exposed"}),
        note="site, mail and policy behind one shared address: unusual, and right",
    )


TOWNS = (_mail_at_provider(), _own_mail(), _one_machine())
CERTIFICATES = (
    *(
        (town.domain, "good", (*names(town.domain), *(f"{host}.{town.domain}" for host in ("mta-sts", "mx1", "mx2"))))
        for town in TOWNS
    ),
    *mail_provider.CERTIFICATES,
)
