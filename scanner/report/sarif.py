"""The findings of a dossier as SARIF 2.1.0 (OASIS); docs/formats.md says what stands where, and why."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from scanner import __version__
from scanner.advice import HEADINGS
from scanner.catalogue import Catalogue
from scanner.contract import CheckSpec
from scanner.diff import Movement, compare
from scanner.dossier import Dossier, WaiverKind, Waivers
from scanner.model import Outcome, Reason, Site, Status, Subject
from scanner.report.findings import Group, advice_of, evidence_of
from scanner.report.installed import Installed
from scanner.report.json import plain_json
from scanner.report.sarif_rules import LEVELS, rule, sentence, weight
from scanner.report.values import visible
from scanner.report.waivers import MAX_WORDS
from scanner.report.words import check_name, words
from scanner.report.writers import to_text
from scanner.result import ScanResult

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

#: How a finding that was there before stands to the earlier result.
_KNOWN_BEFORE = {Movement.STILL: "unchanged", Movement.WORSE: "updated", Movement.LIGHTER: "updated"}

#: How far a waiver goes; one that lifts nothing (a critical finding) is `rejected`.
_STANDING = {WaiverKind.ACCEPTED_RISK: "accepted", WaiverKind.DISPUTE: "underReview"}

_LINK = re.compile(r"\](?=\()")
_PLACEHOLDER = re.compile(r"\{(\d+)\}")


@dataclass(frozen=True, slots=True)
class _Run:
    """`rules` are in order; `states` by check and subject, None where there is no earlier result; `waivers` likewise."""

    result: ScanResult
    rules: dict[str, CheckSpec]
    places: dict[str, int]
    states: dict[tuple[str, Subject], str] | None
    waivers: Waivers | None
    installed: Installed
    lang: str


def to_sarif(dossier: Dossier, catalogue: Catalogue, lang: str) -> str:
    """One log with one run: a result for each finding on each subject, a notification for what could not be verified."""
    result = dossier.result
    told = {outcome.check for outcome in result.outcomes if outcome.status in (Status.FAIL, Status.UNKNOWN)}
    rules = {spec.id: spec for spec in catalogue.checks if spec.id in told}
    places = {id: place for place, id in enumerate(rules)}
    run = _Run(result, rules, places, _states(dossier), dossier.waivers, Installed(result), lang)
    return plain_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(run)]}) + "\n"


def _states(dossier: Dossier) -> dict[tuple[str, Subject], str] | None:
    if dossier.previous is None:
        return None
    return {
        (change.check, subject): _KNOWN_BEFORE.get(change.movement, "new")
        for change in compare(dossier.previous, dossier.result).changes
        for subject in change.subjects
    }


def _run(run: _Run) -> dict[str, Any]:
    result, score = run.result, run.result.score
    rules = [rule(spec, run.lang) for spec in run.rules.values()]
    return {
        "tool": {"driver": {"name": "Beffroi", "semanticVersion": __version__, "language": run.lang, "rules": rules}},
        "automationDetails": {"id": f"beffroi/{result.domain.name}/{score.perimeter}/{_utc(result.started_at)}"},
        "invocations": [
            {
                "executionSuccessful": not result.interrupted,
                "startTimeUtc": _utc(result.started_at),
                "endTimeUtc": _utc(result.finished_at),
                "toolExecutionNotifications": [*_own_remarks(run), *_unseen(run)],
            }
        ],
        "language": run.lang,
        "columnKind": "unicodeCodePoints",
        "results": [each for outcome in result.outcomes for each in _results(run, outcome)],
        "properties": {
            "domain": result.domain.name,
            "grade": score.grade,
            "value": score.value,
            "coverage": score.coverage,
            "perimeter": score.perimeter.value,
            "scoringVersion": score.version,
        },
    }


def _own_remarks(run: _Run) -> Iterator[dict[str, Any]]:
    stopped = (words(run.lang)("sarif.interrupted"),) if run.result.interrupted else ()
    for text in (*stopped, *(visible(warning, 500) for warning in run.result.warnings)):
        yield {"level": "warning", "message": _message(text)}


def _unseen(run: _Run) -> Iterator[dict[str, Any]]:
    """One for each check and reason. Never a result: dashboards show every result as something to correct."""
    say = words(run.lang)
    unseen: dict[tuple[str, Reason], list[Subject]] = {}
    for outcome in run.result.outcomes:
        if outcome.status is Status.UNKNOWN and outcome.reason is not None:
            unseen.setdefault((outcome.check, outcome.reason), []).append(outcome.subject)
    for (check, reason), subjects in unseen.items():
        place = {"index": run.places[check]} if check in run.places else {}
        yield {
            "level": "note",
            "message": _message(say("sarif.unseen", check=check_name(run.lang, check) or check, reason=say(f"reason.{reason}"))),
            "associatedRule": {"id": check, **place},
            "locations": [_location(subject) for subject in subjects],
            "properties": {"reason": reason.value},
        }


def _results(run: _Run, outcome: Outcome) -> Iterator[dict[str, Any]]:
    """`place` tells findings of one check on one subject apart, in the order in which the check gives them."""
    state = {} if run.states is None else {"baselineState": run.states.get((outcome.check, outcome.subject), "new")}
    waived = {} if run.waivers is None else {"suppressions": _suppressions(run.waivers, outcome)}
    for place, finding in enumerate(outcome.findings):
        group = Group(outcome.check, (outcome.subject,), (finding,))
        yield {
            "ruleId": outcome.check,
            "ruleIndex": run.places[outcome.check],
            "kind": "fail",
            "level": LEVELS[finding.severity],
            "message": _told(run, group),
            "locations": [_location(outcome.subject)],
            "partialFingerprints": {"checkAndSubject/v1": _fingerprint(outcome, place)},
            **state,
            **waived,
            "properties": {
                "severity": finding.severity.label,
                **weight(finding.severity),
                "evidence": [line for each in evidence_of(group) for line in each.lines],
            },
        }


def _suppressions(waivers: Waivers, outcome: Outcome) -> list[dict[str, Any]]:
    """What the authority accepts or disputes today. SARIF 3.27.23 and 3.35: every result of a run has the list or none has;
    a result is suppressed only where the status is `accepted`."""
    return [
        {
            "kind": "external",
            "status": _STANDING[each.kind] if each.lifted else "rejected",
            "justification": visible(each.reason, MAX_WORDS),
            "properties": {"kind": each.kind.value, "author": visible(each.author, MAX_WORDS), "until": each.until.isoformat()},
        }
        for each in waivers.of(outcome.check, (outcome.subject.name,))
        if not each.returned
    ]


def _told(run: _Run, group: Group) -> dict[str, str]:
    """The title, what we saw, how to fix it and how to verify it, with this finding's facts in them."""
    products = run.installed.on(group.subjects)
    advice = advice_of(run.rules[group.check], group, run.result.domain, run.lang, products)
    _, _, fix, verify = HEADINGS[run.lang]
    parts = (
        sentence(to_text(advice.title)),
        to_text(advice.seen),
        f"{fix}\n{to_text(advice.fix)}",
        f"{verify}\n{to_text(advice.verify)}",
    )
    return _message("\n\n".join(parts))


def _message(text: str) -> dict[str, str]:
    """Plain text in which nothing is a link or a placeholder (SARIF 3.11.5 and 3.11.6)."""
    return {"text": _PLACEHOLDER.sub(r"{{\1}}", _LINK.sub("] ", text))}


def _location(subject: Subject) -> dict[str, Any]:
    """A site has an address; a domain, a mail server or a host is a logical place."""
    name = visible(subject.name, 260)
    logical = {"name": name, "fullyQualifiedName": f"{subject.kind}:{name}", "kind": subject.kind}
    location: dict[str, Any] = {"logicalLocations": [logical]}
    if isinstance(subject, Site):
        location["physicalLocation"] = {"artifactLocation": {"uri": f"https://{quote(name, safe='')}/"}}
    return location


def _fingerprint(outcome: Outcome, place: int) -> str:
    """The same from scan to scan, whatever the severity, the facts or the language."""
    return hashlib.sha256(f"{outcome.check}\n{outcome.subject.key}\n{place}".encode()).hexdigest()


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
