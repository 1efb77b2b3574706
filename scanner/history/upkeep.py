"""What is done to the history as a whole: judged anew, pruned, weighed."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from scanner.catalogue import Catalogue
from scanner.history import rows
from scanner.history.packing import Unreadable, unpack
from scanner.history.parts import Pair, Parts, put_together, take_apart
from scanner.history.rejudging import rejudged
from scanner.report.stored import NotAResult
from scanner.result import ScanResult
from scanner.store.campaign_tables import campaign_members, campaigns, observations, outcomes, scanned_domains, scans
from scanner.store.engine import Store

MONTHS = 13  # a year, and the same month of the year before beside it


@dataclass(frozen=True, slots=True)
class Rejudged:
    """Scans that were judged anew; how many of them have another grade now; how many nobody could read."""

    scans: int = 0
    changed: int = 0
    unreadable: int = 0

    def __add__(self, other: Rejudged) -> Rejudged:
        """Of two domains."""
        return Rejudged(self.scans + other.scans, self.changed + other.changed, self.unreadable + other.unreadable)


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was forgotten."""

    scans: int
    domains: int
    campaigns: int


@dataclass(frozen=True, slots=True)
class Size:
    """Bytes of content, without what the database adds (about a third on SQLite); `scans` are town-months."""

    domains: int
    scans: int
    seen: int
    scores: int
    outcomes: int
    intervals: int

    @property
    def per_scan(self) -> int:
        """Bytes a town-month."""
        return round((self.seen + self.scores + self.outcomes) / self.scans) if self.scans else 0


def rejudge(store: Store, catalogue: Catalogue, tell: Callable[[int, int], None]) -> Rejudged:
    """One transaction a domain."""
    with store.read() as connection:
        numbers = connection.scalars(select(scanned_domains.c.id).order_by(scanned_domains.c.id)).all()
    total = Rejudged()
    for done, number in enumerate(numbers):
        tell(done, len(numbers))
        with store.write() as connection:
            total += _rejudge(connection, number, catalogue)
    tell(len(numbers), len(numbers))
    return total


def _rejudge(connection: Connection, domain: int, catalogue: Catalogue) -> Rejudged:
    """The outcomes of every scan of a domain are written again, the oldest first; what nobody can read stays as it was."""
    scanned = connection.execute(rows.WHOLE.where(scans.c.domain == domain).order_by(scans.c.id)).all()
    stored = [(row, rows.said_at(connection, domain, row.id)) for row in scanned]
    connection.execute(delete(outcomes).where(outcomes.c.domain == domain))
    total = Rejudged()
    for row, said in stored:
        now = _judged(row, said, catalogue)
        if now is None:
            rows.say(connection, domain, row.id, said)
            total += Rejudged(unreadable=1)
            continue
        fresh = take_apart(now)
        rows.say(connection, domain, row.id, fresh.outcomes)
        if fresh.score != unpack(row.score):
            values = {**rows.score_columns(now.score, fresh.score), "given": row.given or row.score}
            connection.execute(update(scans).where(scans.c.id == row.id).values(values))
        total += Rejudged(1, int(row.grade != now.score.grade))
    return total


def _judged(row: Row[Any], said: Mapping[Pair, str], catalogue: Catalogue) -> ScanResult | None:
    """None where the bytes are damaged, or of a form that this program does not read."""
    try:
        return rejudged(put_together(Parts(unpack(row.content), unpack(row.score), said), catalogue), catalogue)
    except (Unreadable, NotAResult):
        return None


def prune(store: Store, before: datetime) -> Pruned:
    """Scans that began before that moment, what only they said, and campaigns that were over before."""
    with store.write() as connection:
        old = connection.execute(delete(scans).where(scans.c.started < before)).rowcount
        oldest = select(func.min(scans.c.id)).where(scans.c.domain == outcomes.c.domain).scalar_subquery()
        connection.execute(delete(outcomes).where(outcomes.c.last_scan < oldest))
        empty = scanned_domains.c.id.not_in(select(scans.c.domain))
        gone = connection.execute(delete(scanned_domains).where(empty)).rowcount
        ended = func.coalesce(campaigns.c.finished, campaigns.c.planned)
        over = connection.execute(delete(campaigns).where(ended < before)).rowcount
    return Pruned(old, gone, over)


def forget(store: Store, domain: str) -> bool:
    """Everything about one domain, its place in campaigns too."""
    with store.write() as connection:
        known = connection.execute(delete(scanned_domains).where(scanned_domains.c.name == domain)).rowcount
        looked_at = connection.execute(delete(campaign_members).where(campaign_members.c.domain == domain)).rowcount
    return bool(known or looked_at)


def size(store: Store) -> Size:
    """Weigh it."""
    text = func.length(outcomes.c.check) + func.length(outcomes.c.subject) + func.length(outcomes.c.content)
    with store.read() as connection:

        def one(what: object) -> int:
            return int(connection.scalar(select(what)) or 0)  # type: ignore[call-overload]

        return Size(
            domains=one(func.count(scanned_domains.c.id)),
            scans=one(func.count(scans.c.id)),
            seen=one(func.sum(func.length(observations.c.content))),
            scores=one(func.sum(func.length(scans.c.score))),
            outcomes=one(func.sum(text)),
            intervals=one(func.count(outcomes.c.check)),
        )


def months_before(moment: datetime, months: int) -> datetime:
    """The same day so many months earlier, or the last day of that month where it has no such day."""
    moment = moment.astimezone(UTC)
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))
