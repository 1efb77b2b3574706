"""phpMyAdmin, a webmail and a wiki, as Debian 12 packages them."""

from __future__ import annotations

from tests.lab.real.chroots import BOOKWORM
from tests.lab.real.front import address, certificate, zone
from tests.lab.real.model import Daemon, RealTown
from tests.lab.real.php_sites import Place
from tests.lab.real.web_tools import dokuwiki, phpmyadmin, roundcube

_DISCLOSED, _ADMIN = "software.version-disclosed", "software.admin-tool-exposed"


def _town(place: Place, note: str, daemon: Daemon, *must: str, may_be_unknown: tuple[str, ...] = ()) -> RealTown:
    """`must` are checks of the site, under both its names; nginx 1.22.1 may be Debian's or not."""
    sites = (f"site:{place.domain}", f"site:www.{place.domain}")
    return RealTown(
        place.domain.removesuffix(".fr"),
        place.domain,
        (zone(place.domain, place.number),),
        (daemon,),
        dedicated=(address(place.number),),
        must=frozenset((check, site) for check in (_DISCLOSED, *must) for site in sites),
        may_be_unknown=frozenset({"software.server-end-of-life", "software.php-end-of-life", *may_be_unknown}),
        note=note,
    )


_LINKED, _HIDDEN = Place(80, "outil-phpmyadmin.fr", BOOKWORM), Place(81, "outil-phpmyadmin-discret.fr", BOOKWORM)
_WEBMAIL, _WIKI = Place(82, "courriel-roundcube.fr", BOOKWORM), Place(83, "wiki-doku.fr", BOOKWORM)

TOWNS = (
    _town(_LINKED, "phpMyAdmin that the home page names", phpmyadmin(_LINKED), _ADMIN),
    _town(_HIDDEN, "phpMyAdmin that nothing names", phpmyadmin(_HIDDEN, linked=False), _ADMIN),
    _town(
        _WEBMAIL,
        "Roundcube, which Debian mends without changing the number that it shows",
        roundcube(_WEBMAIL),
        may_be_unknown=("software.webmail-outdated", "software.known-exploited"),
    ),
    _town(_WIKI, "DokuWiki, of which our table knows nothing", dokuwiki(_WIKI)),
)
CERTIFICATES = tuple(certificate(one.domain) for one in TOWNS)
