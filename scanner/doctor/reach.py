"""What the network around this machine lets through, tried on the canary: a domain that the installation named for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from scanner.doctor.findings import Finding, good, stopping, to_fix, unverifiable
from scanner.model import Absent, Domain, Level, Reason
from scanner.net.door import Door, Premises
from scanner.net.routes import has_ipv6_route
from scanner.net.types import Net, NetFailure, Response

SECONDS = 30.0
#: A greeting came, if not a friendly one: port 25 is open.
_GREETED = (Reason.THROTTLED, Reason.CHALLENGED)
CLOCK_OFF = timedelta(seconds=60)
#: From here on, certificates and deadlines would be misjudged.
CLOCK_WRONG = timedelta(hours=1)


async def look_outside(premises: Premises, clock: Callable[[], datetime]) -> tuple[Finding, ...]:
    """Port 25, IPv6 and the clock."""
    canary = premises.settings.canary
    ipv6 = good("ipv6") if has_ipv6_route() else unverifiable("ipv6", "none")
    if not canary:
        return (unverifiable("port_25", "unset"), ipv6, unverifiable("clock", "unset"))
    domain = Domain(canary)
    door = Door(premises, domain, clock=clock)
    try:
        port_25 = await port_25_outwards(canary, door.net(Level.PASSIVE, domain, SECONDS))
        return (port_25, ipv6, await clock_against(canary, door.net(Level.PASSIVE, domain, SECONDS), clock))
    finally:
        await door.close()


async def clock_only(premises: Premises, clock: Callable[[], datetime]) -> tuple[Finding, ...]:
    """The clock alone; nothing where no canary is set."""
    canary = premises.settings.canary
    if not canary:
        return ()
    door = Door(premises, Domain(canary), clock=clock)
    try:
        return (await clock_against(canary, door.net(Level.PASSIVE, Domain(canary), SECONDS), clock),)
    finally:
        await door.close()


async def port_25_outwards(canary: str, net: Net) -> Finding:
    """One polite conversation with the canary's first mail server."""
    try:
        answer = await net.dns.lookup(canary, "MX")
    except NetFailure as failure:
        return unverifiable("port_25", "no_mx", canary=canary, detail=failure.detail)
    if isinstance(answer, Absent):
        return unverifiable("port_25", "no_mx", canary=canary, detail=answer.detail)
    server = min((int(text.split()[0]), text.split()[1]) for text in answer.texts)[1]
    if server == ".":
        return unverifiable("port_25", "no_mx", canary=canary, detail="MX 0 .")
    try:
        await net.smtp.talk(server)
    except NetFailure as failure:
        return _shut(server, failure)
    return good("port_25", server=server)


def _shut(server: str, failure: NetFailure) -> Finding:
    if failure.reason in _GREETED:
        return good("port_25", server=server)
    case = {Reason.SILENT: "silent", Reason.REFUSED: "refused", Reason.OURS: "silent"}.get(failure.reason)
    if case is None:
        return unverifiable("port_25", "unseen", server=server, detail=failure.detail)
    return to_fix("port_25", case, server=server)


async def clock_against(canary: str, net: Net, clock: Callable[[], datetime]) -> Finding:
    """Our clock against the one of the canary's site."""
    asked = clock()
    try:
        page = await net.http.get(f"https://{canary}/", follow=False, max_body=1)
    except NetFailure as failure:
        return unverifiable("clock", "unseen", canary=canary, detail=failure.detail)
    told = moment_of(page)
    if told is None:
        return unverifiable("clock", "no_date", canary=canary)
    return judge_clock(asked, clock(), told, canary)


def judge_clock(asked: datetime, heard: datetime, told: datetime, canary: str) -> Finding:
    """The distance of `told` from the time between question and answer."""
    off = max(asked - told, told - heard, timedelta())
    if off <= CLOCK_OFF:
        return good("clock", canary=canary)
    problem = stopping if off > CLOCK_WRONG else to_fix
    return problem("clock", "off", canary=canary, seconds=round(off.total_seconds()))


def moment_of(page: Response) -> datetime | None:
    """When the site says that it answered; what a cache kept is as old as it says (RFC 9111 5.1)."""
    try:
        told = parsedate_to_datetime(page.all("date")[0])
        age = next((int(value) for value in page.all("age") if value.isascii() and value.isdigit() and len(value) < 10), 0)
        return (told if told.tzinfo else told.replace(tzinfo=UTC)) + timedelta(seconds=age)
    except (IndexError, ValueError, TypeError, OverflowError):
        return None
