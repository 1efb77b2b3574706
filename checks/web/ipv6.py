"""Whether the sites have an IPv6 address. Reachability over IPv6 is not judged: this machine may have none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checks.references import RFC_8200
from scanner.contract import check, probe
from scanner.discovery import Addresses
from scanner.model import (
    Actor,
    Domain,
    Effort,
    Flaw,
    NotApplicable,
    Observation,
    Reason,
    Severity,
    Site,
    Unknown,
    Unobserved,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class SiteFamilies(Observation):
    """Which address families a site has, apart from those of mail servers; `ipv6` is None where it was not seen."""

    name: str
    ipv6: bool | None


@probe(seconds=1)
async def site_families(site: Site, addresses: Addresses) -> SiteFamilies:
    """Set the sites' own addresses apart, so that a check of the domain can gather them; asks nothing."""
    return SiteFamilies(site.name, True if addresses.ipv6 else None if addresses.ipv6_unseen else False)


@check("web.ipv6-missing", severity=Severity.INFO, references=(RFC_8200,), actor=Actor.WEB_HOST, effort=Effort.HOURS)
def ipv6_missing(domain: Domain, sites: tuple[SiteFamilies | Unobserved, ...]) -> Iterator[Verdict]:
    """A name of the site has an IPv4 address and positively no IPv6 address."""
    if not sites:
        yield NotApplicable("no site has an address")
    lacking = tuple(site.name for site in sites if isinstance(site, SiteFamilies) and site.ipv6 is False)
    if lacking:
        yield Flaw({"sites": lacking}, evidence=tuple(f"{name} AAAA: NODATA" for name in lacking))
    for site in sites:
        if isinstance(site, Unobserved):
            yield Unknown(site.reason, site.detail, site.because)
        elif site.ipv6 is None:
            yield Unknown(Reason.DNS_FAILURE, f"{site.name} AAAA")
