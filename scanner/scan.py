"""The one use case: a domain in, a ScanResult out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from scanner.catalogue import Catalogue
from scanner.discovery import discover
from scanner.engine import Progress, observe
from scanner.judge import judge
from scanner.landscape import Landscape, Seen
from scanner.model import Absent, Domain, Host, Level, MailServer, Outcome, Proof, Reason, Unobserved
from scanner.net.door import Door, Premises, now_utc
from scanner.net.mandate import Mandate, refusal
from scanner.result import Authorisation, ScanResult
from scanner.scoring import Perimeter, score
from scanner.settings import OptOut

DISCOVERY_SECONDS = 30.0


class ScanImpossible(Exception):
    """There is nothing to grade; `kind` is a key of the messages: `no_such_domain`, `no_network`, `opted_out`."""

    def __init__(self, kind: str, domain: str, detail: str = "") -> None:
        super().__init__(f"{kind}: {domain} {detail}".strip())
        self.kind = kind
        self.domain = domain
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Order:
    """What one scan is asked to do. `opt_outs` are those of the register, beside those of the settings."""

    domain: Domain
    mandate: Mandate | None = None
    opt_outs: tuple[OptOut, ...] = ()


async def scan(
    order: Order,
    catalogue: Catalogue,
    premises: Premises,
    progress: Progress = lambda done, total: None,
    clock: Callable[[], datetime] = now_utc,
) -> ScanResult:
    """Discover, observe, judge, grade. Raises ScanImpossible; when cancelled, returns what was seen so far."""
    _respect_opt_outs(order, premises, clock())
    door = Door(premises, order.domain, order.mandate, clock)
    started_at, started = clock(), time.monotonic()
    try:
        landscape, seen = await discover(order.domain, door.net(Level.PASSIVE, order.domain, DISCOVERY_SECONDS).dns)
        _refuse_where_nothing_is(order.domain, seen)
        interrupted = await _observe(catalogue, landscape, seen, door, progress)
    finally:
        await door.close()
    return conclude(order, catalogue, landscape, seen, door, (started_at, started), interrupted)


async def _observe(catalogue: Catalogue, landscape: Landscape, seen: Seen, door: Door, progress: Progress) -> bool:
    """Whether a person stopped it; what was seen until then stays in `seen`."""
    try:
        await observe(catalogue, landscape, seen, door, progress)
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()
        return True
    return False


def conclude(
    order: Order,
    catalogue: Catalogue,
    landscape: Landscape,
    seen: Seen,
    door: Door,
    started: tuple[datetime, float],
    interrupted: bool,
) -> ScanResult:
    """Judge and grade what was seen."""
    outcomes = own_port_25(judge(catalogue.checks, landscape, seen, started[0]))
    # As of the start: a mandate that ended during the scan had opened what was seen until then.
    refusals = {
        host: refusal(order.mandate, Level.ACTIVE, order.domain, host, started[0].date()) for host in landscape.of_kind(Host)
    }
    mandated = any(refused is None for refused in refusals.values())
    severities = {spec.id: spec.severity for spec in catalogue.checks}
    mandate = order.mandate
    return ScanResult(
        domain=order.domain,
        started_at=started[0],
        finished_at=door.clock(),
        landscape=landscape,
        seen=seen,
        outcomes=outcomes,
        score=score(outcomes, Perimeter.MANDATED if mandated else Perimeter.PUBLIC, severities),
        cost=door.meter.cost(time.monotonic() - started[1]),
        authorisation=Authorisation(mandate.text, mandate.authority, mandate.signatory) if mandate else None,
        left_out=tuple(
            host.name for host, refused in refusals.items() if refused is not None and refused.reason is Reason.SHARED_ADDRESS
        ),
        warnings=catalogue.warnings,
        interrupted=interrupted,
    )


def own_port_25(outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """Where every mail server stayed silent it is most likely our own network that closes port 25: say so, reason OURS."""
    talks = [outcome for outcome in outcomes if isinstance(outcome.subject, MailServer)]
    if not talks or any(outcome.reason is not Reason.SILENT for outcome in talks):
        return outcomes
    return tuple(replace(outcome, reason=Reason.OURS) if outcome in talks else outcome for outcome in outcomes)


def _respect_opt_outs(order: Order, premises: Premises, now: datetime) -> None:
    name = order.domain.name
    for entry in (*premises.settings.opt_out, *order.opt_outs):
        if entry.covers(name, now.date()):
            raise ScanImpossible("opted_out", name, entry.until.isoformat() if entry.until else "")


def _refuse_where_nothing_is(domain: Domain, seen: Seen) -> None:
    """A name that does not exist has no grade; a machine without a resolver grades nobody."""
    sights = {sight for subject, _, sight in seen if subject == domain and isinstance(sight, Absent | Unobserved)}
    if any(isinstance(sight, Absent) and sight.proof is Proof.NXDOMAIN for sight in sights):
        raise ScanImpossible("no_such_domain", domain.name)
    if any(isinstance(sight, Unobserved) and sight.reason is Reason.OURS for sight in sights):
        raise ScanImpossible("no_network", domain.name)
