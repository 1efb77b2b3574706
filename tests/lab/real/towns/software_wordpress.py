"""WordPress of three Debian suites: as it comes, with its version hidden, and left at its installer."""

from __future__ import annotations

from tests.lab.real.chroots import BOOKWORM, BULLSEYE, TRIXIE
from tests.lab.real.front import address, certificate, zone
from tests.lab.real.model import RealTown
from tests.lab.real.php_sites import Place
from tests.lab.real.wordpress import DATABASE, wordpress

_DISCLOSED, _LATE, _INSTALLER = "software.version-disclosed", "software.cms-outdated", "software.cms-installer"
#: Which numbers Debian mended, and who built an nginx or a PHP whose banner names no distribution, cannot be seen.
_UNSEEN = (_LATE, "software.server-end-of-life", "software.php-end-of-life")


def _town(
    place: Place,
    database: int,
    note: str,
    *must: str,
    hidden: bool = False,
    installed: bool = True,
) -> RealTown:
    """`must` are checks of the site: WordPress sends www to it, an unfinished one shows itself on both."""
    sites = [f"site:{place.domain}"] + ([] if installed else [f"site:www.{place.domain}"])
    return RealTown(
        place.domain.removesuffix(".fr"),
        place.domain,
        (zone(place.domain, place.number),),
        (wordpress(place, database, hidden=hidden, installed=installed), DATABASE),
        dedicated=(address(place.number),),
        must=frozenset((check, site) for check in must for site in sites),
        may_be_unknown=frozenset(_UNSEEN),
        note=note,
    )


TOWNS = (
    _town(Place(60, "presse-bookworm.fr", BOOKWORM), 1, "WordPress of Debian 12, maintained by Debian", _DISCLOSED),
    _town(Place(61, "presse-bookworm-cache.fr", BOOKWORM), 2, "the same, its version hidden", hidden=True),
    _town(
        Place(62, "presse-installeur.fr", BOOKWORM),
        3,
        "a WordPress left at its installer",
        _INSTALLER,
        _DISCLOSED,
        installed=False,
    ),
    _town(Place(63, "presse-trixie.fr", TRIXIE), 4, "WordPress of Debian 13, maintained by Debian", _DISCLOSED),
    _town(Place(64, "presse-trixie-cache.fr", TRIXIE), 5, "the same, its version hidden", hidden=True),
    _town(Place(65, "presse-bullseye.fr", BULLSEYE), 6, "WordPress of Debian 11, whose support has ended", _DISCLOSED, _LATE),
    _town(Place(66, "presse-bullseye-cache.fr", BULLSEYE), 7, "the same, its version hidden", _LATE, hidden=True),
)
CERTIFICATES = tuple(certificate(one.domain) for one in TOWNS)
