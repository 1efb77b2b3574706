"""What the terminal shows: the summary of a scan, the list of checks, the text of one. Nothing a host sent is obeyed."""

from __future__ import annotations

import textwrap

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from scanner.advice import Advice, outline, texts
from scanner.catalogue import Catalogue
from scanner.contract import CheckSpec
from scanner.model import Severity
from scanner.report.prose import Block, Listing
from scanner.report.unseen import UnseenView
from scanner.report.values import visible
from scanner.report.view import FindingView, PillarView, ReportView, capped, view
from scanner.report.words import Words, check_name, words
from scanner.report.writers import to_text
from scanner.result import ScanResult

MOST_URGENT = 5

GRADE_COLOURS = {"A": "green", "B": "green", "C": "yellow", "D": "dark_orange3", "E": "red"}
_SEVERITIES = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "blue",
    Severity.INFO: "dim",
}


def print_summary(result: ScanResult, catalogue: Catalogue, lang: str, console: Console) -> None:
    """Grade, pillars, the most urgent actions, and what could not be seen."""
    report = view(result, catalogue, lang)
    say = words(lang)
    console.print()
    console.print(_headline(report, say))
    score = report.score
    coverage = say("report.percent", value=score.coverage)
    facts = f"{say('report.coverage')} {coverage} · {say('report.perimeter')} {say(f'perimeter.{score.perimeter}')}"
    console.print(Text(f"  {facts}", "dim"))
    if report.caps:
        console.print(_indented(Text(capped(report, say))))
    console.print()
    console.print(_pillars(report.pillars, say))
    console.print()
    _print_actions(report.findings, say, console)
    for key, groups in (("unknown", report.unknown), ("unexamined", report.unexamined)):
        if groups:
            console.print(_indented(_unseen(key, groups, say)))
    console.print(Text(f"  {say('count.conform', n=report.conform_count)}"))
    for warning in result.warnings:
        console.print(_indented(Text(visible(warning, 300), "yellow")))
    console.print()


def print_checks(catalogue: Catalogue, lang: str, console: Console | None = None) -> None:
    """Every check, a line each; whole ids even where the output is not a terminal."""
    console = console or Console()
    say = words(lang)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(say("terminal.check"), no_wrap=True, overflow="ignore")
    table.add_column(say("terminal.severity"), no_wrap=True)
    table.add_column(say("terminal.what"))
    for spec in catalogue.checks:
        name = check_name(lang, spec.id) or to_text(outline(texts(spec, lang)[""], lang).title)
        table.add_row(Text(spec.id), Text(say(f"severity.{spec.severity.label}"), _SEVERITIES[spec.severity]), Text(name))
    console.print(table)
    console.print(Text(say("terminal.checks", n=len(catalogue.checks)), "dim"), soft_wrap=True)


def print_explanation(spec: CheckSpec, lang: str, console: Console | None = None) -> None:
    """The whole text of a check and of its variants, with ‹names› where facts go."""
    console = console or Console()
    say = words(lang)
    for variant, text in texts(spec, lang).items():
        advice = outline(text, lang)
        console.print(Text(to_text(advice.title), "bold"))
        id = f"{spec.id}.{variant}" if variant else spec.id
        severity, actor, effort = say(f"severity.{spec.severity.label}"), say(f"actor.{spec.actor}"), say(f"effort.{spec.effort}")
        console.print(Text(f"{id} · {severity} · {actor} · {effort}", "dim"), soft_wrap=True)
        console.print()
        _print_advice(advice, lang, console)
    console.print(Text(say("terminal.references", list=tuple(each.id for each in spec.references)), "dim"))


def _headline(report: ReportView, say: Words) -> Text:
    score = report.score
    line = Text("  ")
    line.append(report.shown, "bold")
    if score.grade is None:
        return line.append("  ").append(say("terminal.no_grade"), "bold")
    line.append(f"  {say('terminal.grade')} ").append(f" {score.grade} ", f"bold reverse {GRADE_COLOURS[score.grade]}")
    return line.append(f" {say('report.value', value=score.value or 0)}")


def _pillars(pillars: tuple[PillarView, ...], say: Words) -> Padding:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for pillar in pillars:
        name = Text(say(f"pillar.{pillar.id}"))
        coverage = Text(f"{say('report.coverage').lower()} {say('report.percent', value=pillar.coverage)}", "dim")
        if pillar.grade:
            table.add_row(
                name,
                Text(pillar.grade, f"bold {GRADE_COLOURS[pillar.grade]}"),
                Text(str(pillar.value), justify="right"),
                coverage,
            )
        elif pillar.examined:
            table.add_row(name, Text("–"), Text(""), Text(say("report.pillar_unrated"), "dim").append(" · ").append(coverage))
        else:
            table.add_row(name, Text("–"), Text(""), Text(say("report.pillar_unexamined"), "dim"))
    return Padding(table, (0, 0, 0, 2))


def _print_actions(findings: tuple[FindingView, ...], say: Words, console: Console) -> None:
    console.print(Text(f"  {say('terminal.first') if findings else say('terminal.nothing')}", "bold"))
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0))
    for finding in findings[:MOST_URGENT]:
        text = Text(finding.title).append(f"\n{say(f'actor.{finding.actor}')} · {say(f'effort.{finding.effort}')}", "dim")
        text.append(f"\nbeffroi explain {finding.check}", "cyan")
        severity = Text(say(f"severity.{finding.severity.label}"), _SEVERITIES[finding.severity])
        table.add_row(Text(f"{finding.number}."), severity, text)
    if findings:
        console.print(Padding(table, (0, 0, 0, 2)))
    if len(findings) > MOST_URGENT:
        console.print(Text(f"  {say('terminal.more', n=len(findings) - MOST_URGENT)}", "dim"))
    console.print()


def _unseen(key: str, groups: tuple[UnseenView, ...], say: Words) -> Text:
    """`11 points non vérifiables (pas de réponse à temps 8, accès filtré 3)`."""
    counted: set[str] = set()
    parts = []
    for group in groups:
        if fresh := set(group.checks) - counted:  # a check unseen for two reasons is still one point
            parts.append(f"{say(f'reason_short.{group.reason}')} {len(fresh)}")
            counted |= fresh
    return Text(f"{say(f'count.{key}', n=len(counted))} ({', '.join(parts)})")


def _indented(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, 2))


def _print_advice(advice: Advice, lang: str, console: Console) -> None:
    for heading, part in advice.headed(lang):
        console.print(Text(heading, "underline"))
        for block in part:
            _print_block(block, console)


def _print_block(block: Block, console: Console) -> None:
    """Code keeps its line ends, so that it can be copied; prose is wrapped to the terminal."""
    text = to_text((block,))
    if isinstance(block, Listing):
        console.print(Text(text, "cyan"), soft_wrap=True)
    else:
        console.print(Text("\n".join(_wrapped(line, console.width) for line in text.split("\n"))), soft_wrap=True)
    console.print()


def _wrapped(line: str, width: int) -> str:
    """Wrapped by textwrap, which keeps no-break spaces together; rich does not."""
    margin = " " * (len(line) - len(line.lstrip(" -0123456789.")) if line.startswith((" ", "-")) or line[:1].isdigit() else 0)
    return textwrap.fill(line, width, subsequent_indent=margin, break_long_words=False, break_on_hyphens=False)
