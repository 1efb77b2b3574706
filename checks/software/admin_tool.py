"""A database administration tool that every visitor can open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checks.references import ANSSI_HYGIENE_23, ANSSI_HYGIENE_28, RECYF_8
from checks.software.product_files import phpmyadmin_login
from checks.software.products import SiteSoftware, below
from checks.web.home import place_of
from scanner.contract import check, probe
from scanner.model import Absent, Actor, Effort, Flaw, Level, Observation, Proof, Severity, Site, Unknown, Unobserved, Verdict
from scanner.net import Net


@dataclass(frozen=True, slots=True)
class PhpMyAdminPage(Observation):
    """The login page of phpMyAdmin; `shown` is the version as printed, or ""."""

    url: str
    shown: str = ""


@probe(seconds=10, level=Level.ACTIVE)
async def phpmyadmin_page(site: Site, software: SiteSoftware, net: Net) -> PhpMyAdminPage | Absent:
    """Ask /phpmyadmin/ once, unless a link has already led there."""
    if (linked := _linked(software)) is not None:
        return linked
    answer = await net.http.get(below(software.url, "/phpmyadmin/"))
    if answer.status in (401, 403):
        return Absent(Proof.NOT_OFFERED, f"/phpmyadmin/ answers HTTP {answer.status}")
    if answer.status in (404, 410):
        return Absent(Proof.NOT_FOUND, f"/phpmyadmin/ answers HTTP {answer.status}")
    same_host = place_of(answer.url)[1] == site.name
    version = phpmyadmin_login(answer) if answer.status == 200 and same_host else None
    if version is None:
        return Absent(Proof.NONE, f"/phpmyadmin/ answers HTTP {answer.status}, not a login page of phpMyAdmin")
    return PhpMyAdminPage(answer.url[:300], version)


@check(
    "software.admin-tool-exposed",
    severity=Severity.MEDIUM,
    references=(ANSSI_HYGIENE_28, ANSSI_HYGIENE_23, RECYF_8),
    actor=Actor.WEB_HOST,
    effort=Effort.MINUTES,
)
def admin_tool_exposed(site: Site, software: SiteSoftware, tried: PhpMyAdminPage | Absent | Unobserved) -> Iterator[Verdict]:
    """phpMyAdmin shows its login form to anybody."""
    seen = _linked(software) or tried
    if isinstance(seen, PhpMyAdminPage):
        yield Flaw({"product": "phpMyAdmin", "address": seen.url}, evidence=(f"{seen.url} phpMyAdmin {seen.shown}".strip(),))
    elif isinstance(seen, Unobserved):
        yield Unknown(seen.reason, seen.detail, seen.because)


def _linked(software: SiteSoftware) -> PhpMyAdminPage | None:
    """The login page that a link of the home page led to."""
    for seen in software.products:
        if seen.product == "phpmyadmin" and seen.confirmed:
            return PhpMyAdminPage(below(software.url, seen.base)[:300], seen.version)
    return None
