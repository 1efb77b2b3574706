"""What towns share is looked at once; what could not be seen is never remembered; an interrupted look costs nobody his own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from scanner import sharing
from scanner.landscape import Sight
from scanner.model import Absent, Domain, Host, MailServer, Observation, Proof, Reason, Site, Subject, Unobserved
from scanner.sharing import Look, SharedSights

TOWN = Domain("mairie-exemple.fr")
MX = MailServer("mx.exemple.fr")


@dataclass(frozen=True, slots=True)
class Fact(Observation):
    number: int


@dataclass(frozen=True, slots=True)
class Other(Observation):
    number: int


class Looks:
    """Counts the looks that were really made."""

    def __init__(self, *sights: Sight) -> None:
        self.made = 0
        self._sights = sights

    async def __call__(self) -> Sight:
        self.made += 1
        await asyncio.sleep(0)
        return self._sights[min(self.made, len(self._sights)) - 1]


@pytest.mark.parametrize("subject", [MX, Host("203.0.113.7")])
@pytest.mark.parametrize("sight", [Fact(1), Absent(Proof.REFUSED, "port 25")])
def test_what_was_seen_of_a_shared_machine_is_not_looked_at_again(subject: Subject, sight: Sight) -> None:
    shared, looks = SharedSights(), Looks(sight)

    async def go() -> list[Sight]:
        return [await shared.sight(subject, Fact, looks) for _ in range(3)]

    assert asyncio.run(go()) == [sight] * 3
    assert (looks.made, shared.reused) == (1, 2)


@pytest.mark.parametrize("subject", [TOWN, Site("www.mairie-exemple.fr", TOWN)])
def test_what_belongs_to_one_town_is_looked_at_for_that_town(subject: Subject) -> None:
    shared, looks = SharedSights(), Looks(Fact(1))

    async def go() -> None:
        for _ in range(3):
            await shared.sight(subject, Fact, looks)

    asyncio.run(go())
    assert (looks.made, shared.reused) == (3, 0)


def test_each_kind_of_look_and_each_machine_is_remembered_apart() -> None:
    shared, looks = SharedSights(), Looks(Fact(1))

    async def go() -> None:
        for subject, kind in ((MX, Fact), (MX, Other), (MailServer("mx2.exemple.fr"), Fact)):
            await shared.sight(subject, kind, looks)

    asyncio.run(go())
    assert looks.made == 3


def test_those_who_come_while_somebody_looks_wait_for_that_look() -> None:
    shared, looks = SharedSights(), Looks(Fact(1))

    async def go() -> list[Sight]:
        return await asyncio.gather(*(shared.sight(MX, Fact, looks) for _ in range(20)))

    assert asyncio.run(go()) == [Fact(1)] * 20
    assert looks.made == 1


def test_what_could_not_be_seen_is_shared_with_those_who_waited_and_then_forgotten() -> None:
    unseen = Unobserved(Reason.THROTTLED, "421")
    shared, looks = SharedSights(), Looks(unseen, Fact(1))

    async def go() -> list[Sight]:
        together = await asyncio.gather(*(shared.sight(MX, Fact, looks) for _ in range(5)))
        return [*together, await shared.sight(MX, Fact, looks)]

    assert asyncio.run(go()) == [unseen] * 5 + [Fact(1)]
    assert looks.made == 2


@pytest.mark.parametrize("fault", ["cancelled", "raised"])
def test_a_look_that_is_broken_off_is_made_by_the_next_in_line(fault: str) -> None:
    shared = SharedSights()
    made: list[int] = []

    async def broken() -> Sight:
        made.append(0)
        await asyncio.sleep(0.01)
        if fault == "raised":
            raise ZeroDivisionError
        await asyncio.sleep(60)
        raise AssertionError("nobody waits for this")

    async def whole() -> Sight:
        made.append(1)
        await asyncio.sleep(0)
        return Fact(1)

    async def go() -> list[object]:
        def call(look: Look) -> asyncio.Task[Sight]:
            return asyncio.create_task(shared.sight(MX, Fact, look))

        first = call(broken)
        await asyncio.sleep(0)
        others = [call(whole) for _ in range(4)]
        await asyncio.sleep(0.02)
        first.cancel()
        return list(await asyncio.gather(first, *others, return_exceptions=True))

    first, *others = asyncio.run(go())
    assert isinstance(first, asyncio.CancelledError | ZeroDivisionError)
    assert others == [Fact(1)] * 4
    assert made == [0, 1]


def test_who_stops_waiting_spoils_nothing_for_the_others() -> None:
    shared, looks = SharedSights(), Looks(Fact(1))

    async def slow() -> Sight:
        await asyncio.sleep(0.02)
        return await looks()

    async def go() -> list[object]:
        tasks = [asyncio.create_task(shared.sight(MX, Fact, slow)) for _ in range(4)]
        await asyncio.sleep(0.005)
        tasks[2].cancel()
        return list(await asyncio.gather(*tasks, return_exceptions=True))

    found = asyncio.run(go())
    assert [found[place] for place in (0, 1, 3)] == [Fact(1)] * 3
    assert looks.made == 1


def test_what_was_seen_grows_old_and_can_be_forgotten() -> None:
    now = [0.0]
    shared, looks = SharedSights(seconds=60, clock=lambda: now[0]), Looks(Fact(1))

    async def go(after: float, prepare: Callable[[], None] = lambda: None) -> int:
        now[0] = after
        prepare()
        await shared.sight(MX, Fact, looks)
        return looks.made

    assert [asyncio.run(go(after)) for after in (0, 59, 60, 61)] == [1, 1, 2, 2]
    assert asyncio.run(go(62, shared.forget)) == 3


def test_the_memory_is_bounded_and_keeps_what_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "MAX_KEPT", 3)
    shared, looks = SharedSights(), Looks(Fact(1))
    machines = [Host(f"203.0.113.{number}") for number in range(1, 6)]

    async def go() -> None:
        for machine in machines:
            await shared.sight(machine, Fact, looks)
            await shared.sight(machines[0], Fact, looks)

    asyncio.run(go())
    assert looks.made == len(machines)
