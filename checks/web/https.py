"""HTTPS is there, visitors are led to it, and never back."""

from __future__ import annotations

from collections.abc import Iterator

from checks.references import ANSSI_HYGIENE_21, RFC_9325, RPNT_1_4, RPNT_1_7
from checks.web.home import HomePage, PlainPage, is_sibling, place_of, refuses_oddly, steps
from checks.web.reachable import NOT_IN_DNS, circle
from scanner.because import Because
from scanner.contract import check
from scanner.model import Absent, Actor, Effort, Flaw, NotApplicable, Reason, Severity, Site, Unknown, Unobserved, Verdict


@check(
    "web.https-missing",
    severity=Severity.HIGH,
    references=(RPNT_1_4, ANSSI_HYGIENE_21, RFC_9325),
    actor=Actor.WEB_HOST,
    effort=Effort.HOURS,
    variants=("broken", "closed"),
)
def https_missing(site: Site, page: HomePage | Absent, plain: PlainPage | Absent | Unobserved) -> Iterator[Verdict]:
    """The site serves a page in clear text, and its port 443 positively offers no HTTPS, or only an error."""
    if isinstance(page, HomePage):
        if page.status >= 400 and page.host == site.name and isinstance(plain, PlainPage) and _serves(site, plain):
            evidence = (*steps(plain.hops), f"{page.url}: HTTP {page.status}"[:500])
            yield Flaw({"status": page.status}, evidence=evidence, variant="broken")
        return
    if isinstance(plain, Unobserved):
        yield Unknown(plain.reason, plain.detail, plain.because)
        return
    if page.proof in NOT_IN_DNS or isinstance(plain, Absent):
        yield NotApplicable("no web site answers at this name")
        return
    target = place_of(plain.location)[1] or place_of(plain.url)[1]
    if target != site.name:
        yield NotApplicable(f"{site.name} leads to {target}")
    elif refuses_oddly(plain.status):
        yield Unknown(Reason.UNDETERMINED, f"HTTP {plain.status}", Because.ERROR_PAGE)
    elif plain.status >= 400:
        yield NotApplicable(f"the page answers HTTP {plain.status}")
    elif plain.stopped == "circle":
        yield NotApplicable("no page is shown in clear text: its redirects turn in a circle")
    elif place_of(plain.location)[0] == "http":
        yield _endless(plain)
    else:
        evidence = (*steps(plain.hops), page.detail[:500])
        yield Flaw(evidence=evidence, variant="closed" if plain.location else "")


@check(
    "web.http-not-redirected",
    severity=Severity.MEDIUM,
    references=(RPNT_1_7, ANSSI_HYGIENE_21),
    actor=Actor.WEB_HOST,
    effort=Effort.MINUTES,
    variants=("circle",),
)
def http_not_redirected(site: Site, page: HomePage, plain: PlainPage | Absent) -> Iterator[Verdict]:
    """HTTPS works, but who types the name without https stays in clear text."""
    if isinstance(plain, Absent):
        return
    scheme, _ = place_of(plain.location)
    host = place_of(plain.url)[1]
    if scheme == "https":
        return
    if page.status >= 400:
        apart = _serves(site, plain)
        yield (
            NotApplicable("HTTPS is broken, and that is said apart")
            if apart
            else Unknown(Reason.UNDETERMINED, f"HTTPS {page.status}", Because.ERROR_PAGE)
        )
        return
    if page.stopped:
        yield Unknown(Reason.UNDETERMINED, page.hops[-1].location[:200] if page.hops else "", Because.REDIRECTS_UNFINISHED)
    elif plain.stopped == "circle":
        yield Flaw(circle(plain), evidence=steps(plain.hops), variant="circle")
    elif scheme:
        yield _endless(plain)
    elif host != site.name and is_sibling(site, host):
        yield NotApplicable(f"{site.name} leads to {host}")
    elif refuses_oddly(plain.status):
        yield Unknown(Reason.UNDETERMINED, f"HTTP {plain.status}", Because.ERROR_PAGE)
    elif not 200 <= plain.status < 300:
        yield NotApplicable(f"the page answers HTTP {plain.status}")
    else:
        way = steps(plain.hops) or (f"{plain.url}: HTTP {plain.status}"[:500],)
        yield Flaw({"url": plain.url[:200], "status": plain.status}, evidence=way)


@check(
    "web.https-downgrade",
    severity=Severity.MEDIUM,
    references=(RPNT_1_7, RPNT_1_4, ANSSI_HYGIENE_21),
    actor=Actor.WEB_HOST,
    effort=Effort.MINUTES,
    variants=("detour",),
)
def https_downgrade(site: Site, page: HomePage) -> Iterator[Verdict]:
    """An HTTPS address redirects to plain HTTP; for good, or as a detour on the way to HTTPS."""
    drop = next((hop for hop in page.hops if place_of(hop.url)[0] == "https" and place_of(hop.location)[0] == "http"), None)
    if drop is None:
        return
    host = place_of(drop.url)[1]
    if host != site.name and is_sibling(site, host):
        yield NotApplicable(f"{site.name} leads to {host}")
        return
    facts = {"start": drop.url[:200], "target": drop.location[:200]}
    if place_of(page.url)[0] == "https" and drop != page.hops[-1]:
        yield Flaw({**facts}, severity=Severity.LOW, evidence=steps(page.hops), variant="detour")
    else:
        yield Flaw({**facts}, evidence=steps(page.hops))


def _endless(plain: PlainPage) -> Unknown:
    return Unknown(Reason.UNDETERMINED, plain.location[:200], Because.REDIRECTS_UNFINISHED)


def _serves(site: Site, plain: PlainPage) -> bool:
    """Whether the site itself shows a page in clear text."""
    return 200 <= plain.status < 300 and place_of(plain.url)[1] == site.name
