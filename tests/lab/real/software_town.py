"""The well-run rest of a town whose subject is the software of its site: signed zone, no mail. Data only."""

from __future__ import annotations

from tests.lab.real.front import address, zone
from tests.lab.real.model import Daemon, RealTown
from tests.lab.real.php_sites import Place
from tests.lab.real.web_town import truth

#: Who built an nginx or a PHP whose banner names no distribution, and mends it or not, cannot be seen.
BUILDER_UNSEEN = ("software.server-end-of-life", "software.php-end-of-life")


def software_town(
    place: Place,
    note: str,
    *daemons: Daemon,
    must: tuple[str, ...] = (),
    missed: tuple[str, ...] = (),
    unknown: tuple[str, ...] = (),
) -> RealTown:
    """`must` and `missed` are `CHECK`, true on the domain's site and on its www, or `CHECK SUBJECT` with `{domain}`."""
    return RealTown(
        place.domain.removesuffix(".fr"),
        place.domain,
        (zone(place.domain, place.number),),
        daemons,
        dedicated=(address(place.number),),
        must=truth(place.domain, must),
        missed=truth(place.domain, missed),
        may_be_unknown=frozenset(unknown),
        note=note,
    )
