import asyncio
import time

import pytest

from scanner.model import Reason
from scanner.net.limits import MemoryLimiter, Slot
from scanner.net.types import NetFailure

ADDRESS = "203.0.113.7"


def test_at_most_two_connections_are_held_to_one_address() -> None:
    limiter = MemoryLimiter(starts=1_000, burst=1_000)

    async def visit() -> None:
        slot = await limiter.acquire(ADDRESS, 443)
        await asyncio.sleep(0)
        slot.release()

    async def many() -> None:
        await asyncio.gather(*(visit() for _ in range(50)))

    asyncio.run(many())
    assert limiter.worst == {ADDRESS: 2}


def test_an_idle_kept_connection_yields_to_whoever_asks() -> None:
    limiter = MemoryLimiter()
    closed: list[str] = []

    async def keep(name: str) -> Slot:
        slot = await limiter.acquire(ADDRESS, 443)
        slot.idle(lambda: closed.append(name))
        return slot

    async def story() -> tuple[bool, bool]:
        first, second = await keep("first"), await keep("second")
        await limiter.acquire(ADDRESS, 443)
        return first.resume(), second.resume()

    assert asyncio.run(story()) == (False, True)
    assert closed == ["first"]


def test_a_kept_connection_that_becomes_idle_while_others_wait_is_closed_at_once() -> None:
    limiter = MemoryLimiter(connections=1)
    closed: list[str] = []

    async def story() -> None:
        slot = await limiter.acquire(ADDRESS, 443)
        waiting = asyncio.create_task(limiter.acquire(ADDRESS, 80))
        await asyncio.sleep(0)
        slot.idle(lambda: closed.append("kept"))
        (await waiting).release()

    asyncio.run(story())
    assert closed == ["kept"]


def test_nobody_holds_one_slot_while_asking_for_another() -> None:
    limiter = MemoryLimiter()

    async def greedy() -> None:
        await limiter.acquire(ADDRESS, 443)
        await limiter.acquire("203.0.113.8", 443)

    with pytest.raises(RuntimeError, match="second connection"):
        asyncio.run(greedy())


def test_a_cancelled_waiter_does_not_lose_the_slot() -> None:
    limiter = MemoryLimiter(connections=1)

    async def story() -> None:
        slot = await limiter.acquire(ADDRESS, 443)
        lost = asyncio.create_task(limiter.acquire(ADDRESS, 443))
        patient = asyncio.create_task(limiter.acquire(ADDRESS, 443))
        await asyncio.sleep(0)
        slot.release()
        lost.cancel()
        async with asyncio.timeout(2):
            (await patient).release()

    asyncio.run(story())


def test_an_address_that_asked_three_times_to_slow_down_is_left_alone() -> None:
    limiter = MemoryLimiter()
    for _ in range(3):
        limiter.strike(ADDRESS)
    with pytest.raises(NetFailure) as caught:
        asyncio.run(limiter.acquire(ADDRESS, 443))
    assert caught.value.reason is Reason.THROTTLED


def test_everyone_in_the_queue_is_told_when_an_address_is_left_alone() -> None:
    limiter = MemoryLimiter(connections=1)

    async def story() -> list[object]:
        slot = await limiter.acquire(ADDRESS, 443)
        queue = [asyncio.create_task(limiter.acquire(ADDRESS, 443)) for _ in range(4)]
        await asyncio.sleep(0)
        for _ in range(3):
            limiter.strike(ADDRESS)
        slot.release()
        async with asyncio.timeout(2):
            return list(await asyncio.gather(*queue, return_exceptions=True))

    told = asyncio.run(story())
    assert [type(each) for each in told] == [NetFailure] * 4


def test_a_port_that_was_silent_twice_is_not_asked_again_but_another_port_is() -> None:
    limiter = MemoryLimiter()
    for _ in range(2):
        limiter.silence(ADDRESS, 25)
    with pytest.raises(NetFailure) as caught:
        asyncio.run(limiter.acquire(ADDRESS, 25))
    assert caught.value.reason is Reason.SILENT
    asyncio.run(limiter.acquire(ADDRESS, 443))


def test_starts_are_spaced_once_the_burst_is_spent() -> None:
    limiter = MemoryLimiter(starts=100.0, burst=2)

    async def six() -> float:
        began = time.monotonic()
        for _ in range(6):
            (await limiter.acquire(ADDRESS, 443)).release()
        return time.monotonic() - began

    assert asyncio.run(six()) >= 0.035  # a floor, not a wall-clock ceiling: four starts wait 10 ms each
