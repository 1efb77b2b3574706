"""WordPress of three Debian suites: as it comes, with its version hidden, and left at its installer."""

from __future__ import annotations

from tests.lab.real.chroots import BOOKWORM, BULLSEYE, TRIXIE
from tests.lab.real.front import certificate
from tests.lab.real.model import RealTown
from tests.lab.real.php_sites import Place
from tests.lab.real.site_database import DATABASE
from tests.lab.real.software_town import BUILDER_UNSEEN, software_town
from tests.lab.real.wordpress import wordpress

_DISCLOSED, _LATE, _INSTALLER = "software.version-disclosed", "software.cms-outdated", "software.cms-installer"


def _town(
    place: Place,
    database: int,
    note: str,
    *must: str,
    hidden: bool = False,
    installed: bool = True,
) -> RealTown:
    """`must` are checks of the site: WordPress sends www to it, an unfinished one shows itself on both."""
    where = " site:{domain}" if installed else ""
    return software_town(
        place,
        note,
        *(wordpress(place, database, hidden=hidden, installed=installed), DATABASE),
        must=tuple(check + where for check in must),
        unknown=(_LATE, *BUILDER_UNSEEN),  # nor can it be seen which numbers Debian mended
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
