"""ScanResult -> what every document shows, in order, before any medium. Frozen, and free of markup."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scanner.advice import Advice, AdviceError, for_the_mayor, texts
from scanner.catalogue import Catalogue
from scanner.contract import CheckSpec
from scanner.model import Actor, Domain, Effort, Outcome, Reference, Severity, Status
from scanner.names import NotADomain, read_domain
from scanner.report.blemishes import blemished, thing
from scanner.report.findings import Evidence, Group, advice_of, evidence_of, grouped
from scanner.report.inventory import SubjectView, inventory
from scanner.report.machines import actor_of, keepers
from scanner.report.unseen import CheckView, UnseenView, group_unseen
from scanner.report.values import Worded, visible
from scanner.report.words import Words, check_name, words
from scanner.report.writers import to_text
from scanner.result import ScanResult
from scanner.scoring import OUTSIDE_PERIMETER, PILLARS, POINTS, Pillar, Score


@dataclass(frozen=True, slots=True)
class FindingView:
    """One thing to correct. `number` counts from 1 in order of urgency; the first of `subjects` is the one its text names.
    `decision` is what to do in a few words, "" where a third party's check does not say."""

    number: int
    check: str
    variant: str
    title: str
    severity: Severity
    subjects: tuple[str, ...]
    advice: Advice
    evidence: tuple[Evidence, ...]
    actor: Actor
    effort: Effort
    references: tuple[Reference, ...]
    decision: str = ""


@dataclass(frozen=True, slots=True)
class LossView:
    """Points that one check took from its pillar; `finding` is the number of the finding that explains it."""

    points: int
    finding: int


@dataclass(frozen=True, slots=True)
class PillarView:
    """One line of the score."""

    id: str
    value: int | None
    grade: str | None
    coverage: int
    examined: bool
    losses: tuple[LossView, ...]


@dataclass(frozen=True, slots=True)
class ReportView:
    """Everything that the documents of one scan show. `shown` is the domain in Unicode and in A-labels;
    `caps` are the numbers of the findings that lowered the value."""

    domain: str
    shown: str
    moment: datetime
    score: Score
    caps: tuple[int, ...]
    pillars: tuple[PillarView, ...]
    findings: tuple[FindingView, ...]
    unknown: tuple[UnseenView, ...]
    unexamined: tuple[UnseenView, ...]
    conform: tuple[tuple[str, tuple[CheckView, ...]], ...]
    not_applicable: int
    subjects: tuple[SubjectView, ...]
    result: ScanResult

    @property
    def conform_count(self) -> int:
        """How many checks pass on everything that they were asked of."""
        return sum(len(checks) for _, checks in self.conform)


def view(result: ScanResult, catalogue: Catalogue, lang: str) -> ReportView:
    """Arrange one result. `catalogue` is the one that judged it."""
    titles = {spec.id: Worded(to_text(texts(spec, lang)[""].title)) for spec in catalogue.checks}
    names = {check: check_name(lang, check) or title for check, title in titles.items()}
    fine = {check: check_name(lang, check) or words(lang)("report.no_flaw", title=title) for check, title in titles.items()}
    findings = _findings(result, catalogue, lang)
    by_check: dict[str, list[Outcome]] = {}
    for outcome in result.outcomes:
        by_check.setdefault(outcome.check, []).append(outcome)
    unseen = group_unseen(result, names, lang)
    return ReportView(
        domain=result.domain.name,
        shown=_shown(result.domain.name),
        moment=result.started_at,
        score=result.score,
        caps=_caps(result.score, findings),
        pillars=_pillars(result, findings),
        findings=findings,
        unknown=tuple(each for each in unseen if each.reason not in OUTSIDE_PERIMETER),
        unexamined=tuple(each for each in unseen if each.reason in OUTSIDE_PERIMETER),
        conform=_conform(by_check, fine, blemished(result, thing)),
        not_applicable=sum(all(each.status is Status.NOT_APPLICABLE for each in group) for group in by_check.values()),
        subjects=inventory(result, words(lang)),
        result=result,
    )


