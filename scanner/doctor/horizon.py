"""Split-horizon DNS: whether names mean here what they mean to the rest of the world.

Inside an organisation a name may lead to a private address, or to another machine than for the public. Whatever is seen
from there is not what the Internet sees, so nobody is graded. Addresses that vary with the place (a CDN), or that were
changed an hour ago, come from one and the same zone; a second, internal zone of the same name has a primary of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import combinations

from scanner.doctor.findings import Finding, good, stopping, unverifiable
from scanner.doctor.resolving import SECONDS, Server, asking
from scanner.model import Absent
from scanner.net.budget import Budget
from scanner.net.dns import Resolver
from scanner.net.types import NetFailure, Records

MAX_DOMAINS = 100  # that are asked for; an internal zone is most often one of the first, the syndicate's own
SHOWN = 5
#: How an address is judged: why it is not public, "" where it is (scanner/net/policy.py).
Refusal = Callable[[str], str]


class Sight(Enum):
    """What a name is, seen from here."""

    SAME = auto()
    UNSEEN = auto()
    PRIVATE = auto()  # an address that is not public, which nobody outside confirms
    DIFFERENT = auto()  # two resolvers know two zones of this name


@dataclass(frozen=True, slots=True)
class View:
    """A name through one resolver: its addresses, none where it has none, None where nothing was seen; who answers for
    its zone."""

    addresses: frozenset[str] | None
    zone: str = ""


def judge_name(inside: Sequence[View], outside: View | None, refusal: Refusal) -> Sight:
    """Compare what the resolvers of the settings say with each other, and with one outside where there is one."""
    seen = [view for view in inside if view.addresses is not None]
    if not seen:
        return Sight.UNSEEN
    private = {address for view in seen for address in view.addresses or () if refusal(address)}
    confirmed = outside.addresses if outside is not None and outside.addresses is not None else frozenset()
    if private - confirmed:
        return Sight.PRIVATE
    every = [*seen, outside] if outside is not None and outside.addresses is not None else seen
    return Sight.DIFFERENT if any(_two_zones(*pair) for pair in combinations(every, 2)) else Sight.SAME


def _two_zones(one: View, other: View) -> bool:
    mine, theirs = one.addresses or frozenset(), other.addresses or frozenset()
    if mine & theirs or not (mine or theirs):
        return False
    return one.zone != other.zone


async def look_at_names(names: Sequence[str], servers: Sequence[Server], outside: Server | None, refusal: Refusal) -> Finding:
    """The horizon of these domains, each with its `www`."""
    asked = tuple(dict.fromkeys(names))[:MAX_DOMAINS]
    if not asked:
        return unverifiable("horizon", "no_name")
    views = await asyncio.gather(*(_views(asked, server) for server in (*servers, *([outside] if outside else []))))
    inside, beyond = views[: len(servers)], views[len(servers)] if outside else None
    sights = {
        name: judge_name([view[name] for view in inside], beyond[name] if beyond else None, refusal) for name in _with_www(asked)
    }
    return _finding(asked, sights, len(views))


def _finding(asked: Sequence[str], sights: dict[str, Sight], resolvers: int) -> Finding:
    for sight, case in ((Sight.PRIVATE, "private"), (Sight.DIFFERENT, "different")):
        found = [name for name in sights if sights[name] is sight]
        if found:
            return stopping("horizon", case, names=tuple(found[:SHOWN]), count=len(found))
    if all(sight is Sight.UNSEEN for sight in sights.values()):
        return unverifiable("horizon", "unseen", count=len(asked))
    return good("horizon", "good" if resolvers > 1 else "alone", count=len(asked))


def _with_www(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(full for name in names for full in (name, f"www.{name}"))


async def _views(names: Sequence[str], server: Server) -> dict[str, View]:
    async with asking(server) as resolver:
        views = await asyncio.gather(*(_domain_views(name, resolver) for name in names))
    return {name: view for pair in views for name, view in pair.items()}


async def _domain_views(name: str, resolver: Resolver) -> dict[str, View]:
    """The domain and its `www`; a name alone that only exists inside has a zone of its own."""
    return {full: await _view(full, resolver) for full in _with_www((name,))}


async def _view(name: str, resolver: Resolver) -> View:
    try:
        answers = [await resolver.lookup(name, rdtype, Budget(SECONDS)) for rdtype in ("A", "AAAA")]
        zone = await _zone(name, resolver)
    except NetFailure:
        return View(None)
    return View(frozenset(text for answer in answers if isinstance(answer, Records) for text in answer.texts), zone)


async def _zone(name: str, resolver: Resolver) -> str:
    """The primary and the mailbox in the SOA of the closest zone above a name; without the serial, which caches delay."""
    while "." in name:
        answer = await resolver.lookup(name, "SOA", Budget(SECONDS))
        if not isinstance(answer, Absent) and not answer.aliases:
            return " ".join(answer.texts[0].split()[:2])
        name = name.partition(".")[2]
    return ""
