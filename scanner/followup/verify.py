"""Looks again at the points of one ticket, and at nothing else; what comes back never enters the history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from scanner.campaign.job import Consents
from scanner.catalogue import Catalogue
from scanner.followup.model import TicketRow
from scanner.model import Domain
from scanner.net.door import Premises, now_utc
from scanner.result import ScanResult
from scanner.scan import Order, scan


class NothingToLookAt(Exception):
    """No check of this ticket exists any more."""


async def look_again(
    domain: str,
    checks: tuple[str, ...],
    register: Consents,
    who: str,
    catalogue: Catalogue,
    premises: Premises,
    clock: Callable[[], datetime] = now_utc,
) -> ScanResult:
    """One domain by these checks alone, under the mandate of this very day, noted in the log before the first packet.

    Raises NothingToLookAt, and ScanImpossible as `scan`.
    """
    known = tuple(dict.fromkeys(check for check in checks if catalogue.check(check) is not None))
    if not known:
        raise NothingToLookAt
    today = clock().date()
    mandate = register.mandate_row(domain, today)
    register.audit(who, "verify", about=domain, mandate=mandate)
    order = Order(Domain(domain), mandate.as_mandate() if mandate else None, register.opt_outs(today))
    return await scan(order, catalogue.chosen(only=known), premises, clock=clock)


def checks_of(ticket: TicketRow) -> tuple[str, ...]:
    """The checks that its points are about."""
    return tuple(dict.fromkeys(point.check for point in ticket.points))
