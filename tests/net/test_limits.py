"""What every limiter promises, in memory and over PostgreSQL."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from scanner.cluster.turns import Rules
from scanner.model import Reason
from scanner.net.limits import Limiter, MemoryLimiter, Slot
from scanner.net.types import NetFailure
from tests.net.limiters import Making

ADDRESS = "203.0.113.7"
T = TypeVar("T")


def told(making: Making, story: Callable[[Limiter], Awaitable[T]], rules: Rules | None = None) -> T:
    """What the story gives with a limiter of its own; a limiter that forgets somebody fails instead of hanging."""

    async def telling() -> T:
        async with making(rules or Rules()) as limiter, asyncio.timeout(30):
            return await story(limiter)

    return asyncio.run(telling())


def test_at_most_two_connections_are_held_to_one_address(making: Making) -> None:
    held: list[int] = [0]

    async def visit(limiter: Limiter) -> int:
        slot = await limiter.acquire(ADDRESS, 443)
        held[0] += 1
        now = held[0]
        await asyncio.sleep(0.001)
        held[0] -= 1
        slot.release()
        return now

    async def many(limiter: Limiter) -> int:
        return max(await asyncio.gather(*(visit(limiter) for _ in range(50))))

    assert told(making, many, Rules(rate=1_000, burst=1_000)) == 2


def test_the_limiter_of_one_process_counts_the_most_that_were_held() -> None:
    limiter = MemoryLimiter()

    async def story() -> None:
        slots = await asyncio.gather(*(limiter.acquire(ADDRESS, 443) for _ in range(2)))
        for slot in slots:
            slot.release()

    asyncio.run(story())
    assert limiter.worst == {ADDRESS: 2}


def test_an_idle_kept_connection_yields_to_whoever_asks(making: Making) -> None:
    closed: list[str] = []

    async def keep(limiter: Limiter, name: str) -> Slot:
        slot = await limiter.acquire(ADDRESS, 443)
        slot.idle(lambda: closed.append(name))
        return slot

    async def story(limiter: Limiter) -> tuple[bool, bool]:
        first, second = await keep(limiter, "first"), await keep(limiter, "second")
        await limiter.acquire(ADDRESS, 443)
        return first.resume(), second.resume()

    assert told(making, story) == (False, True)
    assert closed == ["first"]


def test_a_kept_connection_that_becomes_idle_while_others_wait_is_closed(making: Making) -> None:
    closed: list[str] = []

    async def story(limiter: Limiter) -> None:
        slot = await limiter.acquire(ADDRESS, 443)
        waiting = asyncio.create_task(limiter.acquire(ADDRESS, 80))
        await asyncio.sleep(0)
        slot.idle(lambda: closed.append("kept"))
        (await waiting).release()

    told(making, story, Rules(connections=1))
    assert closed == ["kept"]


def test_nobody_holds_one_slot_while_asking_for_another(making: Making) -> None:
    async def greedy(limiter: Limiter) -> None:
        await limiter.acquire(ADDRESS, 443)
        await limiter.acquire("203.0.113.8", 443)

    with pytest.raises(RuntimeError, match="second connection"):
        told(making, greedy)


def test_a_cancelled_waiter_does_not_lose_the_slot(making: Making) -> None:
    async def story(limiter: Limiter) -> None:
        slot = await limiter.acquire(ADDRESS, 443)
        lost = asyncio.create_task(limiter.acquire(ADDRESS, 443))
        patient = asyncio.create_task(limiter.acquire(ADDRESS, 443))
        await asyncio.sleep(0)
        slot.release()
        lost.cancel()
        (await patient).release()

    told(making, story, Rules(connections=1))


def test_waiters_that_are_cancelled_at_any_moment_leave_nothing_behind(making: Making) -> None:
    async def story(limiter: Limiter) -> None:
        for pause in range(40):
            slot = await limiter.acquire(ADDRESS, 443)
            lost = asyncio.create_task(limiter.acquire(ADDRESS, 443))
            await asyncio.sleep(pause / 4_000)
            slot.release()
            await asyncio.sleep(pause / 8_000)
            lost.cancel()
            await asyncio.wait([lost])
            if not lost.cancelled():
                lost.result().release()

    told(making, story, Rules(connections=1, rate=10_000, burst=10_000))


def test_an_address_that_asked_three_times_to_slow_down_is_left_alone(making: Making) -> None:
    async def story(limiter: Limiter) -> None:
        for _ in range(3):
            limiter.strike(ADDRESS)
        await limiter.acquire(ADDRESS, 443)

    with pytest.raises(NetFailure) as caught:
        told(making, story)
    assert caught.value.reason is Reason.THROTTLED


def test_after_one_strike_the_address_is_given_time(making: Making) -> None:
    async def story(limiter: Limiter) -> float:
        limiter.strike(ADDRESS)
        began = time.monotonic()
        (await limiter.acquire(ADDRESS, 443)).release()
        return time.monotonic() - began

    assert told(making, story) >= 0.9  # a floor: the first pause is one second


def test_who_waits_out_a_pause_is_told_when_the_address_is_left_alone_meanwhile(making: Making) -> None:
    async def story(limiter: Limiter) -> object:
        limiter.strike(ADDRESS)
        waiting = asyncio.create_task(limiter.acquire(ADDRESS, 443))
        await asyncio.sleep(0.3)
        limiter.strike(ADDRESS)
        limiter.strike(ADDRESS)
        return (await asyncio.gather(waiting, return_exceptions=True))[0]

    assert isinstance(told(making, story), NetFailure)


def test_everyone_in_the_queue_is_told_when_an_address_is_left_alone(making: Making) -> None:
    async def story(limiter: Limiter) -> list[object]:
        slot = await limiter.acquire(ADDRESS, 443)
        queue = [asyncio.create_task(limiter.acquire(ADDRESS, 443)) for _ in range(4)]
        await asyncio.sleep(0)
        for _ in range(3):
            limiter.strike(ADDRESS)
        slot.release()
        return list(await asyncio.gather(*queue, return_exceptions=True))

    assert [type(each) for each in told(making, story, Rules(connections=1))] == [NetFailure] * 4


def test_a_port_that_was_silent_twice_is_not_asked_again_but_another_port_is(making: Making) -> None:
    async def story(limiter: Limiter) -> Reason:
        for _ in range(2):
            limiter.silence(ADDRESS, 25)
        with pytest.raises(NetFailure) as caught:
            await limiter.acquire(ADDRESS, 25)
        await limiter.acquire(ADDRESS, 443)
        return caught.value.reason

    assert told(making, story) is Reason.SILENT


def test_starts_are_spaced_once_the_burst_is_spent(making: Making) -> None:
    async def six(limiter: Limiter) -> float:
        began = time.monotonic()
        for _ in range(6):
            (await limiter.acquire(ADDRESS, 443)).release()
        return time.monotonic() - began

    assert told(making, six, Rules(rate=100.0, burst=2)) >= 0.035  # a floor: four starts wait 10 ms each


def test_the_starts_of_a_port_scan_have_a_pace_of_their_own(making: Making) -> None:
    async def scan(limiter: Limiter) -> float:
        began = time.monotonic()
        await asyncio.gather(*(limiter.start(ADDRESS) for _ in range(46)))
        return time.monotonic() - began

    assert told(making, scan, Rules(scan_rate=200.0)) >= 0.14  # a floor: after 16 at once, thirty wait 5 ms each
