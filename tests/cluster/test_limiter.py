"""What several workers may do to one address together, whatever becomes of one of them, or of their database."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from scanner.cluster.limiter import PostgresLimiter
from scanner.cluster.turns import Rules, conninfo
from scanner.model import Reason
from scanner.net.limits import Slot
from scanner.net.types import NetFailure
from tests.store.postgresql import CannotServe, server

ROOT = Path(__file__).parent.parent.parent
ADDRESS = "203.0.113.7"
FAST = Rules(rate=10_000, burst=10_000)
HOLD = """
import asyncio, sys
from scanner.cluster.limiter import PostgresLimiter
from scanner.cluster.turns import Rules

async def hold():
    async with PostgresLimiter(sys.argv[1], Rules(lease=float(sys.argv[3]))) as limiter:
        async def one():
            await limiter.acquire(sys.argv[2], 443)
            await asyncio.sleep(600)
        tasks = [asyncio.create_task(one()) for _ in range(4)]
        while sum(slot.held for slot in limiter._slots.values()) < 2:
            await asyncio.sleep(0.01)
        print("held", flush=True)
        await asyncio.wait(tasks)

asyncio.run(hold())
"""


async def shared_with(limiter: PostgresLimiter, port: int) -> Reason:
    """The refusal that this worker meets, once it has heard of it."""
    while True:
        try:
            (await limiter.acquire(ADDRESS, port)).release()
        except NetFailure as failure:
            return failure.reason
        await asyncio.sleep(0.01)


def test_several_workers_together_never_hold_more_than_two_connections_to_an_address(address: str) -> None:
    chance, held, worst = random.Random(5), Counter[str](), Counter[str]()
    addresses = [f"203.0.113.{number}" for number in range(3)]

    async def visit(limiter: PostgresLimiter) -> None:
        for _ in range(6):
            asked = chance.choice(addresses)
            slot = await limiter.acquire(asked, 443)
            held[asked] += 1
            worst[asked] = max(worst[asked], held[asked])
            await asyncio.sleep(chance.random() / 500)
            if chance.random() < 0.5:
                held[asked] -= 1
                slot.release()
                continue
            kept = [True]

            def evict(asked: str = asked, kept: list[bool] = kept) -> None:
                kept[0] = False
                held[asked] -= 1

            slot.idle(evict)
            await asyncio.sleep(chance.random() / 500)
            if slot.resume():
                assert kept[0]
                held[asked] -= 1
                slot.release()

    async def story() -> None:
        async with PostgresLimiter(address, FAST) as one, PostgresLimiter(address, FAST) as two, asyncio.timeout(60):
            await asyncio.gather(*(visit(limiter) for limiter in (one, two) for _ in range(20)))

    asyncio.run(story())
    assert dict(worst) == dict.fromkeys(addresses, 2)


def test_the_starts_of_all_workers_keep_one_pace(address: str) -> None:
    rules = Rules(rate=100.0, burst=2)

    async def story() -> float:
        async with PostgresLimiter(address, rules) as one, PostgresLimiter(address, rules) as two, asyncio.timeout(30):
            began = time.monotonic()

            async def three(limiter: PostgresLimiter) -> None:
                for _ in range(8):
                    (await limiter.acquire(ADDRESS, 443)).release()

            await asyncio.gather(three(one), three(two))
            return time.monotonic() - began

    assert asyncio.run(story()) >= 0.13  # a floor: after two at once, fourteen wait 10 ms each


def test_what_one_worker_was_told_the_others_know(address: str) -> None:
    async def story() -> tuple[Reason, Reason]:
        async with PostgresLimiter(address, FAST) as one, PostgresLimiter(address, FAST) as two, asyncio.timeout(30):
            one.silence(ADDRESS, 25)
            one.silence(ADDRESS, 25)
            silent = await shared_with(two, 25)
            for _ in range(3):
                one.strike(ADDRESS)
            return silent, await shared_with(two, 443)

    assert asyncio.run(story()) == (Reason.SILENT, Reason.THROTTLED)


def test_silences_are_pardoned_for_all_workers_when_it_was_we_who_were_cut_off(address: str) -> None:
    async def story() -> None:
        async with PostgresLimiter(address, FAST) as one, PostgresLimiter(address, FAST) as two, asyncio.timeout(30):
            for _ in range(2):
                one.silence(ADDRESS, 25)
            assert await shared_with(two, 25) is Reason.SILENT
            two.pardon()
            (await two.acquire(ADDRESS, 25)).release()
            (await one.acquire(ADDRESS, 25)).release()

    asyncio.run(story())


def test_a_connection_that_one_worker_keeps_idle_yields_to_another_worker(address: str) -> None:
    closed: list[str] = []

    async def story() -> bool:
        async with PostgresLimiter(address, FAST) as one, PostgresLimiter(address, FAST) as two, asyncio.timeout(30):
            kept: list[Slot] = []
            for name in ("first", "second"):
                slot = await one.acquire(ADDRESS, 443)
                slot.idle(lambda name=name: closed.append(name))  # type: ignore[misc]
                kept.append(slot)
            (await two.acquire(ADDRESS, 443)).release()
            return kept[1].resume()

    assert asyncio.run(story())
    assert closed == ["first"]


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGSTOP])
def test_a_worker_that_died_or_hangs_gives_its_slots_back_after_its_lease(address: str, end: signal.Signals) -> None:
    command = [sys.executable, "-c", HOLD, address, ADDRESS, "1.5"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert process.stdout is not None
        with process.stdout:
            assert process.stdout.readline() == "held\n"
        process.send_signal(end)

        async def story() -> None:
            async with PostgresLimiter(address, Rules(lease=1.5)) as limiter, asyncio.timeout(30):
                (await limiter.acquire(ADDRESS, 443)).release()

        asyncio.run(story())
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_database_that_is_started_again_lets_nobody_in_beside_the_living(mode: str) -> None:
    """Also where it crashed, and has forgotten who holds what."""
    rules = Rules(rate=10_000, burst=10_000, lease=2.0)

    async def story() -> list[str]:
        said: list[str] = []
        async with PostgresLimiter(made.address, rules) as one, asyncio.timeout(60):
            held = await asyncio.gather(*(asyncio.create_task(one.acquire(ADDRESS, 443)) for _ in range(2)))
            await asyncio.to_thread(made.stop, mode)
            waits = asyncio.create_task(one.acquire("203.0.113.8", 443))
            await asyncio.sleep(0.1)
            await asyncio.to_thread(made.start)
            async with PostgresLimiter(made.address, rules) as two:

                async def third() -> None:
                    slot = await two.acquire(ADDRESS, 443)
                    said.append("third")
                    slot.release()

                asking = asyncio.create_task(third())
                (await waits).release()
                await asyncio.sleep(2 * rules.lease)
                said.append("release")
                for slot in held:
                    slot.release()
                await asking
        return said

    try:
        with server() as made:
            assert asyncio.run(story()) == ["release", "third"]
    except CannotServe as why:
        pytest.skip(str(why))


def test_nothing_is_left_behind_when_the_workers_have_ended(address: str) -> None:
    async def story() -> None:
        async with PostgresLimiter(address, FAST) as limiter, asyncio.timeout(30):
            (await limiter.acquire(ADDRESS, 443)).idle(lambda: None)
            asyncio.create_task(limiter.acquire(ADDRESS, 80)).cancel()

    asyncio.run(story())
    with psycopg.connect(conninfo(address)) as connection:
        assert connection.execute("SELECT * FROM beffroi_limiter_1.slots").fetchall() == []
