"""The age of the webmail that the site leads to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from checks.references import ANSSI_HYGIENE_34, ANSSI_HYGIENE_35, RECYF_5_B_4
from checks.software.judging import Dated, dated
from checks.software.lifecycle import Age
from checks.software.products import SiteSoftware
from scanner.contract import check
from scanner.model import Actor, Effort, Flaw, Severity, Site, Verdict


@check(
    "software.webmail-outdated",
    severity=Severity.MEDIUM,
    references=(ANSSI_HYGIENE_34, ANSSI_HYGIENE_35, RECYF_5_B_4),
    actor=Actor.MAIL_HOST,
    effort=Effort.HOURS,
    variants=("ended",),
)
def webmail_outdated(site: Site, software: SiteSoftware, now: datetime) -> Iterator[Verdict]:
    """Roundcube is behind the last release of its branch, or its branch has ended."""
    for seen in dated(software, "webmail", now):
        if not isinstance(seen, Dated):
            yield seen
        elif seen.age is Age.LATE:
            yield Flaw(seen.facts, evidence=seen.evidence)
        elif seen.age is Age.ENDED:
            yield Flaw(seen.facts, severity=Severity.HIGH, evidence=seen.evidence, variant="ended")
        elif (doubt := seen.doubt) is not None:
            yield doubt
