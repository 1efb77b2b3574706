"""observe(): each probe once, failures as values, nothing lost when stopped."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from scanner.catalogue import Catalogue
from scanner.contract import ProbeSpec, probe, spec_of
from scanner.engine import observe
from scanner.landscape import Landscape, Seen
from scanner.model import Absent, Domain, Host, Level, Observation, Proof, Reason, Site, Unobserved
from scanner.net import Net, NetFailure
from scanner.net.door import Door, Premises
from scanner.settings import NetworkSettings

TOWN = Domain("mairie-exemple.fr")
SITES = (Site("mairie-exemple.fr", TOWN), Site("www.mairie-exemple.fr", TOWN))
HOST = Host("203.0.113.7")
LANDSCAPE = Landscape(TOWN, (TOWN, *SITES, HOST), {TOWN: (*SITES, HOST)})


@dataclass(frozen=True, slots=True)
class Base(Observation):
    number: int


@dataclass(frozen=True, slots=True)
class Upper(Observation):
    number: int


@dataclass(frozen=True, slots=True)
class Tolerant(Observation):
    saw: str


def observed(*functions: Callable[..., Awaitable[object]], stop_after: float | None = None) -> Seen:
    """Run these probes on the landscape; nothing is asked of the network."""
    specs = tuple(spec for function in functions if isinstance(spec := spec_of(function), ProbeSpec))
    seen = Seen()

    async def run() -> None:
        premises = Premises(NetworkSettings())
        door = Door(premises, TOWN)
        try:
            async with asyncio.timeout(stop_after):
                await observe(Catalogue(specs, ()), LANDSCAPE, seen, door, lambda done, total: None)
        except TimeoutError:
            pass
        finally:
            await door.close()
            premises.close()

    asyncio.run(run())
    return seen


def test_a_probe_runs_once_however_many_need_it() -> None:
    calls: list[str] = []

    @probe(seconds=1)
    async def base(domain: Domain) -> Base:
        calls.append(domain.name)
        return Base(1)

    @probe(seconds=1)
    async def upper(site: Site, base: Base) -> Upper:
        return Upper(base.number + 1)

    seen = observed(base, upper)
    assert calls == [TOWN.name]
    assert [seen.exactly(site, Upper) for site in SITES] == [Upper(2), Upper(2)]


@pytest.mark.parametrize("sight", [Absent(Proof.NXDOMAIN), Unobserved(Reason.TIMEOUT, "x")])
def test_what_is_missing_passes_through_unless_it_is_tolerated(sight: Absent | Unobserved) -> None:
    @probe(seconds=1)
    async def base(domain: Domain) -> Base | Absent:
        if isinstance(sight, Unobserved):
            raise NetFailure(sight.reason, sight.detail)
        return sight

    @probe(seconds=1)
    async def upper(domain: Domain, base: Base) -> Upper:
        raise AssertionError("must not run")

    @probe(seconds=1)
    async def tolerant(domain: Domain, base: Base | Absent | Unobserved) -> Tolerant:
        return Tolerant(type(base).__name__)

    seen = observed(base, upper, tolerant)
    assert seen.exactly(TOWN, Upper) == sight
    assert seen.exactly(TOWN, Tolerant) == Tolerant(type(sight).__name__)


def test_a_probe_that_raises_is_a_bug_of_ours_and_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    @probe(seconds=1)
    async def base(domain: Domain) -> Base:
        raise ZeroDivisionError("oops")

    @probe(seconds=1)
    async def upper(site: Site) -> Upper:
        return Upper(1)

    with caplog.at_level(logging.CRITICAL, "scanner.engine"):
        seen = observed(base, upper)
    sight = seen.exactly(TOWN, Base)
    assert isinstance(sight, Unobserved)
    assert sight.reason is Reason.BUG
    assert seen.exactly(SITES[0], Upper) == Upper(1)


def test_an_active_probe_does_not_run_without_a_mandate() -> None:
    @probe(seconds=1, level=Level.ACTIVE)
    async def base(host: Host, net: Net) -> Base:
        raise AssertionError("must not run")

    assert observed(base).exactly(HOST, Base) == Unobserved(Reason.NO_MANDATE)


def test_a_passive_probe_that_asks_for_ports_is_a_bug(caplog: pytest.LogCaptureFixture) -> None:
    @probe(seconds=1)
    async def base(host: Host, net: Net) -> Base:
        await net.ports.scan(host.name, (22,))
        return Base(1)

    with caplog.at_level(logging.CRITICAL, "scanner.engine"):
        sight = observed(base).exactly(HOST, Base)
    assert isinstance(sight, Unobserved)
    assert sight.reason is Reason.BUG


def test_what_was_seen_before_a_stop_is_kept_and_the_rest_is_interrupted() -> None:
    @probe(seconds=1)
    async def base(domain: Domain) -> Base:
        return Base(1)

    @probe(seconds=1)
    async def upper(site: Site) -> Upper:
        await asyncio.sleep(60)
        return Upper(1)

    seen = observed(base, upper, stop_after=0.2)
    assert seen.exactly(TOWN, Base) == Base(1)
    assert seen.exactly(SITES[0], Upper) == Unobserved(Reason.INTERRUPTED)


def test_facts_of_a_host_never_look_upward() -> None:
    seen = Seen()
    seen.record(TOWN, Base, Base(1))
    assert seen.find(SITES[0], Base) == Base(1)
    assert isinstance(seen.find(HOST, Base), Unobserved)
