"""Outcomes -> findings as a reader counts them: the same flaw on apex and www is one."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass

from scanner.advice import Advice, AdviceError, outline, render, texts
from scanner.contract import CheckSpec
from scanner.model import Domain, Fact, Finding, Outcome, Site, Subject
from scanner.report.values import CUT, exact

log = logging.getLogger(__name__)
MAX_LINE = 500  # characters of one line of evidence
MAX_LINES = 20  # lines of evidence of one subject


@dataclass(frozen=True, slots=True)
class Group:
    """The same finding on one or more subjects; `findings` in the order of `subjects`."""

    check: str
    subjects: tuple[Subject, ...]
    findings: tuple[Finding, ...]

    @property
    def finding(self) -> Finding:
        """The one that the text is made of."""
        return self.findings[0]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was received, made visible and cut; `subject` is "" where every subject sent the same."""

    subject: str
    lines: tuple[str, ...]


def grouped(outcomes: Iterable[Outcome]) -> tuple[Group, ...]:
    """One group for each (check, severity, variant, facts); facts that differ by the site's own name alone are alike."""
    found: dict[tuple[object, ...], list[tuple[Subject, Finding]]] = {}
    for outcome in outcomes:
        for finding in outcome.findings:
            facts = tuple(sorted((name, _nameless(value, outcome.subject)) for name, value in finding.facts.items()))
            found.setdefault((outcome.check, finding.severity, finding.variant, facts), []).append((outcome.subject, finding))
    return tuple(
        Group(str(key[0]), tuple(subject for subject, _ in members), tuple(finding for _, finding in members))
        for key, members in found.items()
    )


def _nameless(value: Fact, subject: Subject) -> str:
    """A fact to compare by: what apex and www of one town show alike is one fault."""
    shown = repr(value)
    if not isinstance(subject, Site):
        return shown
    return re.sub(rf"(?<![\w.-]){re.escape(subject.name)}(?![\w-])", "{site}", shown)


def evidence_of(group: Group) -> tuple[Evidence, ...]:
    """The evidence once where it is the same everywhere, else by subject."""
    different = dict.fromkeys(finding.evidence for finding in group.findings if finding.evidence)
    if not different:
        return ()
    if len(different) == 1 and all(finding.evidence for finding in group.findings):
        return (Evidence("", _lines(group.finding.evidence)),)
    pairs = zip(group.subjects, group.findings, strict=True)
    return tuple(Evidence(subject.name, _lines(finding.evidence)) for subject, finding in pairs if finding.evidence)


def advice_of(spec: CheckSpec, group: Group, domain: Domain, lang: str, products: frozenset[str] = frozenset()) -> Advice:
    """Its text, for the products in use there; where a third party's check forgot a fact, the text without facts, so
    that the finding is never lost."""
    try:
        return render(spec, group.finding, group.subjects[0], domain, lang, products)
    except AdviceError:
        log.exception("text of %s", spec.id)
        known = texts(spec, lang)
        return outline(known.get(group.finding.variant, known[""]), lang)


def _lines(evidence: tuple[str, ...]) -> tuple[str, ...]:
    """Each line of evidence cut, then shown on as many lines as it was received on."""
    shown = [part for line in evidence[:MAX_LINES] for part in _cut(line).split("\n")]
    whole = len(evidence) <= MAX_LINES and len(shown) <= 2 * MAX_LINES
    return tuple(exact(line, 2 * MAX_LINE) for line in shown[: 2 * MAX_LINES]) + (() if whole else (CUT,))


def _cut(line: str) -> str:
    unified = line[: MAX_LINE + 1].replace("\r\n", "\n").rstrip("\n")
    return unified if len(line) <= MAX_LINE else f"{unified[:MAX_LINE]} {CUT}"
