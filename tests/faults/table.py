"""What the bench counted, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from tests.faults.mail_bench import Line, Report

_HEADINGS = ("faults", "mails", "once", "doubled", "lost", "in doubt")


def render(report: Report) -> str:
    """A line a kind of fault, their sum, and the end."""
    lines = report.lines
    sums = [sum(column) for column in zip(*map(_numbers, lines), strict=True)]
    width = max(len(line.kind) for line in (*lines, report.settled)) + 2
    rule = "-" * (width + 10 * len(_HEADINGS))
    table = [f"{'fault':<{width}}" + "".join(f"{heading:>10}" for heading in _HEADINGS), rule]
    table += [_row(line, width) for line in lines]
    table += [rule, _cells("total", sums, width), _row(report.settled, width)]
    verdict = "lost 0, doubled 0, in doubt only where nobody can know; after reconciliation everything is delivered once"
    table.append(verdict if report.right else "WRONG: see the lines marked with *")
    return "\n".join(table)


def _row(line: Line, width: int) -> str:
    return _cells(line.kind, _numbers(line), width) + ("" if line.right else " *")


def _cells(name: str, numbers: Iterable[int], width: int) -> str:
    return f"{name:<{width}}" + "".join(f"{number:>10}" for number in numbers)


def _numbers(line: Line) -> tuple[int, int, int, int, int, int]:
    return line.faults, line.mails, line.once, line.doubled, line.lost, line.doubtful
