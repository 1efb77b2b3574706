"""SPIP of two Debian suites: as it comes, with its version hidden, and left at its installer."""

from __future__ import annotations

from tests.lab.real.chroots import BULLSEYE, TRIXIE
from tests.lab.real.front import address, certificate, zone
from tests.lab.real.model import RealTown
from tests.lab.real.php_sites import Place
from tests.lab.real.spip import spip

_DISCLOSED, _ENDED, _INSTALLER = "software.version-disclosed", "software.cms-end-of-life", "software.cms-installer"


def _town(place: Place, note: str, *must: str, hidden: bool = False, installed: bool = True) -> RealTown:
    """`must` are checks of the site, under both its names."""
    sites = (f"site:{place.domain}", f"site:www.{place.domain}")
    return RealTown(
        place.domain.removesuffix(".fr"),
        place.domain,
        (zone(place.domain, place.number),),
        (spip(place, hidden=hidden, installed=installed),),
        dedicated=(address(place.number),),
        must=frozenset((check, site) for check in must for site in sites),
        note=note,
    )


TOWNS = (
    _town(Place(70, "spip-trixie.fr", TRIXIE), "SPIP of Debian 13, maintained by Debian", _DISCLOSED),
    _town(Place(71, "spip-trixie-cache.fr", TRIXIE), "the same, its version hidden", hidden=True),
    _town(Place(72, "spip-installeur.fr", TRIXIE), "a SPIP left at its installer", _INSTALLER, _DISCLOSED, installed=False),
    _town(Place(73, "spip-bullseye.fr", BULLSEYE), "SPIP 3.2 of Debian 11: its support has ended twice over", _DISCLOSED, _ENDED),
    _town(Place(74, "spip-bullseye-cache.fr", BULLSEYE), "the same, its version hidden", _ENDED, hidden=True),
)
CERTIFICATES = tuple(certificate(one.domain) for one in TOWNS)
