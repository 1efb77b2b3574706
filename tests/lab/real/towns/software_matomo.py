"""Matomo of Debian 13: as it comes, and left at its installer."""

from __future__ import annotations

from tests.lab.real.chroots import TRIXIE
from tests.lab.real.front import certificate
from tests.lab.real.matomo import matomo
from tests.lab.real.php_sites import Place
from tests.lab.real.site_database import DATABASE
from tests.lab.real.software_town import BUILDER_UNSEEN, software_town

_DISCLOSED, _INSTALLER = "software.version-disclosed", "software.cms-installer"
_DONE, _FRESH = Place(86, "mesure-matomo.fr", TRIXIE), Place(87, "mesure-installeur.fr", TRIXIE)

TOWNS = (
    software_town(
        _DONE,
        "Matomo, maintained by Debian, which shows no version; our table knows nothing of it",
        *(matomo(_DONE, 8), DATABASE),
        must=(_DISCLOSED,),  # of nginx and PHP
        unknown=BUILDER_UNSEEN,
    ),
    # It shows its installer on the home page itself, where we expect a redirect to it.
    software_town(
        _FRESH,
        "a Matomo left at its installer",
        matomo(_FRESH, 9, installed=False),
        must=(_DISCLOSED,),
        missed=(_INSTALLER,),
        unknown=BUILDER_UNSEEN,
    ),
)
CERTIFICATES = tuple(certificate(one.domain) for one in TOWNS)
