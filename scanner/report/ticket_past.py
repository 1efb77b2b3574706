"""What an earlier examination says of a ticket: which points are new, which were known, what was done since."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.catalogue import Catalogue
from scanner.diff import Change, Movement, compare
from scanner.dossier import Dossier
from scanner.model import Actor, Host, MailServer
from scanner.report.duties import Duty, duty_of
from scanner.report.machines import actor_of, keepers
from scanner.report.values import Worded, day, visible
from scanner.report.view import FindingView
from scanner.report.words import check_name, words
from scanner.report.zones import local
from scanner.suppliers.recognise import Supplier


@dataclass(frozen=True, slots=True)
class Past:
    """`findings` are the (check, variant, subject's name) of then; `changes` are by check,
    `machines` say who answered for a machine then."""

    lang: str
    day: Worded
    findings: frozenset[tuple[str, str, str]]
    changes: dict[str, tuple[Change, ...]]
    catalogue: Catalogue
    machines: dict[Host, Actor]

    def mark(self, finding: FindingView) -> str:
        """Whether the same was seen before; "" where that examination does not tell."""
        changes = [
            change
            for change in self.changes.get(finding.check, ())
            if any(subject.name in finding.subjects for subject in change.subjects)
        ]
        names = {*finding.subjects, *(subject.name for change in changes for subject in change.formerly)}
        if any((finding.check, finding.variant, name) in self.findings for name in names):
            return words(self.lang)("ticket.again", day=self.day)
        if any(change.movement is Movement.NEW for change in changes):
            return words(self.lang)("ticket.new", day=self.day)
        return ""

    def fixed(self, duty: Duty, suppliers: tuple[Supplier, ...]) -> str:
        """What this addressee corrected since; a thank-you is read."""
        names: dict[str, None] = {}
        for change in (each for changes in self.changes.values() for each in changes if each.movement is Movement.FIXED):
            spec = self.catalogue.check(change.check)
            on_servers = all(isinstance(subject, MailServer) for subject in change.subjects)
            if spec is None:
                continue
            actor = actor_of(spec.actor, change.subjects, self.machines)
            if duty_of(actor, on_servers, suppliers) is duty:
                names.setdefault(check_name(self.lang, change.check) or visible(change.check))
        apart = "\u202f; " if self.lang == "fr" else "; "
        return words(self.lang)("ticket.fixed", day=self.day, list=Worded(apart.join(names))) if names else ""


def read_past(dossier: Dossier, catalogue: Catalogue, lang: str) -> Past | None:
    """The earlier examination; None where there is none."""
    if dossier.previous is None:
        return None
    diff = compare(dossier.previous, dossier.result)
    changes: dict[str, tuple[Change, ...]] = {}
    for change in diff.changes:
        changes[change.check] = (*changes.get(change.check, ()), change)
    findings = (
        (outcome.check, finding.variant, outcome.subject.name)
        for outcome in dossier.previous.outcomes
        for finding in outcome.findings
    )
    return Past(
        lang,
        day(local(diff.before_at, dossier.town.departement), lang),
        frozenset(findings),
        changes,
        catalogue,
        keepers(dossier.previous, catalogue),
    )
