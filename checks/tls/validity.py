"""The dates of the site's certificate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from checks.references import RECYF_18_3, RFC_5280, RPNT_1_5
from checks.tls.certificate import SiteCertificate
from scanner.because import Because
from scanner.contract import check
from scanner.model import Actor, Effort, Flaw, NotApplicable, Reason, Severity, Site, Unknown, Verdict

NOTICE = timedelta(days=21)  # automatic renewals happen a third of the lifetime before the end: 30 days of 90, 15 of 45
URGENT = timedelta(days=7)


@check(
    "tls.certificate-expired",
    severity=Severity.HIGH,
    references=(RPNT_1_5, RFC_5280, RECYF_18_3),
    actor=Actor.WEB_HOST,
    effort=Effort.MINUTES,
)
def certificate_expired(site: Site, shown: SiteCertificate, now: datetime) -> Iterator[Verdict]:
    """Browsers stop every visitor: the certificate has ended."""
    end = shown.leaf.not_after
    if end is None:
        yield Unknown(Reason.MALFORMED, because=Because.CERTIFICATE_UNREAD)
    elif end < now:
        yield Flaw({"ended": end}, evidence=shown.leaf.evidence())


@check(
    "tls.certificate-not-yet-valid",
    severity=Severity.HIGH,
    references=(RPNT_1_5, RFC_5280, RECYF_18_3),
    actor=Actor.WEB_HOST,
    effort=Effort.MINUTES,
)
def certificate_not_yet_valid(site: Site, shown: SiteCertificate, now: datetime) -> Iterator[Verdict]:
    """Browsers stop every visitor: the certificate begins later."""
    start = shown.leaf.not_before
    if start is None:
        yield Unknown(Reason.MALFORMED, because=Because.CERTIFICATE_UNREAD)
    elif start > now:
        yield Flaw({"begins": start}, evidence=shown.leaf.evidence())


@check(
    "tls.certificate-expiring",
    severity=Severity.MEDIUM,
    references=(RPNT_1_5, RFC_5280, RECYF_18_3),
    actor=Actor.WEB_HOST,
    effort=Effort.MINUTES,
)
def certificate_expiring(site: Site, shown: SiteCertificate, now: datetime) -> Iterator[Verdict]:
    """The renewal is late: less than 21 days, or than a quarter of the lifetime, is left."""
    start, end = shown.leaf.not_before, shown.leaf.not_after
    if start is None or end is None:
        yield Unknown(Reason.MALFORMED, because=Because.CERTIFICATE_UNREAD)
    elif end < now:
        yield NotApplicable("it has already ended")
    elif end - now < min(NOTICE, (end - start) / 4):
        severity = Severity.MEDIUM if end - now <= URGENT else Severity.LOW
        yield Flaw({"ends": end, "days": (end - now).days}, severity=severity, evidence=shown.leaf.evidence())
