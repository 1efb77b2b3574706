"""The age of what makes the site: content managers, by the versions that they show themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from checks.references import ANSSI_HYGIENE_34, ANSSI_HYGIENE_35, RECYF_5_B_4, RECYF_5_B_7
from checks.software.judging import Dated, dated
from checks.software.lifecycle import Age, Menace, dangers
from checks.software.products import SiteSoftware
from scanner.because import Because
from scanner.contract import check
from scanner.model import Actor, Effort, Flaw, NotApplicable, Reason, Severity, Site, Unknown, Verdict


@check(
    "software.cms-outdated",
    severity=Severity.MEDIUM,
    references=(ANSSI_HYGIENE_34, RECYF_5_B_4),
    actor=Actor.CMS_MAINTAINER,
    effort=Effort.HOURS,
    variants=("security",),
)
def cms_outdated(site: Site, software: SiteSoftware, now: datetime) -> Iterator[Verdict]:
    """The maintained branch of the content manager went on without this site."""
    for seen in dated(software, "cms", now):
        if not isinstance(seen, Dated):
            yield seen
        elif seen.age is Age.LATE:
            advisories = tuple(danger.id for danger in dangers(seen.product, seen.version, Menace.ADVISORY))
            if advisories:
                facts = {**seen.facts, "advisories": advisories}
                yield Flaw(facts, severity=Severity.HIGH, evidence=seen.evidence, variant="security")
            else:
                yield Flaw(seen.facts, evidence=seen.evidence)
        elif seen.age is Age.ENDED:
            yield NotApplicable("its branch is no longer maintained: see software.cms-end-of-life")
        elif (doubt := seen.doubt) is not None:
            yield doubt


@check(
    "software.cms-end-of-life",
    severity=Severity.HIGH,
    references=(ANSSI_HYGIENE_35, RECYF_5_B_7),
    actor=Actor.CMS_MAINTAINER,
    effort=Effort.PROJECT,
)
def cms_end_of_life(site: Site, software: SiteSoftware, now: datetime) -> Iterator[Verdict]:
    """Nobody publishes security fixes any more for the branch of this content manager."""
    for seen in dated(software, "cms", now):
        if not isinstance(seen, Dated):
            yield seen
        elif seen.age is Age.ENDED:
            yield Flaw(seen.facts, evidence=seen.evidence)
        elif seen.age is Age.NEWER and seen.standing.branch is not None:
            continue  # a release that we do not know, of a branch that we know to be maintained
        elif seen.age is Age.PATCHED:
            continue
        elif (doubt := seen.doubt) is not None:
            yield doubt


@check(
    "software.cms-installer",
    severity=Severity.CRITICAL,
    references=(ANSSI_HYGIENE_34, RECYF_5_B_4),
    actor=Actor.CMS_MAINTAINER,
    effort=Effort.MINUTES,
)
def cms_installer(site: Site, software: SiteSoftware) -> Iterator[Verdict]:
    """An installation page is open to every visitor: the first one to fill it in owns the site."""
    if software.installer:
        address = software.installer_at or software.url  # observations of older versions have no address of their own
        yield Flaw({"product": software.installer, "address": address[:300]}, evidence=(address[:500],))
    elif software.unfinished:
        yield Unknown(Reason.UNDETERMINED, software.unfinished, Because.INSTALLER_UNSEEN)
