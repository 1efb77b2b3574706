"""SPIP of two Debian suites: as it comes, with its version hidden, and left at its installer."""

from __future__ import annotations

from tests.lab.real.chroots import BULLSEYE, TRIXIE
from tests.lab.real.front import certificate
from tests.lab.real.model import RealTown
from tests.lab.real.php_sites import Place
from tests.lab.real.software_town import software_town
from tests.lab.real.spip import spip

_DISCLOSED, _ENDED, _INSTALLER = "software.version-disclosed", "software.cms-end-of-life", "software.cms-installer"
_LATE, _PHP, _SERVER = "software.cms-outdated", "software.php-end-of-life", "software.server-end-of-life"


def _town(
    place: Place,
    note: str,
    *must: str,
    hidden: bool = False,
    installed: bool = True,
    unknown: tuple[str, ...] = (),
) -> RealTown:
    site = spip(place, hidden=hidden, installed=installed)
    return software_town(place, note, site, must=must, unknown=unknown)


_FRESH = Place(72, "spip-installeur.fr", TRIXIE)

TOWNS = (
    _town(Place(70, "spip-trixie.fr", TRIXIE), "SPIP of Debian 13, which says that Debian maintains it", _DISCLOSED),
    # Only paquet.xml shows a version, and there Debian's revision is lacking.
    _town(Place(71, "spip-trixie-cache.fr", TRIXIE), "the same, its version hidden", hidden=True, unknown=(_LATE,)),
    # A fresh SPIP answers 503 on every page of the site and says why; only /ecrire/ leads to the installer.
    _town(
        _FRESH,
        "a SPIP left at its installer",
        *(_INSTALLER, _DISCLOSED, "web.unreachable domain:{domain}"),
        installed=False,
        # 503 is no page whose headers or cookies would count.
        unknown=("software.admin-tool-exposed", _SERVER, _PHP, "web.*"),
    ),
    # Its weaknesses that were attacked (CVE-2023-27372) are mended in 3.2.11-3+deb11u7; this is deb11u10.
    _town(
        Place(73, "spip-bullseye.fr", BULLSEYE),
        "SPIP 3.2 of Debian 11, neither of which is supported any more",
        *(_DISCLOSED, _ENDED, _PHP, _SERVER),
    ),
    _town(
        Place(74, "spip-bullseye-cache.fr", BULLSEYE),
        "the same with every version hidden that this SPIP lets one hide: its pages name it all the same",
        *(_DISCLOSED, _ENDED),
        hidden=True,
    ),
)
CERTIFICATES = tuple(certificate(one.domain) for one in TOWNS)
