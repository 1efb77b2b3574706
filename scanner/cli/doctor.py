"""`beffroi doctor`: what this machine can see, a line a test, and what to do about the rest."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli.exits import Exit
from scanner.cli.messages import default_language, say
from scanner.cli.troubles import coded, settings_trouble
from scanner.cli.workspace import plain_spaces, settings_file

if TYPE_CHECKING:
    from scanner.doctor import Finding
    from scanner.settings import Settings

MAX_WIDTH = 110


def _help(key: str) -> str:
    return say(default_language(), f"doctor.help.{key}")


def doctor_command(
    config: Annotated[Path | None, typer.Option(help=_help("config"), metavar="FILE")] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_help("json"))] = False,
    lang: Annotated[str | None, typer.Option(help=_help("lang"), metavar="fr|en")] = None,
) -> None:
    """Arguments in, the examination, 0 where nothing is to be changed and 3 where something is."""
    from scanner.cli.request import UsageError, read_language
    from scanner.settings import SettingsError, load_settings

    spoken = default_language()
    try:
        spoken = read_language(lang)
        path = settings_file(config)
        findings = run_doctor(load_settings(path), path, spoken)
    except UsageError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(Exit.USAGE) from error
    except SettingsError as error:
        typer.echo(settings_trouble(error, spoken), err=True)
        raise typer.Exit(Exit.USAGE) from error
    typer.echo(as_document(findings, spoken) if as_json else as_page(findings, spoken, page_width()))
    raise typer.Exit(exit_code(findings))


def run_doctor(settings: Settings, config: Path | None, lang: str) -> tuple[Finding, ...]:
    """The whole examination, with the network that the settings describe."""
    from scanner.doctor import examine
    from scanner.doctor.domains import domains_to_ask
    from scanner.net.door import Premises

    premises = Premises(settings.network)
    try:
        return asyncio.run(examine(settings, config, domains_to_ask(settings), lang, premises))
    finally:
        premises.close()


def exit_code(findings: Sequence[Finding]) -> Exit:
    """What could not be verified is no fault of this machine."""
    from scanner.doctor import Verdict

    return Exit.PARTIAL if any(finding.verdict is Verdict.TO_FIX for finding in findings) else Exit.DONE


def as_page(findings: Sequence[Finding], lang: str, width: int) -> str:
    """A verdict a line, with what to do below it; then the sum."""
    from scanner.doctor import grading_allowed

    labels = {finding.verdict: say(lang, f"doctor.verdict.{finding.verdict}") for finding in findings}
    column = max(map(len, labels.values())) + 2
    lines = []
    for finding in findings:
        lines += _hanging(labels[finding.verdict].ljust(column), text_of(finding, lang), column, width)
        if remedy := remedy_of(finding, lang):
            lines += _hanging(" " * column + "→ ", remedy, column + 2, width)
    counts = Counter(finding.verdict for finding in findings)
    sums = {verdict.value: counts[verdict] for verdict in type(findings[0].verdict)}
    lines += ["", say(lang, "doctor.sum", **sums)]
    if not grading_allowed(findings):
        lines += _hanging("", say(lang, "doctor.stops"), 0, width)
    return "\n".join(lines)


def as_document(findings: Sequence[Finding], lang: str) -> str:
    """The same for a machine."""
    from scanner import __version__
    from scanner.doctor import grading_allowed

    rows = [
        {
            "test": finding.test,
            "case": finding.case,
            "verdict": finding.verdict.value,
            "stops": finding.stops,
            "text": text_of(finding, lang),
            "do": remedy_of(finding, lang),
            "facts": finding.facts,
        }
        for finding in findings
    ]
    document = {"beffroi": __version__, "grading_allowed": grading_allowed(findings), "findings": rows}
    return json.dumps(document, ensure_ascii=False, indent=2)


def text_of(finding: Finding, lang: str) -> str:
    """What was seen."""
    return say(lang, f"doctor.{finding.test}.{finding.case}", **dict(_spoken(finding, lang)))


def remedy_of(finding: Finding, lang: str) -> str:
    """What to do, "" where nothing is to be done."""
    from scanner.doctor import Verdict

    if finding.verdict is Verdict.GOOD:
        return ""
    return say(lang, f"doctor.{finding.test}.{finding.case}_do", **dict(_spoken(finding, lang)))


def page_width() -> int:
    """The terminal's, within reason; a file is not wrapped."""
    return min(shutil.get_terminal_size().columns, MAX_WIDTH) if sys.stdout.isatty() else 10_000


def _spoken(finding: Finding, lang: str) -> Iterator[tuple[str, object]]:
    from scanner.report.values import day, volume

    for name, value in finding.facts.items():
        yield name, ", ".join(value) if isinstance(value, tuple) else value
    if "as_of" in finding.facts:
        yield "as_of", day(date.fromisoformat(str(finding.facts["as_of"])), lang)
    if "bytes" in finding.facts:
        yield "free", plain_spaces(volume(int(str(finding.facts["bytes"])), lang))
    if finding.test == "data":
        yield "name", say(lang, f"doctor.data.table.{finding.facts['table']}")
    if "trouble" in finding.facts:
        facts = {name: coded(str(value), lang) for name, value in finding.facts.items()}
        yield "why", say(lang, f"register.store.{facts['trouble']}", **facts)


def _hanging(lead: str, text: str, indent: int, width: int) -> list[str]:
    return textwrap.wrap(
        lead + text, width, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
