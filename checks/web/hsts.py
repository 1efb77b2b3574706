"""HSTS: browsers are told to come back over HTTPS only."""

from __future__ import annotations

from collections.abc import Iterator

from checks.references import ANSSI_HYGIENE_21, RFC_6797
from checks.web.home import HomePage, judged_elsewhere, received
from scanner.contract import check
from scanner.model import Actor, Effort, Flaw, Severity, Site, Verdict

SIX_MONTHS = 15_552_000  # seconds: 180 days, the floor that browsers' preload lists and scanners share


def max_age(values: tuple[str, ...]) -> int | None:
    """Seconds announced by the first Strict-Transport-Security line (RFC 6797 8.1), None where none is valid."""
    for directive in values[0].split(";") if values else ():
        name, _, value = directive.strip().partition("=")
        number = value.strip().strip('"')
        if name.strip().lower() == "max-age" and number.isascii() and number.isdigit():
            return int(number[:12])
    return None


@check(
    "web.hsts-missing",
    severity=Severity.MEDIUM,
    references=(RFC_6797, ANSSI_HYGIENE_21),
    actor=Actor.WEB_HOST,
    effort=Effort.MINUTES,
    variants=("short",),
)
def hsts_missing(site: Site, page: HomePage) -> Iterator[Verdict]:
    """HTTPS is offered, but a browser may still be led back to plain HTTP."""
    if elsewhere := judged_elsewhere(site, page):
        yield elsewhere
        return
    values = page.all("strict-transport-security")
    seconds = max_age(values)
    if not seconds:
        yield Flaw(evidence=received(page, "strict-transport-security"))
    elif seconds < SIX_MONTHS:
        evidence = received(page, "strict-transport-security")
        yield Flaw({"days": seconds // 86_400}, severity=Severity.LOW, evidence=evidence, variant="short")
