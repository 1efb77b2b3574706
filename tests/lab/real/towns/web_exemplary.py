"""Two towns with site and mail that do everything right: any finding on them is a false alarm."""

from __future__ import annotations

from tests.lab.real.apache import apache
from tests.lab.real.apache import plain as apache_plain
from tests.lab.real.apache import secure as apache_secure
from tests.lab.real.mail_town import authenticated, policy
from tests.lab.real.model import RealTown, RealZone
from tests.lab.real.nginx import FILES, nginx, plain, secure
from tests.lab.real.postfix import postfix
from tests.lab.real.web_town import names, pages, places
from tests.lab.towns.parts import HARDENED

_BEST, _ONE = "exemplaire-pour-de-vrai.fr", "tout-sur-une-machine.fr"
_PATH = "www/.well-known/mta-sts.txt"


def _records(web: tuple[str, str], mail: tuple[str, ...]) -> str:
    ipv4, ipv6 = web
    return (
        "".join(f"{name} 3600 IN A {ipv4}\n{name} 3600 IN AAAA {ipv6}\n" for name in ("@", "www", "mta-sts"))
        + "".join(f"@ 3600 IN MX {10 * index} mx{index}\nmx{index} 3600 IN A {place}\n" for index, place in enumerate(mail, 1))
        + '_mta-sts 3600 IN TXT "v=STSv1; id=20261101"\n'
    )


def _best() -> RealTown:
    """nginx before the site, two Postfix, each on a machine of its own."""
    web, mail = places(96), ("198.18.196.25", "198.18.196.26")
    text = policy(*(f"mx{index}.{_BEST}" for index in (1, 2)))
    site = nginx(
        _BEST,
        web,
        plain(f"return 301 https://{_BEST}$request_uri;\n"),
        secure(_BEST, FILES, _BEST, headers=HARDENED),
        secure(_BEST, f"return 301 https://{_BEST}$request_uri;\n", f"www.{_BEST}"),
        secure(_BEST, FILES, f"mta-sts.{_BEST}"),
        files=pages(_BEST) | {_PATH: text},
    )
    servers = tuple(postfix(f"mx{index}.{_BEST}", place, _BEST, stem=_BEST) for index, place in enumerate(mail, 1))
    zone = RealZone(_BEST, _records(web, mail) + authenticated(_BEST), signed=True)
    return RealTown(
        _BEST.removesuffix(".fr"),
        _BEST,
        (zone,),
        (site, *servers),
        dedicated=(*web, *mail),
        note="exemplary: nginx, Postfix, DNSSEC, MTA-STS; any finding is a false alarm",
    )


def _one() -> RealTown:
    """Apache and Postfix on one address that the town shares with others, so that nobody may knock at its ports."""
    web = places(97)
    mail = (web[0],)
    text = policy(f"mx1.{_ONE}")
    site = apache(_ONE, web, apache_plain(), apache_secure(_ONE), files=pages(_ONE) | {_PATH: text})
    server = postfix(f"mx1.{_ONE}", web[0], _ONE, stem=_ONE)
    zone = RealZone(_ONE, _records(web, mail) + authenticated(_ONE), signed=True)
    return RealTown(
        _ONE.removesuffix(".fr"),
        _ONE,
        (zone,),
        (site, server),
        may_be_unknown=frozenset({"services.*", "software.admin-tool-exposed"}),
        note="site, mail and policy behind one shared address: unusual, and right",
    )


TOWNS = (_best(), _one())
CERTIFICATES = tuple((name, "good", (*names(name), f"mta-sts.{name}", f"mx1.{name}", f"mx2.{name}")) for name in (_BEST, _ONE))
