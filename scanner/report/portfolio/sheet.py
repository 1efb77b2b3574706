"""The portfolio as a table that a spreadsheet opens by a double click: one row a domain; docs/portfolio.md describes it."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.dossier import Role
from scanner.model import Severity
from scanner.portfolio import Cause, Mark, Portfolio, Row, Share
from scanner.report.csv import Cell, to_sheet
from scanner.report.portfolio.aliases import Aliases, Names
from scanner.report.values import visible
from scanner.report.words import Words, check_name, words
from scanner.rpnt import LEVELS
from scanner.scoring import PILLARS

_ROLES = tuple(role for role in Role if role is not Role.NETWORK)
_IDENTITY = (
    "authority", "kind", "population", "departement", "epci", "tags", "domain", "date", "grade", "value", "coverage", "perimeter",
    "movement", "points", "before", "before_value", "before_date", "new", "fixed", "relieved", "waived",
)  # fmt: skip


def to_portfolio_csv(portfolio: Portfolio, lang: str, *, names: Names = Names.SHOWN) -> str:
    """A header in the language, then the rows in the order of the portfolio; the last columns are the checks, by id."""
    say = words(lang)
    aliases = Aliases(portfolio, names, say)
    best = _best(portfolio)
    lines = (_line(row, best.get(id(row)), aliases, len(portfolio.checks), say) for row in portfolio.rows)
    return to_sheet((_header(portfolio, say, lang), *lines))


def _header(portfolio: Portfolio, say: Words, lang: str) -> tuple[Cell, ...]:
    checks = (f"{check} – {name}" if (name := check_name(lang, check)) else check for check in portfolio.checks)
    return (
        *(say(f"portfolio.csv.{column}") for column in _IDENTITY),
        *(say("portfolio.csv.findings", severity=say(f"severity.{severity.label}")) for severity in reversed(Severity)),
        *(say(f"pillar.{pillar}") for pillar in PILLARS),
        *(say("portfolio.level", level=level) for level in LEVELS),
        *(cell for role in _ROLES for cell in (say(f"role.{role}"), say("portfolio.csv.certainty"))),
        say("portfolio.csv.cause"),
        say("portfolio.csv.cause_points"),
        *checks,
    )


def _best(portfolio: Portfolio) -> dict[int, tuple[Cause, Share]]:
    """By row the shared cause that would win it most."""
    found: dict[int, tuple[Cause, Share]] = {}
    for cause in portfolio.causes:
        for share in cause.shares:
            known = found.get(id(share.row))
            if known is None or (share.tie.won or 0) > (known[1].tie.won or 0):
                found[id(share.row)] = cause, share
    return found


def _line(row: Row, best: tuple[Cause, Share] | None, aliases: Aliases, checks: int, say: Words) -> Iterator[Cell]:
    yield from _identity(row, say)
    yield from _judged(row, say)
    serving = {each.role: each for each in (row.latest.serving if row.latest else ())}
    for role in _ROLES:
        supplier = serving.get(role)
        yield aliases.supplier(supplier) if supplier else ""
        yield say(f"certainty.{supplier.certainty}") if supplier else ""
    yield "" if best is None else aliases.cause(best[0])
    yield "" if best is None or best[1].tie.won is None else best[1].tie.won
    marks = row.latest.marks if row.latest else Mark.NOT_RUN * checks
    yield from (say(f"portfolio.mark_name.{Mark(mark).name.lower()}") for mark in marks)


def _identity(row: Row, say: Words) -> Iterator[Cell]:
    member, latest, moved = row.member, row.latest, row.moved
    yield from (
        visible(member.authority, 260),
        say(f"portfolio.kind.{member.kind}"),
        "" if member.population is None else member.population,
    )
    yield from (
        visible(member.departement, 20),
        visible(member.epci, 260),
        ", ".join(visible(tag) for tag in member.tags),
        visible(member.domain),
    )
    yield "" if latest is None else latest.moment.date().isoformat()
    yield row.grade.letter if row.grade else "" if latest is None else say("grade.none")
    yield row.grade.value if row.grade else ""
    yield latest.coverage if latest else ""
    yield say(f"perimeter.{latest.perimeter}") if latest else ""
    yield say(f"portfolio.moves.{moved.movement}")
    yield "" if moved.points is None else moved.points
    yield from (moved.before.letter, moved.before.value) if moved.before else ("", "")
    yield "" if moved.before_at is None else moved.before_at.date().isoformat()
    yield from (moved.new, moved.fixed) if moved.before_at else ("", "")
    yield row.relief.grade.value if row.relief and row.relief.grade else ""
    yield row.relief.accepted + row.relief.disputed if row.relief else ""


def _judged(row: Row, say: Words) -> Iterator[Cell]:
    latest = row.latest
    if latest is None:
        yield from [""] * (len(Severity) + len(PILLARS) + len(LEVELS))
        return
    counts = dict(latest.findings)
    yield from (counts.get(severity, 0) for severity in reversed(Severity))
    values = {pillar.id: pillar for pillar in latest.pillars}
    for id in PILLARS:
        pillar = values.get(id)
        unsaid = say("report.pillar_unexamined" if pillar is None or not pillar.examined else "report.pillar_unrated")
        yield unsaid if pillar is None or pillar.value is None else pillar.value
    yield from (say(f"portfolio.attainment.{level}") for level in latest.levels)
