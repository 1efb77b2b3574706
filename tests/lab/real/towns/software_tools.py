"""phpMyAdmin, a webmail and wikis, as Debian packages them."""

from __future__ import annotations

from tests.lab.real.chroots import BOOKWORM, BULLSEYE
from tests.lab.real.front import certificate
from tests.lab.real.php_sites import Place
from tests.lab.real.software_town import BUILDER_UNSEEN, software_town
from tests.lab.real.web_tools import dokuwiki, mediawiki, phpmyadmin, roundcube

_DISCLOSED, _ADMIN, _ENDED = "software.version-disclosed", "software.admin-tool-exposed", "software.cms-end-of-life"
_LATE = "software.cms-outdated"
_ON_BARE = " site:{domain}"  # MediaWiki sends www to it

_LINKED, _HIDDEN = Place(80, "outil-phpmyadmin.fr", BOOKWORM), Place(81, "outil-phpmyadmin-discret.fr", BOOKWORM)
_WEBMAIL, _WIKI = Place(82, "courriel-roundcube.fr", BOOKWORM), Place(83, "wiki-doku.fr", BOOKWORM)
_MEDIA, _OLD_MEDIA = Place(84, "wiki-media.fr", BOOKWORM), Place(85, "wiki-media-bullseye.fr", BULLSEYE)

TOWNS = (
    software_town(
        _LINKED, "phpMyAdmin that the home page names", phpmyadmin(_LINKED), must=(_DISCLOSED, _ADMIN), unknown=BUILDER_UNSEEN
    ),
    software_town(
        _HIDDEN,
        "phpMyAdmin that nothing names",
        phpmyadmin(_HIDDEN, linked=False),
        must=(_DISCLOSED, _ADMIN),
        unknown=BUILDER_UNSEEN,
    ),
    software_town(
        _WEBMAIL,
        "Roundcube, which Debian mends without changing the number that it shows",
        roundcube(_WEBMAIL),
        must=(_DISCLOSED,),
        unknown=(*BUILDER_UNSEEN, "software.webmail-outdated", "software.known-exploited"),
    ),
    software_town(
        _WIKI,
        "DokuWiki of Debian 12, given up by its authors and maintained by Debian",
        dokuwiki(_WIKI),
        must=(_DISCLOSED,),
        unknown=(*BUILDER_UNSEEN, _LATE),
    ),
    software_town(
        _MEDIA,
        "MediaWiki 1.39 of Debian 12, given up by its authors and maintained by Debian",
        mediawiki(_MEDIA),
        must=(_DISCLOSED + _ON_BARE,),
        unknown=(*BUILDER_UNSEEN, _LATE),
    ),
    software_town(
        _OLD_MEDIA,
        "MediaWiki 1.35 of Debian 11, neither of which is supported any more",
        mediawiki(_OLD_MEDIA),
        must=(_DISCLOSED + _ON_BARE, _ENDED + _ON_BARE),
        unknown=BUILDER_UNSEEN,
    ),
)
CERTIFICATES = tuple(certificate(one.domain) for one in TOWNS)
