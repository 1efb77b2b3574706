"""Matomo of Debian 13: as it comes, and left at its installer."""

from __future__ import annotations

from tests.lab.real.chroots import TRIXIE
from tests.lab.real.front import certificate
from tests.lab.real.matomo import matomo
from tests.lab.real.php_sites import Place
from tests.lab.real.site_database import DATABASE
from tests.lab.real.software_town import BUILDER_UNSEEN, software_town

_DISCLOSED, _INSTALLER, _LATE = "software.version-disclosed", "software.cms-installer", "software.cms-outdated"
_DONE, _FRESH = Place(86, "mesure-matomo.fr", TRIXIE), Place(87, "mesure-installeur.fr", TRIXIE)

TOWNS = (
    software_town(
        _DONE,
        "Matomo, maintained by Debian, which shows no version",
        *(matomo(_DONE, 8), DATABASE),
        must=(_DISCLOSED,),  # of nginx and PHP
        unknown=(*BUILDER_UNSEEN, _LATE, "software.cms-end-of-life", "software.known-exploited"),
    ),
    # Its installer is the home page itself, which shows the version too.
    software_town(
        _FRESH,
        "a Matomo left at its installer",
        matomo(_FRESH, 9, installed=False),
        must=(_DISCLOSED, _INSTALLER),
        unknown=(*BUILDER_UNSEEN, _LATE),
    ),
)
CERTIFICATES = tuple(certificate(one.domain) for one in TOWNS)
