"""Whether the town's web presence answers at all."""

from __future__ import annotations

from collections.abc import Iterator

from checks.references import RFC_9110, RPNT_1_3
from checks.web.home import HomePage, PlainPage, place_of, steps
from scanner.because import Because
from scanner.contract import check
from scanner.model import (
    Absent,
    Actor,
    Domain,
    Effort,
    Fact,
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
    variants=("error", "circle"),
)
def unreachable(
    domain: Domain, pages: tuple[HomePage | Absent | Unobserved, ...], plain: tuple[PlainPage | Absent | Unobserved, ...]
) -> Iterator[Verdict]:
    """The site's names exist, but every port refuses, every answer is an error, or the redirects turn in a circle."""
    sights = [sight for sight in (*pages, *plain) if not _not_in_dns(sight) and not _leads_back(domain, sight)]
    if any(_shows_a_page(sight) for sight in sights):
        return
    if not sights:
        yield NotApplicable("neither the domain nor its www has an address")
        return
    for sight in sights:
        if isinstance(sight, Unobserved):
            yield Unknown(sight.reason, sight.detail, sight.because)
        elif isinstance(sight, HomePage | PlainPage) and not _is_dead(sight):
            if sight.status >= 400:
                yield Unknown(Reason.UNDETERMINED, f"{sight.url[:200]} HTTP {sight.status}", Because.ERROR_PAGE)
            else:
                yield Unknown(Reason.UNDETERMINED, sight.url[:200], Because.DEAD_END)
    answers = [sight for sight in sights if isinstance(sight, HomePage | PlainPage)]
    if all(_is_dead(answer) for answer in answers) and not any(isinstance(sight, Unobserved) for sight in sights):
        yield _flaw(answers, [sight for sight in sights if isinstance(sight, Absent)])


def _flaw(answers: list[HomePage | PlainPage], closed: list[Absent]) -> Flaw:
    """Errors speak before circles, and both before closed ports: somebody is there to repair."""
    evidence = tuple(line for answer in answers for line in _seen(answer)) + tuple(absent.detail[:500] for absent in closed)
    if error := next((answer for answer in answers if answer.status >= 500), None):
        return Flaw({"status": error.status, "url": error.url[:200]}, evidence=evidence, variant="error")
    if answers:
        return Flaw(circle(answers[0]), evidence=evidence, variant="circle")
    return Flaw(evidence=evidence)


def circle(turning: HomePage | PlainPage) -> dict[str, Fact]:
    """The address that came back, and where it leads."""
    last = turning.hops[-1]
    return {"url": last.url[:200], "target": last.location[:200]}


def _seen(answer: HomePage | PlainPage) -> tuple[str, ...]:
    return steps(answer.hops) if answer.stopped else (f"{answer.url}: HTTP {answer.status}"[:500],)


def _is_dead(answer: HomePage | PlainPage) -> bool:
    """An error of the server, or redirects that turn in a circle without asking for a cookie."""
    return answer.status >= 500 or answer.stopped == "circle"


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
