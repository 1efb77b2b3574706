"""What cannot wait for the next campaign: found in the store, looked at again where it may be over by now, and kept once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from scanner.campaign.alerting import AlertDesk, Kept
from scanner.campaign.alerts import Alert, certificates
from scanner.catalogue import Catalogue
from scanner.followup.verify import look_again
from scanner.net.door import Premises
from scanner.registry import Register
from scanner.scan import ScanImpossible
from scanner.settings import Settings

#: In the audit log: the day's alerts were looked for.
DONE = "alerts.run"
SIDE_BY_SIDE = 8  # certificates looked at at once
#: Nobody is called out of bed for a certificate that ends in a fortnight: the day begins at 6 h UTC, 7 or 8 h in Paris.
MORNING = timedelta(hours=6)
_CERTIFICATE = ("tls.certificate-expiring",)


def due(register: Register) -> bool:
    """Whether nobody has looked for alerts since this morning."""
    last = register.last_done(DONE)
    return last is None or _day(last) < _day(register.clock())


def fresh_alerts(
    board: AlertDesk, register: Register, catalogue: Catalogue, settings: Settings, stop: threading.Event | None = None
) -> tuple[Kept, ...]:
    """What nobody was told of until now; from here on it is known. Raises StoreError."""
    domains = [each.name for authority in register.authorities() for each in authority.domains if each.scanned]
    found = board.search(domains)
    stop = stop or threading.Event()
    again = asyncio.run(_look_at(found.stale, register, catalogue, settings, stop)) if found.stale else []
    kept = board.keep((*found.alerts, *again))
    if not stop.is_set():
        register.audit(register.who, DONE)
    return kept


async def _look_at(
    domains: Iterable[str], register: Register, catalogue: Catalogue, settings: Settings, stop: threading.Event
) -> list[Alert]:
    """The certificates as they are now: a renewal since the last campaign is the ordinary case, and no alert."""
    premises = Premises(settings.network)
    turns = asyncio.Semaphore(SIDE_BY_SIDE)

    async def one(domain: str) -> tuple[Alert, ...]:
        async with turns:
            if stop.is_set():
                return ()
            try:
                seen = await look_again(domain, _CERTIFICATE, register, register.who, catalogue, premises, register.clock)
            except ScanImpossible:
                return ()
        return certificates(seen, register.clock(), settings.correspondence.alert_days)

    try:
        return [alert for found in await asyncio.gather(*map(one, domains)) for alert in found]
    finally:
        premises.close()


def _day(moment: datetime) -> date:
    return (moment - MORNING).date()
