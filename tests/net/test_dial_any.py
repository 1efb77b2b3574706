"""One name, several addresses: what their answers prove together."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from scanner.model import Reason
from scanner.net.budget import Budget
from scanner.net.gate import Gate
from scanner.net.limits import MemoryLimiter
from scanner.net.meter import Meter
from scanner.net.policy import AddressPolicy
from scanner.net.types import NetFailure, Refused

OPEN, CLOSED, SILENT = "127.67.1.1", "127.67.1.2", "127.67.1.3"
LAB = ipaddress.ip_network("127.67.0.0/16")


@pytest.fixture
def port() -> Iterator[int]:
    """A port that one address serves, one refuses, and one leaves without an answer (its listen queue is full)."""
    with ExitStack() as stack:
        served = stack.enter_context(socket.create_server((OPEN, 0)))
        number = int(served.getsockname()[1])
        full = stack.enter_context(socket.socket())
        full.bind((SILENT, number))
        full.listen(0)
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex((SILENT, number))
        yield number


def dial(port: int, *addresses: str) -> str:
    """The address that let us in."""
    gate = Gate(AddressPolicy(allow=(LAB,)), MemoryLimiter(), Meter(), {})

    async def run() -> str:
        connection = await gate.dial_any(addresses, port, Budget(2.0))
        connection.close()
        return connection.address

    return asyncio.run(run())


def test_the_next_address_serves_where_the_first_is_closed(port: int) -> None:
    assert dial(port, CLOSED, OPEN) == OPEN


def test_a_port_is_closed_only_where_every_address_refuses(port: int) -> None:
    with pytest.raises(Refused):
        dial(port, CLOSED)


@pytest.mark.parametrize("order", [(CLOSED, SILENT), (SILENT, CLOSED)])
def test_a_silent_address_beside_a_closed_one_proves_nothing(order: tuple[str, str], port: int) -> None:
    with pytest.raises(NetFailure) as caught:
        dial(port, *order)
    assert not isinstance(caught.value, Refused)
    assert caught.value.reason in (Reason.SILENT, Reason.TIMEOUT)


def test_addresses_that_were_not_asked_keep_the_question_open(port: int) -> None:
    with pytest.raises(NetFailure) as caught:
        dial(port, CLOSED, "127.67.1.4", OPEN)
    assert not isinstance(caught.value, Refused)
