"""The history of one store: results kept, found again by date, compared, judged anew, and forgotten in time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import ColumnElement, Connection, Row, select, update
from sqlalchemy.exc import IntegrityError

from scanner.campaign.model import MemberState
from scanner.catalogue import Catalogue, load_catalogue
from scanner.history import upkeep
from scanner.history.packing import unpack
from scanner.history.parts import put_together, take_apart
from scanner.history.rows import WHOLE, add_scan, number_for, parts_of
from scanner.report.stored.node import Node
from scanner.report.stored.score import read_score
from scanner.result import ScanResult
from scanner.scoring import Score
from scanner.store.campaign_tables import campaign_members, scanned_domains, scans
from scanner.store.engine import Store


@dataclass(frozen=True, slots=True)
class Kept:
    """The number of the scan; `fresh` is false where the campaign had one of this domain already, and nothing was written."""

    scan: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class ScorePoint:
    """One scan on the curve of a domain. `given` is the score as it was first given: it differs from `score` where the
    rules of today judge the same observations otherwise (`rejudge`)."""

    scan: int
    at: datetime
    campaign: int | None
    score: Score
    given: Score


class History:
    """Every scan of one store. Each method is one transaction; raises StoreError as the store does.

    A result comes back as it was kept, but for what scanner/history/minimal.py leaves out.
    """

    def __init__(self, store: Store, catalogue: Catalogue | None = None) -> None:
        self._store = store
        self._given = catalogue

    @cached_property
    def catalogue(self) -> Catalogue:
        """With which observations are read: the one that was given, else all that is installed."""
        return self._given or load_catalogue()

    def keep(self, result: ScanResult, campaign_id: int | None = None) -> Kept:
        """Keep a result, and settle its member of the campaign in the same instant; a second time changes nothing.

        Raises ValueError on a scan that was interrupted: what it did not see would read as a change.
        """
        if result.interrupted:
            raise ValueError(f"the scan of {result.domain.name} was interrupted")
        parts = take_apart(result)

        def write() -> Kept:
            with self._store.write() as connection:
                domain = number_for(connection, result.domain.name)
                known = _in_campaign(connection, domain, campaign_id)
                scan = add_scan(connection, domain, campaign_id, result, parts) if known is None else known
                if campaign_id is not None:
                    _settle(connection, campaign_id, result)
                return Kept(scan, known is None)

        try:
            return write()
        except IntegrityError:  # another process has met this domain for the first time at the same instant
            return write()

    def latest(self, domain: str) -> ScanResult | None:
        """The newest result."""
        return self._one(scanned_domains.c.name == domain)

    def at(self, domain: str, moment: datetime) -> ScanResult | None:
        """What was known at that moment: the newest result that had begun by then."""
        return self._one(scanned_domains.c.name == domain, scans.c.started <= moment)

    def before(self, domain: str, moment: datetime) -> ScanResult | None:
        """The newest result that had begun earlier: what to compare one of that moment with."""
        return self._one(scanned_domains.c.name == domain, scans.c.started < moment)

    def of_campaign(self, campaign_id: int, domain: str) -> ScanResult | None:
        """What one campaign saw of one domain."""
        return self._one(scans.c.campaign == campaign_id, scanned_domains.c.name == domain)

    def results(self, campaign_id: int) -> Iterator[ScanResult]:
        """All that one campaign saw, by domain, one at a time in memory."""
        chosen = select(scanned_domains.c.name).join(scans, scans.c.domain == scanned_domains.c.id)
        chosen = chosen.where(scans.c.campaign == campaign_id).order_by(scanned_domains.c.name)
        with self._store.read() as connection:
            names = connection.scalars(chosen).all()
        found = (self.of_campaign(campaign_id, name) for name in names)
        return (result for result in found if result is not None)

    def graded(self, campaign_id: int) -> tuple[str, ...]:
        """The domains that one campaign gave a grade, hence whose machines answered."""
        chosen = select(scanned_domains.c.name).join(scans, scans.c.domain == scanned_domains.c.id)
        with self._store.read() as connection:
            return tuple(connection.scalars(chosen.where(scans.c.campaign == campaign_id, scans.c.grade.is_not(None))))

    def domains(self) -> tuple[str, ...]:
        """Every domain of which a scan is kept."""
        with self._store.read() as connection:
            return tuple(connection.scalars(select(scanned_domains.c.name).order_by(scanned_domains.c.name)))

    def scores(self, domain: str) -> tuple[ScorePoint, ...]:
        """The curve of one domain, the oldest first."""
        return self.curves((domain,)).get(domain, ())

    def curves(self, domains: Iterable[str] | None = None) -> dict[str, tuple[ScorePoint, ...]]:
        """The curves of many domains, or of all, in one question."""
        wanted = None if domains is None else frozenset(domains)
        chosen = select(scans, scanned_domains.c.name).join(scanned_domains, scanned_domains.c.id == scans.c.domain)
        if wanted is not None and len(wanted) == 1:
            chosen = chosen.where(scanned_domains.c.name.in_(wanted))
        curves: dict[str, list[ScorePoint]] = {}
        with self._store.read() as connection:
            for row in connection.execute(chosen.order_by(scans.c.started, scans.c.id)):
                if wanted is None or row.name in wanted:
                    curves.setdefault(row.name, []).append(_point(row))
        return {name: tuple(points) for name, points in curves.items()}

    def rejudge(self, tell: Callable[[int, int], None] = lambda done, total: None) -> upkeep.Rejudged:
        """Judge every stored scan by the checks and the score of today; a kill between two domains leaves both whole."""
        return upkeep.rejudge(self._store, self.catalogue, tell)

    def prune(self, now: datetime, months: int = upkeep.MONTHS) -> upkeep.Pruned:
        """Forget what is older than so many months."""
        return upkeep.prune(self._store, upkeep.months_before(now, months))

    def forget(self, domain: str) -> bool:
        """Everything about one domain, at once; false where nothing was known of it."""
        return upkeep.forget(self._store, domain)

    def size(self) -> upkeep.Size:
        """What the history weighs."""
        return upkeep.size(self._store)

    def _one(self, *conditions: ColumnElement[bool]) -> ScanResult | None:
        chosen = WHOLE.join(scanned_domains, scanned_domains.c.id == scans.c.domain).where(*conditions)
        with self._store.read() as connection:
            row = connection.execute(chosen.order_by(scans.c.started.desc(), scans.c.id.desc()).limit(1)).first()
            parts = parts_of(connection, row) if row else None
        return put_together(parts, self.catalogue) if parts else None


def _in_campaign(connection: Connection, domain: int, campaign: int | None) -> int | None:
    if campaign is None:
        return None
    return connection.scalar(select(scans.c.id).where(scans.c.campaign == campaign, scans.c.domain == domain))


def _settle(connection: Connection, campaign: int, result: ScanResult) -> None:
    member = campaign_members
    ours = (member.c.campaign == campaign, member.c.domain == result.domain.name)
    values = {"state": MemberState.DONE, "token": None, "lease": None, "reason": "", "detail": "", "settled": result.finished_at}
    connection.execute(update(member).where(*ours).values(values))


def _point(row: Row[tuple[object, ...]]) -> ScorePoint:
    score = _score(row.score)
    return ScorePoint(row.id, row.started, row.campaign, score, _score(row.given) if row.given else score)


def _score(packed: bytes) -> Score:
    plain = unpack(packed)
    failed = frozenset(loss["check"] for pillar in plain["pillars"] for loss in pillar["losses"])
    return read_score(Node(plain), failed)
