"""The technical report: one self-contained HTML file without script or remote resource."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from scanner import __version__
from scanner.advice import HEADINGS
from scanner.catalogue import Catalogue
from scanner.model import Severity
from scanner.net.types import Cost
from scanner.report.prose import spaced
from scanner.report.unseen import UnseenView
from scanner.report.values import instant, number, visible, volume
from scanner.report.view import ReportView, capped, view
from scanner.report.words import Words, words
from scanner.report.writers import escape_text, to_html
from scanner.result import ScanResult
from scanner.scoring import LETTERS


def render_html(result: ScanResult, catalogue: Catalogue, lang: str) -> str:
    """The report in one language. `catalogue` is the one that judged the result."""
    report = view(result, catalogue, lang)
    say = words(lang)
    headings = HEADINGS[lang]
    return (
        _environment()
        .get_template("technical.html.j2")
        .render(
            report=report,
            lang=lang,
            w=say,
            css=Markup(_source("base.css")),  # noqa: S704 - our own file
            headings=[spaced(heading) for heading in headings] if lang == "fr" else headings,
            moment=say("report.observed", moment=instant(result.started_at, lang)),
            capped=capped(report, say),
            severities=_severities(report, say),
            counts={"unknown": _checks(report.unknown), "unexamined": _checks(report.unexamined)},
            scale=_scale(),
            cost=_cost(result.cost, say, lang),
            warnings=[visible(warning, 500) for warning in result.warnings],
            version=__version__,
        )
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_source), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["prose"] = to_html
    environment.filters["content"] = lambda text: Markup(escape_text(str(text)))  # noqa: S704 - escaped here
    environment.filters["capfirst"] = lambda text: text[:1].upper() + text[1:]
    return environment


@lru_cache(maxsize=8)
def _source(name: str) -> str:
    return files("report_templates").joinpath(name).read_text("utf-8")


def _severities(report: ReportView, say: Words) -> str:
    """`2 critiques`-like counts are hard to word in two languages: `critique 2 · élevée 5`."""
    counts = Counter(finding.severity for finding in report.findings)
    return " · ".join(
        f"{say(f'severity.{severity.label}')} {counts[severity]}" for severity in reversed(Severity) if counts[severity]
    )


def _checks(groups: tuple[UnseenView, ...]) -> int:
    return len({check for group in groups for check in group.checks})


def _scale() -> list[tuple[str, int, int]]:
    """(letter, lowest, highest value)."""
    highest = 100
    rows = []
    for letter, floor in LETTERS:
        rows.append((letter, floor, highest))
        highest = floor - 1
    return rows


def _cost(cost: Cost, say: Words, lang: str) -> str:
    return say(
        "report.cost",
        connections=say("count.connections", n=cost.connections),
        queries=say("count.queries", n=cost.dns_queries),
        attempts=say("count.attempts", n=cost.attempts),
        volume=volume(cost.bytes, lang),
        seconds=number(round(cost.seconds, 1), lang),
    )
