"""Rows of the history: one for a scan, one for as long as a check says the same of a subject."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, or_, select, update

from scanner.history.packing import pack, unpack
from scanner.history.parts import Pair, Parts
from scanner.result import ScanResult
from scanner.scoring import Score
from scanner.store.campaign_tables import observations, outcomes, scanned_domains, scans

#: A scan with its content; `campaign` is null where a person asked for it alone.
WHOLE = select(scans, observations.c.content).join(observations, observations.c.scan == scans.c.id)


def number_of(connection: Connection, domain: str) -> int | None:
    """The number of a domain that was ever scanned. Nobody else writes about it until our transaction ends."""
    chosen = select(scanned_domains.c.id).where(scanned_domains.c.name == domain)
    return connection.scalar(chosen.with_for_update())


def number_for(connection: Connection, domain: str) -> int:
    """The same, given now where it has none. Raises IntegrityError where another process does so at this instant."""
    known = number_of(connection, domain)
    if known is not None:
        return known
    return int(connection.execute(insert(scanned_domains).values(name=domain).returning(scanned_domains.c.id)).scalar_one())


def score_columns(score: Score, plain: dict[str, Any]) -> dict[str, Any]:
    """What is asked for without unpacking, and the whole."""
    return {
        "value": score.value,
        "grade": score.grade,
        "coverage": score.coverage,
        "perimeter": score.perimeter.value,
        "scoring": score.version,
        "score": pack(plain),
    }


def add_scan(connection: Connection, domain: int, campaign: int | None, result: ScanResult, parts: Parts) -> int:
    """One more scan of a domain; its number."""
    values = {
        "domain": domain,
        "campaign": campaign,
        "started": result.started_at,
        "finished": result.finished_at,
        "connections": result.cost.connections,
        **score_columns(result.score, parts.score),
    }
    scan = int(connection.execute(insert(scans).values(values).returning(scans.c.id)).scalar_one())
    connection.execute(insert(observations).values(scan=scan, content=pack(parts.seen)))
    say(connection, domain, scan, parts.outcomes)
    return scan


def say(connection: Connection, domain: int, scan: int, now: Mapping[Pair, str]) -> None:
    """From this scan on the checks say this; what they said before and say no more has ended with the scan before."""
    still = and_(outcomes.c.domain == domain, outcomes.c.last_scan.is_(None))
    said = {(row.check, row.subject): row.content for row in connection.execute(select(outcomes).where(still))}
    last = connection.scalar(select(scans.c.id).where(scans.c.domain == domain, scans.c.id < scan).order_by(scans.c.id.desc()))
    for check, subject in said:
        if now.get((check, subject)) != said[check, subject]:
            one = and_(still, outcomes.c.check == check, outcomes.c.subject == subject)
            connection.execute(update(outcomes).where(one).values(last_scan=last))
    fresh = [
        {"domain": domain, "check": check, "subject": subject, "first_scan": scan, "last_scan": None, "content": content}
        for (check, subject), content in now.items()
        if said.get((check, subject)) != content
    ]
    if fresh:
        connection.execute(insert(outcomes), fresh)


def said_at(connection: Connection, domain: int, scan: int) -> dict[Pair, str]:
    """What the checks said at one scan."""
    lasting = or_(outcomes.c.last_scan.is_(None), outcomes.c.last_scan >= scan)
    chosen = select(outcomes).where(outcomes.c.domain == domain, outcomes.c.first_scan <= scan, lasting)
    return {(row.check, row.subject): row.content for row in connection.execute(chosen)}


def parts_of(connection: Connection, row: Row[Any]) -> Parts:
    """A row of WHOLE with its outcomes. Raises Unreadable."""
    return Parts(unpack(row.content), unpack(row.score), said_at(connection, row.domain, row.id))
