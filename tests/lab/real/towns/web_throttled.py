"""Sites that ask to be left alone: nothing is judged, and the scan ends all the same."""

from __future__ import annotations

from tests.lab.real.model import RealTown
from tests.lab.real.web_town import names, site, web_town


def _town(number: int, name: str, status: int, note: str) -> RealTown:
    domain = f"{name}.fr"
    answer = f"return {status};\n"
    server = site(number, domain, clear=answer, lines=answer)
    return web_town(number, domain, note, server, unknown=("web.*", "tls.*", "software.*"))


TOWNS = (
    _town(59, "site-en-maintenance", 503, "503 everywhere"),
    _town(62, "site-trop-demande", 429, "429 for us"),
)
CERTIFICATES = tuple((town.domain, "good", names(town.domain)) for town in TOWNS)
