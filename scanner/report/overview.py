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
from scanner.report.words import words
from scanner.result import ScanResult

_WORST_FIRST = tuple(sorted((each for each in Severity if each is not Severity.INFO), reverse=True))


def print_overview(results: Iterable[ScanResult], lang: str, console: Console) -> None:
    """A table of grades and of findings that cost points, the worst first, the ungraded last; fits 100 columns."""
    say = words(lang)
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for key in ("kind.domain", "report.grade", "report.out_of_100", "report.coverage", "report.perimeter"):
        table.add_column(_title(say(key)), no_wrap=True)
    for severity in _WORST_FIRST:
        table.add_column(_title(say(f"severity.{severity.label}")), justify="right")
    for result in sorted(results, key=_lowest_value_first):
        score = result.score
        counts = Counter(group.finding.severity for group in grouped(result.outcomes))  # one finding on two sites counts once
        grade = Text(f" {score.grade} ", f"bold reverse {GRADE_COLOURS[score.grade]}") if score.grade else Text(say("grade.none"))
        table.add_row(
            Text(visible(result.domain.name)),
            grade,
            Text("–" if score.value is None else str(score.value)),
            Text(say("report.percent", value=score.coverage)),
            Text(say(f"perimeter.{score.perimeter}")),
            *(Text(str(counts[severity] or "–")) for severity in _WORST_FIRST),
        )
    console.print(table)


def _lowest_value_first(result: ScanResult) -> tuple[bool, int, str]:
    value = result.score.value
    return value is None, value or 0, result.domain.name


def _title(word: str) -> str:
    return word[:1].upper() + word[1:]
