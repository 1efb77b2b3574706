"""ScanResult -> JSON, as result.schema.json publishes it, and the one line of a log."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from scanner import __version__
from scanner.because import Because
from scanner.landscape import Sight
from scanner.model import Absent, Fact, Finding, Outcome, Severity, Subject, Unobserved
from scanner.observation_codec import encode
from scanner.report.findings import grouped
from scanner.result import SCHEMA_VERSION, ScanResult
from scanner.rpnt import RPNT_VERSION, Rpnt, rpnt
from scanner.scoring import OUTSIDE_PERIMETER, Score

#: Kept as they are in the text: ASCII, and letters that print. All else is written \uXXXX, also for terminals.
_PLAIN = re.compile(r"[^\x20-\x7e\n]")


def to_dict(result: ScanResult) -> dict[str, Any]:
    """Plain values only. A check that fails with several findings gives a row for each of them."""
    return {
        "schema_version": SCHEMA_VERSION,
        "beffroi_version": __version__,
        "domain": result.domain.name,
        "started_at": result.started_at.isoformat(),
        "finished_at": result.finished_at.isoformat(),
        "score": _score(result.score),
        "subjects": [_subject(subject) for subject in result.landscape.subjects],
        "links": {above.key: [subject.key for subject in below] for above, below in result.landscape.links.items()},
        "outcomes": [row for outcome in result.outcomes for row in _rows(outcome)],
        "observations": [_observation(subject, kind, sight) for subject, kind, sight in result.seen],
        "authorisation": asdict(result.authorisation) if result.authorisation else None,
        "left_out": list(result.left_out),
        "warnings": list(result.warnings),
        "interrupted": result.interrupted,
        "cost": asdict(result.cost),
        "rpnt": _rpnt(rpnt(result)),
    }


def to_json(result: ScanResult, indent: int | None = 2) -> str:
    """One JSON text, without a final line end; on one line where `indent` is None."""
    return plain_json(to_dict(result), indent)


def plain_json(value: dict[str, Any], indent: int | None = 2) -> str:
    """JSON in which letters stay readable and nothing can steer a terminal."""
    return _PLAIN.sub(_escaped, json.dumps(value, ensure_ascii=False, indent=indent))


def to_log_line(result: ScanResult) -> str:
    """One line for a log, without line end: figures only, no finding and nothing that a host sent (DESIGN 8)."""
    score, cost = result.score, result.cost
    severities = Counter(group.finding.severity for group in grouped(result.outcomes))
    unseen = {outcome.check for outcome in result.outcomes if outcome.reason and outcome.reason not in OUTSIDE_PERIMETER}
    outside = {outcome.check for outcome in result.outcomes if outcome.reason in OUTSIDE_PERIMETER} - unseen
    line = {
        "time": result.finished_at.isoformat(timespec="seconds"),
        "event": "scan",
        "domain": result.domain.name,
        "grade": score.grade,
        "value": score.value,
        "coverage": score.coverage,
        "perimeter": score.perimeter.value,
        **{severity.label: severities[severity] for severity in reversed(Severity)},
        "unknown": len(unseen),
        "not_examined": len(outside),
        "connections": cost.connections,
        "seconds": round(cost.seconds, 1),
        "interrupted": result.interrupted,
        "scoring": score.version,
        "version": __version__,
    }
    return json.dumps(line)


def _escaped(match: re.Match[str]) -> str:
    letter = match[0]
    return letter if letter.isprintable() else json.dumps(letter)[1:-1] if letter != "\x7f" else "\\u007f"


def _score(score: Score) -> dict[str, Any]:
    return {
        "value": score.value,
        "grade": score.grade,
        "coverage": score.coverage,
        "version": score.version,
        "perimeter": score.perimeter.value,
        "uncapped": score.uncapped,
        "caps": list(score.caps),
        "pillars": [
            {
                "id": pillar.id,
                "value": pillar.value,
                "grade": pillar.grade,
                "coverage": pillar.coverage,
                "examined": pillar.examined,
                "losses": [
                    {"check": loss.check, "points": loss.points, "severity": loss.severity.label} for loss in pillar.losses
                ],
            }
            for pillar in score.pillars
        ],
    }


def _rpnt(found: Rpnt) -> dict[str, Any]:
    """Judged again from the rest whenever it is read: for those who look at the file without us."""
    return {
        "version": RPNT_VERSION,
        "level": found.level,
        "levels": [
            {"id": level.id, "attainment": level.attainment.value, "unmet": list(level.unmet), "unknown": list(level.unknown)}
            for level in found.levels
        ],
        "criteria": [
            {
                "id": criterion.id,
                "importance": criterion.importance.value,
                "kind": criterion.kind.name.lower(),
                "status": criterion.status.value,
                "why": criterion.judgement.why.removeprefix("rpnt.why."),
                "facts": _facts(criterion.judgement.facts),
                "rests_on": [{"check": each.check, "subject": each.subject.key} for each in criterion.judgement.rests_on],
            }
            for criterion in found.criteria
        ],
    }


def _subject(subject: Subject) -> dict[str, str]:
    return {"key": subject.key, "kind": subject.kind, "name": subject.name}


def _rows(outcome: Outcome) -> Iterator[dict[str, Any]]:
    for finding in outcome.findings or (None,):
        yield {
            "check": outcome.check,
            "family": outcome.family,
            "subject": outcome.subject.key,
            "verdict": outcome.status.value,
            "severity": finding.severity.label if finding else None,
            "facts": _facts(finding.facts) if finding else {},
            "evidence": list(finding.evidence) if finding else [],
            "reason": outcome.reason.value if outcome.reason else None,
            "variant": finding.variant if finding else "",
            "detail": outcome.detail,
            **_because(outcome.because),
            **_where_any("missing", outcome.missing),
            **_where_any("dates", _dates(finding) if finding else ()),
        }


def _facts(facts: dict[str, Fact]) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for name, value in facts.items():
        if isinstance(value, datetime):
            plain[name] = value.isoformat()
        else:
            plain[name] = list(value) if isinstance(value, tuple) else value
    return plain


def _dates(finding: Finding) -> tuple[str, ...]:
    """The facts that are moments; in JSON they look like any other text."""
    return tuple(name for name, value in finding.facts.items() if isinstance(value, datetime))


def _because(because: Because | None) -> dict[str, str]:
    return {"because": because.value} if because else {}


def _where_any(key: str, names: tuple[str, ...]) -> dict[str, list[str]]:
    return {key: list(names)} if names else {}


def _observation(subject: Subject, kind: str, sight: Sight) -> dict[str, Any]:
    row: dict[str, Any] = {"subject": subject.key, "kind": kind}
    if isinstance(sight, Absent):
        return {**row, "version": None, "state": "absent", "proof": sight.proof.value, "detail": sight.detail}
    if isinstance(sight, Unobserved):
        return {
            **row,
            "version": None,
            "state": "unobserved",
            "reason": sight.reason.value,
            "detail": sight.detail,
            **_because(sight.because),
        }
    return {**row, "version": sight.OBSERVATION_VERSION, "state": "seen", "value": encode(sight)}
