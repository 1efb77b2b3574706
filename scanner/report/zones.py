"""In which time zone an authority reads its documents: that of Paris, or its own overseas. Machine forms stay in UTC."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

PARIS = "Europe/Paris"

#: Département or collectivity overseas -> zone of the IANA database.
_OVERSEAS = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}


def local(moment: datetime, departement: str = "") -> datetime:
    """The moment as the clocks of a département count it."""
    return moment.astimezone(ZoneInfo(_OVERSEAS.get(departement, PARIS)))
