"""In which country an IP address is registered, from the table that the package iptocc ships. No network at any time.

The five regional Internet registries say in which country the holder of an address has it registered. The machine
may stand elsewhere: a worldwide operator uses addresses of one country on several continents.
"""

from __future__ import annotations

import ipaddress
import json
from datetime import date
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution

#: The 27 member states, ISO 3166-1 alpha-2 (https://european-union.europa.eu/principles-countries-history/eu-countries_en).
EU_MEMBERS = frozenset(
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
        "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    }
)  # fmt: skip

#: Parts of member states that have an ISO code of their own and belong to the Union (TFEU, articles 349 and 355(1), (4)).
#: The overseas countries and territories (NC, PF, PM, WF, BL, TF) do not.
EU_REGIONS = frozenset({"AX", "GF", "GP", "MF", "MQ", "RE", "YT"})

#: Codes of the registries that name no country: "somewhere in Europe", "somewhere in Asia or the Pacific", reserved.
_NOWHERE = frozenset({"EU", "AP", "ZZ"})

_PACKAGE = "iptocc"


def country_of(address: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of an IPv4 or IPv6 address; None where the registries name no country."""
    from iptocc import country_code  # a third of a millisecond, and only who reads RPNT 2.8 needs it

    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    code = country_code(str(mapped or parsed))
    return None if code in _NOWHERE else code


def in_european_union(country: str) -> bool:
    """Whether an ISO 3166-1 alpha-2 code is a member state or a part of one within the Union."""
    return country in EU_MEMBERS or country in EU_REGIONS


@lru_cache(maxsize=1)
def countries_as_of() -> date | None:
    """The day on which the table was built from the registries' own, None where the package does not say.

    iptocc is built on each night that the registries changed; its bill of materials (CycloneDX) carries the moment.
    """
    try:
        files = distribution(_PACKAGE).files or []
        bill = next(file for file in files if file.name.endswith(".cyclonedx.json"))
        moment = json.loads(bill.read_text("utf-8"))["metadata"]["timestamp"]
        return date.fromisoformat(moment[:10])
    except (PackageNotFoundError, StopIteration, OSError, ValueError, KeyError, TypeError):
        return None
