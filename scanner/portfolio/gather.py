"""From the register and the history to a portfolio, one domain at a time: a result is read, summed up, and forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from scanner.catalogue import Catalogue
from scanner.dossier import Dossier, Town
from scanner.portfolio.causes import Ledger
from scanner.portfolio.model import GradeMovement, Member, Moved, Point, Relief, Row
from scanner.portfolio.portfolio import Heading, Portfolio
from scanner.portfolio.summary import grade_of, moved, summary
from scanner.portfolio.ties import ties
from scanner.registry.declared import declared
from scanner.registry.model import Authority, Waiver
from scanner.registry.waiving import apply_waivers, severities, waivers_of
from scanner.result import ScanResult
from scanner.scoring import Score

NO_TOWN = Town()


@dataclass(frozen=True, slots=True)
class Examined:
    """One domain before it is summed up. `result` is None where there is none; `declared` as in the RPNT."""

    member: Member
    result: ScanResult | None = None
    previous: ScanResult | None = None
    town: Town = NO_TOWN
    declared: tuple[tuple[str, bool], ...] = ()
    trend: tuple[Point, ...] = ()
    waivers: tuple[Waiver, ...] = ()


class Scored(Protocol):
    """One scan on the curve of a domain, as scanner/history keeps it."""

    @property
    def at(self) -> datetime:
        """When it began."""

    @property
    def score(self) -> Score:
        """By the rules of today."""


class Archive(Protocol):
    """What is asked of the history."""

    def latest(self, domain: str) -> ScanResult | None:
        """The newest result."""

    def of_campaign(self, campaign_id: int, domain: str) -> ScanResult | None:
        """What one campaign saw of one domain."""

    def before(self, domain: str, moment: datetime) -> ScanResult | None:
        """The newest result that had begun earlier."""

    def scores(self, domain: str) -> Sequence[Scored]:
        """The curve of one domain, the oldest first."""


class Directory(Protocol):
    """What is asked of the register."""

    def authorities(self, tag: str = "") -> Iterable[Authority]:
        """All members, or those with a tag."""

    def waivers_of(self, domain: str) -> tuple[Waiver, ...]:
        """All that were ever recorded for a domain."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which domains, and which of their results: those of one campaign and its members, else the newest of all."""

    tag: str = ""
    campaign: int | None = None
    domains: frozenset[str] | None = None


def nobody_shares(authority: Authority) -> bool:
    """The rule where nobody said otherwise: no name is shown to a supplier beside those of other clients."""
    return False


def gather(
    register: Directory, history: Archive, choice: Choice, shares: Callable[[Authority], bool] = nobody_shares
) -> Iterator[Examined]:
    """Every scanned domain of the members, one at a time; `shares` says whose name a supplier may read beside others."""
    for authority in register.authorities(tag=choice.tag):
        for domain in authority.domains:
            if domain.scanned and (choice.domains is None or domain.name in choice.domains):
                yield _examined(authority, domain.name, history, register, choice, shares(authority))


def _examined(authority: Authority, domain: str, history: Archive, register: Directory, choice: Choice, shared: bool) -> Examined:
    result = history.latest(domain) if choice.campaign is None else history.of_campaign(choice.campaign, domain)
    return Examined(
        _member(authority, domain, shared),
        result,
        history.before(domain, result.started_at) if result else None,
        authority.town(),
        tuple(declared(authority).items()),
        tuple(Point(each.at, each.score.value, each.score.perimeter, each.score.version) for each in history.scores(domain)),
        register.waivers_of(domain),
    )


def _member(authority: Authority, domain: str, shared: bool) -> Member:
    return Member(
        authority.name, authority.kind, domain, authority.population, authority.departement, authority.epci_name, authority.tags,
        shared,
    )  # fmt: skip


def assemble(examined: Iterable[Examined], catalogue: Catalogue, heading: Heading, own: Iterable[str] = ()) -> Portfolio:
    """A portfolio of domains that are handed over one at a time. `own` names the suppliers that are the syndicate itself."""
    checks = tuple(spec.id for spec in catalogue.checks)
    ledger = Ledger(own)
    rows = []
    for each in examined:
        if each.result is None:
            rows.append(Row(each.member, None, Moved(GradeMovement.NO_RESULT), each.trend))
            continue
        on = heading.moment.date()
        waivers = waivers_of(each.result, each.waivers, on, catalogue)
        dossier = Dossier(each.result, each.previous, each.town, heading.sender, each.declared, waivers=waivers)
        relief = _relief(each, each.result, on, catalogue)
        row = Row(each.member, summary(dossier, checks), moved(dossier), each.trend, relief)
        ledger.take(row, ties(dossier, catalogue))
        rows.append(row)
    return Portfolio(heading, checks, tuple(rows), ledger.causes(), ledger.levers())


def _relief(each: Examined, result: ScanResult, on: date, catalogue: Catalogue) -> Relief | None:
    if not each.waivers:
        return None
    waived = apply_waivers(result, each.waivers, on, severities(result, catalogue))
    if not waived.accepted and not waived.disputed:
        return None
    accepted, disputed = ({each.waiver.id for each in held} for held in (waived.accepted, waived.disputed))
    return Relief(grade_of(waived.with_waivers), len(accepted), len(disputed))
