"""The technical report: one self-contained HTML file without script or remote resource."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from markupsafe import Markup

from scanner import __version__
from scanner.advice import HEADINGS
from scanner.catalogue import Catalogue
from scanner.dossier import Dossier
from scanner.model import Severity
from scanner.net.cost import Cost
from scanner.report.changes import changes
from scanner.report.duties import duty_of_finding, supplier_for
from scanner.report.fonts import font_css
from scanner.report.help_line import help_line
from scanner.report.prose import spaced
from scanner.report.rpnt_view import rpnt_view
from scanner.report.templates import environment, source
from scanner.report.unseen import UnseenView
from scanner.report.values import instant, number, visible, volume
from scanner.report.view import FindingView, ReportView, capped, view
from scanner.report.waivers import marks, waived_grade
from scanner.report.words import Words, words
from scanner.scoring import LETTERS
from scanner.suppliers.recognise import Supplier, suppliers_of
from scanner.suppliers.screens import provider_hint

DETAILED = 50  # findings with their whole text
LISTED = 300  # findings in all; a line each from DETAILED on, and the CSV for the rest
STYLES = ("tokens.css", "base.css", "print.css")


def render_technical(dossier: Dossier, catalogue: Catalogue, lang: str) -> str:
    """The report in one language. `catalogue` is the one that judged the result."""
    result = dossier.result
    report = view(result, catalogue, lang)
    say = words(lang)
    suppliers = suppliers_of(dossier)
    headings = HEADINGS[lang]
    return (
        environment()
        .get_template("technical.html.j2")
        .render(
            report=report,
            changes=changes(dossier, catalogue, lang),
            rpnt=rpnt_view(dossier, lang),
            suppliers=suppliers,
            detailed=DETAILED,
            listed=LISTED,
            most=Most(),
            help_line=_help_line(dossier.town.departement, say),
            help={finding.number: _help(finding, report, suppliers, say, lang) for finding in report.findings[:DETAILED]},
            lang=lang,
            w=say,
            css=Markup(font_css() + "".join(map(source, STYLES))),  # noqa: S704 - our own files
            headings=[spaced(heading) for heading in headings] if lang == "fr" else headings,
            moment=say("report.observed", moment=instant(result.started_at, lang, dossier.town.departement)),
            capped=capped(report, say),
            waived=" ".join(waived_grade(dossier, lang)),
            marks={each.number: marks(dossier, each.check, each.subjects, lang) for each in report.findings},
            severities=_severities(report, say),
            counts={"unknown": _checks(report.unknown), "unexamined": _checks(report.unexamined)},
            scale=_scale(),
            cost=_cost(result.cost, say, lang),
            warnings=[visible(warning, 500) for warning in result.warnings],
            version=__version__,
        )
    )


@dataclass(frozen=True, slots=True)
class Most:
    """How many of a kind the report shows before it points to the CSV, which holds them all."""

    evidence: int = 3  # blocks of one finding
    names: int = 12  # names on one line
    rows: int = 200  # rows of one table, items of one list


@dataclass(frozen=True, slots=True)
class Help:
    """Beside a finding: who acts by name, and the menu of that supplier where it is corrected; "" where not known."""

    supplier: str
    hint: str


def _help(finding: FindingView, report: ReportView, suppliers: tuple[Supplier, ...], say: Words, lang: str) -> Help:
    known = supplier_for(duty_of_finding(finding, report, suppliers), suppliers)
    named = say("supplier.named", name=known.name, certainty=say(f"certainty.{known.certainty}")) if known else ""
    return Help(named, provider_hint(finding.check, finding.advice, suppliers, lang) or "")


def _help_line(departement: str, say: Words) -> str:
    """Whom an attacked authority calls, by name where its département is known."""
    centre = help_line(departement)
    return say("report.help") if centre is None else say("report.help_region", name=centre.name, contact=centre.contact)


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
        datagrams=say("count.datagrams", n=cost.datagrams),
        attempts=say("count.attempts", n=cost.attempts),
        volume=volume(cost.bytes, lang),
        seconds=number(round(cost.seconds, 1), lang),
    )
