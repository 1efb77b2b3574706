"""What the answers say of the server and of PHP: end of support, and versions shown for nothing.

A banner is a weak witness: distributions mend old versions without changing their number. So only the
end of support is judged here, never a weakness, and a version that a supported distribution ships is left open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from checks.references import ANSSI_HYGIENE_34, ANSSI_HYGIENE_35, RECYF_5_B_7
from checks.software.lifecycle import Age, Product, Standing, branch_of, standing, table
from checks.software.products import SiteSoftware
from checks.software.versions import Version, read_version
from scanner.because import Because
from scanner.contract import check
from scanner.model import Actor, Effort, Fact, Flaw, NotApplicable, Reason, Severity, Site, Unknown, Verdict

MAX_TOKENS = 12
_TOKEN = re.compile(r"(?<![\w/])(nginx|apache|openssl|microsoft-iis|php)/(\d[\w.+~:-]{0,59})", re.IGNORECASE)
_PRODUCTS = {"nginx": "nginx", "apache": "apache", "openssl": "openssl", "microsoft-iis": "iis", "php": "php"}
_BRANDS = (
    ("debian", re.compile(r"\(\s?(?:debian|raspbian)", re.IGNORECASE)),
    ("ubuntu", re.compile(r"\(\s?ubuntu", re.IGNORECASE)),
    ("redhat", re.compile(r"\(\s?(?:red ?hat|centos|almalinux|rocky|oracle linux)", re.IGNORECASE)),
    # Built outside of any distribution, or by one that we do not follow: no fixes but the authors' own.
    ("other", re.compile(r"\((?:unix|win32|win64)\)|litespeed|plesklin|o2switch|microsoft-iis", re.IGNORECASE)),
)
_EXACT = re.compile(r"[A-Za-z!]{2}[\w! .-]{0,30}[/ ]v?\d{1,4}(?:\.\d{1,4}){1,3}")
_ASPNET = "x-aspnet-version"


@dataclass(frozen=True, slots=True)
class BannerVersion:
    """One `name/version` of a banner, and the distribution or platform that the banners name ("" for none)."""

    product: Product
    version: Version
    brand: str
    line: str

    def standing(self, now: datetime) -> Standing:
        """Its place in the table."""
        return standing(self.product, self.version, now, brand=self.brand)


def banner_versions(software: SiteSoftware) -> tuple[BannerVersion, ...]:
    """The versions that the banners name, each once, at most twelve."""
    everything = " ".join(banner.value for banner in software.banners)
    brand = next((name for name, mark in _BRANDS if mark.search(everything)), "")
    found: dict[tuple[str, str], BannerVersion] = {}
    for banner in software.banners:
        for name, text in _TOKEN.findall(banner.value)[:MAX_TOKENS]:
            version = read_version(text)
            if version is not None and len(found) < MAX_TOKENS:
                product = table().products[_PRODUCTS[name.lower()]]
                found[product.id, text] = BannerVersion(product, version, brand, f"{banner.header}: {banner.value}")
    return tuple(found.values())


@check(
    "software.php-end-of-life",
    severity=Severity.MEDIUM,
    references=(ANSSI_HYGIENE_35, RECYF_5_B_7),
    actor=Actor.WEB_HOST,
    effort=Effort.HOURS,
    variants=("distribution",),
)
def php_end_of_life(site: Site, software: SiteSoftware, now: datetime) -> Iterator[Verdict]:
    """PHP shows a branch for which nobody publishes fixes."""
    yield from _ended(software, "language", now)


@check(
    "software.server-end-of-life",
    severity=Severity.LOW,
    references=(ANSSI_HYGIENE_35, RECYF_5_B_7),
    actor=Actor.WEB_HOST,
    effort=Effort.HOURS,
    variants=("distribution",),
)
def server_end_of_life(site: Site, software: SiteSoftware, now: datetime) -> Iterator[Verdict]:
    """The web server, or the OpenSSL beside it, shows a branch for which nobody publishes fixes."""
    yield from _ended(software, "server", now)


@check(
    "software.version-disclosed",
    severity=Severity.INFO,
    references=(ANSSI_HYGIENE_34,),
    actor=Actor.WEB_HOST,
    effort=Effort.MINUTES,
)
def version_disclosed(site: Site, software: SiteSoftware) -> Iterator[Verdict]:
    """The site tells every visitor which exact versions it runs."""
    lines = [
        f"{banner.header}: {banner.value}"
        for banner in software.banners
        if _EXACT.search(banner.value) or (banner.header == _ASPNET and banner.value[:1].isdigit())
    ]
    lines += [f"generator: {text}" for text in software.generators if _EXACT.search(text)]
    if lines:
        places = tuple(dict.fromkeys(line.partition(":")[0] for line in lines))
        yield Flaw({"places": places, "example": lines[0][:100]}, evidence=tuple(line[:500] for line in lines))


def _ended(software: SiteSoftware, kind: str, now: datetime) -> Iterator[Verdict]:
    shown = [seen for seen in banner_versions(software) if seen.product.kind == kind]
    if not shown:
        yield NotApplicable("no banner shows a version")
    for seen in shown:
        place = seen.standing(now)
        name = f"{seen.product.name} {seen.version.text}"
        declared = bool(seen.version.distribution or seen.brand)
        given_up = place.branch is None or (place.branch.ended is not None and place.branch.ended <= now)
        if place.age is Age.ENDED:
            yield _flaw(seen, place)
        elif place.age is Age.NEWER and place.branch is None:
            yield Unknown(Reason.NEWER_THAN_DATA, f"{name}, {table().as_of}", Because.DATA_OLDER)
        elif place.age is Age.VAGUE:
            yield Unknown(Reason.UNDETERMINED, name, Because.VERSION_VAGUE)
        elif place.age is Age.UNDECIDED and place.release is None:
            yield NotApplicable(f"{name} is maintained by {seen.version.distribution}, whose release is not shown")
        elif place.release is not None and (place.age is Age.UNDECIDED or not declared) and (declared or given_up):
            owner = f"{place.release.distribution_name} {place.release.name}"
            yield Unknown(Reason.UNDETERMINED, f"{name}, {owner}", Because.DISTRIBUTION_MENDS)


def _flaw(seen: BannerVersion, place: Standing) -> Flaw:
    facts: dict[str, Fact] = {"product": seen.product.name, "version": seen.version.text, "newest": seen.product.maintained}
    if place.release is not None:
        facts |= {"distribution": place.release.distribution_name, "release": place.release.name, "ended": place.release.ended}
        return Flaw(facts, evidence=(seen.line[:500],), variant="distribution")
    if place.branch is not None and place.ended is not None:
        facts |= {"branch": branch_of(seen.version, place.branch), "ended": place.ended}
    return Flaw(facts, evidence=(seen.line[:500],))
