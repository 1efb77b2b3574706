"""The portfolio as one self-contained HTML file, without script or remote resource."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from babel.dates import format_date
from markupsafe import Markup

from scanner import __version__
from scanner.portfolio import GradeMovement, Mark, Portfolio
from scanner.report.fonts import font_css
from scanner.report.portfolio import drawings, overview
from scanner.report.portfolio.aliases import Aliases, Names
from scanner.report.portfolio.causes_view import cause_views, lever_sentence, own_sentence
from scanner.report.portfolio.group_tickets import GroupTicket, shown_causes
from scanner.report.portfolio.heat import heat
from scanner.report.portfolio.members_view import alphabetical, member_groups
from scanner.report.portfolio.statistics import Measure, common_measure, months, tally
from scanner.report.portfolio.territory import territory
from scanner.report.templates import environment, source
from scanner.report.values import Worded, day, in_prose, instant, visible
from scanner.report.words import Words, words
from scanner.rpnt import RPNT_VERSION
from scanner.scoring import LETTERS

FIRST = 15  # causes, and checks, in the first table; the next ones open with a click
STYLES = ("tokens.css", "base.css", "print.css", "portfolio.css")


@dataclass(frozen=True, slots=True)
class Links:
    """Where other files stand, relative to this one: the report by domain, the message of a shared cause by reference.
    A link leads only to what is there."""

    reports: Mapping[str, str] = field(default_factory=dict)
    tickets: Mapping[str, str] = field(default_factory=dict)


NO_LINKS = Links()


def render_portfolio(
    portfolio: Portfolio,
    lang: str,
    *,
    names: Names = Names.SHOWN,
    tickets: Iterable[GroupTicket] = (),
    links: Links = NO_LINKS,
) -> str:
    """The page in one language. `tickets` are the messages that it refers to; none is named where suppliers are hidden."""
    say = words(lang)
    aliases = Aliases(portfolio, names, say)
    measure = common_measure(portfolio.rows)
    members = member_groups(portfolio.rows, links.reports, portfolio.heading.moment, say)
    told = tuple(tickets) if names is Names.SHOWN else ()
    return (
        environment()
        .get_template("portfolio.html.j2")
        .render(
            w=say,
            lang=lang,
            css=Markup(font_css() + "".join(map(source, STYLES))),  # noqa: S704 - our own files
            version=__version__,
            portfolio=portfolio,
            hidden=names is Names.HIDDEN,
            number=lambda value: in_prose("n", value, lang),
            palette=drawings.palette(),
            letters=[name for name, _ in LETTERS],
            **_front(portfolio, measure, aliases, say, lang),
            **_progress(portfolio, measure, lang),
            causes=cause_views(portfolio, told, links.tickets, aliases, say, lang),
            first=FIRST,
            more_causes=len(portfolio.causes) - len(shown_causes(portfolio)),
            territory=territory(portfolio, measure, say, lang),
            heat=heat(portfolio, measure, say, lang),
            legend=[(mark.name.lower(), mark.value) for mark in Mark if mark is not Mark.NOT_RUN],
            lists=members,
            index=alphabetical(members),
        )
    )


def _front(portfolio: Portfolio, measure: Measure | None, aliases: Aliases, say: Words, lang: str) -> dict[str, object]:
    """The heading, the figures, and what to keep in mind."""
    heading = portfolio.heading
    return {
        "title": _title(portfolio, say, lang),
        "moment": say("portfolio.established", moment=instant(heading.moment, lang)),
        "sender": visible(heading.sender.name, 200),
        "authorities": overview.authorities(portfolio),
        "whole": tally(portfolio.rows, measure),
        "measured": overview.measured(portfolio, measure, say),
        "perimeters": overview.by_perimeter(portfolio),
        "critical": overview.with_critical(portfolio),
        "movements": overview.movements(portfolio, say),
        "moved": {each.value: sum(row.moved.movement is each for row in portfolio.rows) for each in GradeMovement},
        "lever": lever_sentence(portfolio, aliases, say),
        "own": own_sentence(portfolio, say),
        "highlights": overview.highlights(portfolio, say),
        "levels": overview.levels(portfolio, say),
        "criteria": overview.criteria(portfolio, say),
        "rpnt_version": RPNT_VERSION,
    }


def _title(portfolio: Portfolio, say: Words, lang: str) -> Worded:
    campaign = portfolio.heading.campaign
    if campaign:
        return say("portfolio.campaign", name=campaign)
    return say("portfolio.undated", day=day(portfolio.heading.moment, lang))


def _progress(portfolio: Portfolio, measure: Measure | None, lang: str) -> dict[str, object]:
    found = months(portfolio, measure)
    points = drawings.chart(found)
    return {
        "chart": points if sum(point.y is not None for point in points) > 1 else (),
        "chart_line": drawings.line(points),
        "chart_levels": [(name, floor, drawings.height_of(floor)) for name, floor in LETTERS],
        "month": lambda first: _month(first, lang),
        "month_short": lambda first: format_date(first, "MMM", locale=lang),
    }


def _month(first: date, lang: str) -> Worded:
    return Worded(format_date(first, "MMMM y", locale=lang))
