"""Outcomes of a stored result: a row for each finding, one for an outcome without."""

from __future__ import annotations

import re
from dataclasses import replace

from scanner.model import Domain, Fact, Finding, Outcome, Reason, Status
from scanner.report.stored.node import Node
from scanner.report.stored.subjects import read_subject

_CHECK = re.compile(r"[a-z0-9_-]{1,50}\.[a-z0-9.-]{1,100}")


def read_outcomes(rows: Node, domain: Domain) -> tuple[Outcome, ...]:
    """Rows that follow each other with findings of one check on one subject are one outcome."""
    found: list[Outcome] = []
    for row in rows.items():
        outcome = _outcome(row, domain)
        last = found[-1] if found else None
        if last and last.findings and outcome.findings and (last.check, last.subject) == (outcome.check, outcome.subject):
            found[-1] = replace(last, findings=last.findings + outcome.findings)
        else:
            found.append(outcome)
    return tuple(found)


def _outcome(row: Node, domain: Domain) -> Outcome:
    status = row.of("verdict").member_of(Status)
    severity, reason, missing = row.of("severity").or_none(), row.of("reason").or_none(), row.maybe("missing")
    if (severity is not None) != (status is Status.FAIL):
        row.of("severity").refuse()
    if (reason is not None) != (status is Status.UNKNOWN):
        row.of("reason").refuse()
    return Outcome(
        row.of("check").matching(_CHECK),
        read_subject(row.of("subject"), domain),
        status,
        findings=(_finding(row, severity),) if severity else (),
        reason=reason.member_of(Reason) if reason else None,
        detail=row.of("detail").text(),
        missing=missing.texts() if missing else (),
        because=row.because(),
    )


def _finding(row: Node, severity: Node) -> Finding:
    dated = row.maybe("dates")
    dates = dated.texts() if dated else ()
    facts = {name: value.date() if name in dates else _fact(value) for name, value in row.of("facts").members()}
    return Finding(severity.severity(), facts, row.of("evidence").texts(), row.of("variant").text())


def _fact(node: Node) -> Fact:
    if isinstance(node.value, list):
        return node.texts()
    return node.value if isinstance(node.value, str | bool | float) else node.integer()
