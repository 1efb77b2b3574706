"""Several results side by side: one line a domain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from scanner.model import Severity
from scanner.report.findings import grouped
from scanner.report.terminal import GRADE_COLOURS
from scanner.report.values import visible
from scanner.report.words import Words, words
from scanner.result import ScanResult


def print_overview(results: Iterable[ScanResult], lang: str, console: Console) -> None:
    """A table of grades, the worst first, the ungraded last."""
    say = words(lang)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for key in ("kind.domain", "report.grade", "report.out_of_100", "report.coverage", "report.perimeter", "report.findings"):
        title = say(key)
        table.add_column(title[:1].upper() + title[1:])
    for result in sorted(results, key=_worst_first):
        score = result.score
        grade = Text(f" {score.grade} ", f"bold reverse {GRADE_COLOURS[score.grade]}") if score.grade else Text(say("grade.none"))
        table.add_row(
            Text(visible(result.domain.name)),
            grade,
            Text("–" if score.value is None else str(score.value)),
            Text(say("report.percent", value=score.coverage)),
            Text(say(f"perimeter.{score.perimeter}")),
            Text(_severities(result, say)),
        )
    console.print(table)


def _worst_first(result: ScanResult) -> tuple[bool, int, str]:
    value = result.score.value
    return value is None, value or 0, result.domain.name


def _severities(result: ScanResult, say: Words) -> str:
    """`2 critique, 3 élevée`; the same finding on two sites counts once."""
    counts = Counter(group.finding.severity for group in grouped(result.outcomes))
    return ", ".join(f"{counts[each]} {say(f'severity.{each.label}')}" for each in sorted(Severity, reverse=True) if counts[each])