def pillar_of(family: str) -> str:
    """The pillar that gathers a family; `other` for a third party's."""
    return next((pillar for pillar, (_, families) in PILLARS.items() if family in families), "other")


def capped(report: ReportView, say: Words) -> str:
    """The sentence on what limits the value; "" where nothing does."""
    if not report.caps:
        return ""
    causes = tuple(say("report.loss_of", number=number) for number in report.caps)
    return say("report.capped", uncapped=report.score.uncapped or 0, causes=causes)


def _findings(result: ScanResult, catalogue: Catalogue, lang: str) -> tuple[FindingView, ...]:
    groups = sorted(grouped(result.outcomes), key=lambda group: _urgency(group, result.score))
    machines = keepers(result, catalogue)
    found = []
    for number, group in enumerate(groups, 1):
        spec = catalogue.check(group.check)
        if spec is None:
            raise ValueError(f"{group.check} is not in this catalogue")
        advice = advice_of(spec, group, result.domain, lang)
        found.append(
            FindingView(
                number,
                group.check,
                group.finding.variant,
                to_text(advice.title),
                group.finding.severity,
                tuple(subject.name for subject in group.subjects),
                advice,
                evidence_of(group),
                actor_of(spec.actor, group.subjects, machines),
                spec.effort,
                spec.references,
                _decision(spec, group, result.domain, lang),
            )
        )
    return tuple(found)


def _decision(spec: CheckSpec, group: Group, domain: Domain, lang: str) -> str:
    try:
        return to_text(for_the_mayor(spec, group.finding.variant, domain, lang).decision)
    except AdviceError:
        return ""


def _urgency(group: Group, score: Score) -> tuple[int, bool, int, str]:
    """Severity, then what caps the grade, then the points it takes from the overall value."""
    severity = group.finding.severity
    weight = PILLARS.get(pillar_of(group.check.partition(".")[0]), (0, ()))[0]
    return (-severity, group.check not in score.caps, -POINTS[severity] * weight, group.check)


def _pillars(result: ScanResult, findings: tuple[FindingView, ...]) -> tuple[PillarView, ...]:
    numbers = {finding.check: finding.number for finding in reversed(findings)}
    return tuple(
        PillarView(
            pillar.id,
            pillar.value,
            pillar.grade,
            pillar.coverage,
            pillar.examined,
            _losses(pillar, numbers),
        )
        for pillar in result.score.pillars
    )


def _caps(score: Score, findings: tuple[FindingView, ...]) -> tuple[int, ...]:
    if score.value is None or score.uncapped is None or score.value >= score.uncapped:
        return ()
    return tuple(finding.number for finding in findings if finding.check in score.caps)


def _losses(pillar: Pillar, numbers: dict[str, int]) -> tuple[LossView, ...]:
    losses = (LossView(loss.points, numbers[loss.check]) for loss in pillar.losses)
    return tuple(sorted(losses, key=lambda loss: loss.finding))


def _conform(
    by_check: dict[str, list[Outcome]], names: dict[str, str], spoilt: frozenset[str]
) -> tuple[tuple[str, tuple[CheckView, ...]], ...]:
    """By pillar, the checks that pass on all they apply to; none whose matter has a finding, or was not all seen."""
    found: dict[str, list[CheckView]] = {}
    for check, outcomes in by_check.items():
        counted = [each for each in outcomes if each.status is not Status.NOT_APPLICABLE]
        if check not in spoilt and counted and all(each.status is Status.PASS for each in counted):
            pillar = pillar_of(check.partition(".")[0])
            found.setdefault(pillar, []).append(CheckView(check, names.get(check, check)))
    return tuple((pillar, tuple(found[pillar])) for pillar in (*PILLARS, "other") if pillar in found)


def _shown(domain: str) -> str:
    try:
        return str(read_domain(domain))
    except NotADomain:
        return visible(domain, 260)
