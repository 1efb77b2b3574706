"""Whether the town's web presence answers at all."""

from __future__ import annotations

from collections.abc import Iterator

from checks.references import RFC_9110, RPNT_1_3
from checks.web.home import HomePage, PlainPage, place_of
from scanner.contract import check
from scanner.model import (
    Absent,
    Actor,
    Domain,
    Effort,
    Flaw,
    NotApplicable,
    Proof,
    Reason,
    Severity,
    Unknown,
    Unobserved,
    Verdict,
)

Sight = HomePage | PlainPage | Absent | Unobserved
NOT_IN_DNS = (Proof.NXDOMAIN, Proof.NODATA)


@check(
    "web.unreachable",
    severity=Severity.HIGH,
    references=(RPNT_1_3, RFC_9110),
    actor=Actor.WEB_HOST,
    effort=Effort.HOURS,
    variants=("error",),
)
def unreachable(
    domain: Domain, pages: tuple[HomePage | Absent | Unobserved, ...], plain: tuple[PlainPage | Absent | Unobserved, ...]
) -> Iterator[Verdict]:
    """The site's names exist, but every port refuses, or every answer is an error of the server."""
    sights = [sight for sight in (*pages, *plain) if not _not_in_dns(sight) and not _leads_back(domain, sight)]
    if any(_shows_a_page(sight) for sight in sights):
        return
    if not sights:
        yield NotApplicable("neither the domain nor its www has an address")
        return
    for sight in sights:
        if isinstance(sight, Unobserved):
            yield Unknown(sight.reason, sight.detail)
        elif isinstance(sight, HomePage | PlainPage) and sight.status < 400:
            yield Unknown(Reason.UNDETERMINED, f"{sight.url[:200]} redirects to a place that did not answer")
        elif isinstance(sight, HomePage | PlainPage) and sight.status < 500:
            yield Unknown(Reason.UNDETERMINED, f"{sight.url[:200]}: HTTP {sight.status}")
    errors = [sight for sight in sights if isinstance(sight, HomePage | PlainPage)]
    if all(error.status >= 500 for error in errors) and not any(isinstance(sight, Unobserved) for sight in sights):
        yield _flaw(errors, [sight for sight in sights if isinstance(sight, Absent)])


def _flaw(errors: list[HomePage | PlainPage], closed: list[Absent]) -> Flaw:
    """Errors speak before closed ports: somebody is there to repair."""
    evidence = tuple(f"{error.url}: HTTP {error.status}"[:500] for error in errors) + tuple(
        absent.detail[:500] for absent in closed
    )
    if errors:
        return Flaw({"status": errors[0].status, "url": errors[0].url[:200]}, evidence=evidence, variant="error")
    return Flaw(evidence=evidence)


def _shows_a_page(sight: Sight) -> bool:
    """A page (2xx), or plain HTTP that leads to the HTTPS of another place; not a redirect whose end was not reached."""
    if isinstance(sight, HomePage):
        return 200 <= sight.status < 300 and not sight.stopped
    if not isinstance(sight, PlainPage):
        return False
    return place_of(sight.location)[0] == "https" if sight.location else 200 <= sight.status < 300


def _not_in_dns(sight: Sight) -> bool:
    return isinstance(sight, Absent) and sight.proof in NOT_IN_DNS


def _leads_back(domain: Domain, sight: Sight) -> bool:
    """A plain page that only sends to the HTTPS of the same town, which has its own sight."""
    if not isinstance(sight, PlainPage) or sight.status >= 400:
        return False
    scheme, host = place_of(sight.location)
    return scheme == "https" and host in (domain.name, f"www.{domain.name}")
