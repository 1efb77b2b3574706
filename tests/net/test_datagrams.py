"""The door's datagrams, over real sockets: an answer, a closed port, silence, and who may ask."""

from __future__ import annotations

import asyncio
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_network

import pytest

from scanner.model import Absent, Domain, Host, Level, Proof, Reason
from scanner.net import Net, NetFailure
from scanner.net.cost import HostCost
from scanner.net.door import Door, Premises
from scanner.net.mandate import Mandate
from scanner.settings import NetworkSettings

HERE, OTHER = "127.66.250.1", "127.66.250.2"
DOMAIN = Domain("mairie-exemple.fr")
MANDATE = Mandate("", "essai", (DOMAIN.name,), dedicated=(HERE,))
STANDARD = 161

Serve = Callable[[socket.socket, bytes, tuple[str, int]], object]


@contextmanager
def listening(serve: Serve) -> Iterator[int]:
    """A UDP port of HERE whose datagrams are given to `serve`, one after the other."""
    stop, stopped = socket.socketpair()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server, selectors.DefaultSelector() as waiting, stop, stopped:
        server.bind((HERE, 0))
        waiting.register(server, selectors.EVENT_READ)
        waiting.register(stopped, selectors.EVENT_READ)

        def loop() -> None:
            while all(key.fileobj is server for key, _ in waiting.select()):
                serve(server, *server.recvfrom(4_096))

        thread = threading.Thread(target=loop)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            stop.send(b".")
            thread.join()


def ask(
    port: int, *, address: str = HERE, level: Level = Level.ACTIVE, mandate: Mandate | None = MANDATE, moves: bool = False
) -> tuple[bytes | Absent, HostCost]:
    """One question through the door, with the standard port mapped to `port`; the answer and what it cost."""
    premises = Premises(NetworkSettings(allow=(ip_network("127.66.0.0/16"),), ports={STANDARD: port}))

    async def run() -> tuple[bytes | Absent, HostCost]:
        door = Door(premises, DOMAIN, mandate)
        net: Net = door.net(level, Host(address), 10.0)
        try:
            return await net.datagrams.exchange(address, STANDARD, b"first", b"again", moves=moves), cost(door)
        except NetFailure as failure:
            failure.add_note(repr(cost(door)))
            raise
        finally:
            await door.close()

    def cost(door: Door) -> HostCost:
        return door.meter.cost(0).per_host.get(address, HostCost())

    try:
        return asyncio.run(run())
    finally:
        premises.close()


def test_an_answer_comes_back_and_is_counted() -> None:
    with listening(lambda server, asked, sender: server.sendto(b"answer to " + asked, sender)) as port:
        assert ask(port) == (b"answer to first", HostCost(bytes=5 + 15, datagrams=1))


def test_the_second_datagram_is_sent_only_after_silence_and_may_ask_otherwise() -> None:
    with listening(lambda server, asked, sender: None if asked == b"first" else server.sendto(asked, sender)) as port:
        assert ask(port) == (b"again", HostCost(bytes=15, datagrams=2))


def test_a_closed_port_is_positively_closed_after_one_datagram() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unused:
        unused.bind((HERE, 0))
        port = unused.getsockname()[1]
    answer, cost = ask(port)
    assert answer == Absent(Proof.REFUSED, f"{HERE} UDP {STANDARD}: port unreachable")
    assert cost.datagrams == 1


def test_silence_is_not_seen_after_two_datagrams_and_four_seconds() -> None:
    began = time.monotonic()
    with listening(lambda *_: None) as port, pytest.raises(NetFailure) as failure:
        ask(port)
    assert failure.value.reason is Reason.SILENT
    assert repr(HostCost(bytes=10, datagrams=2)) in failure.value.__notes__
    assert 3.9 < time.monotonic() - began < 6


def from_elsewhere(server: socket.socket, asked: bytes, sender: tuple[str, int], address: str = HERE) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind((address, 0))
        other.sendto(b"moved", sender)


def test_an_answer_from_another_port_counts_only_where_the_protocol_moves() -> None:
    with listening(from_elsewhere) as port:
        assert ask(port, moves=True)[0] == b"moved"
        with pytest.raises(NetFailure):
            ask(port)


def test_an_answer_from_another_address_never_counts() -> None:
    with (
        listening(lambda server, asked, sender: from_elsewhere(server, asked, sender, OTHER)) as port,
        pytest.raises(NetFailure) as failure,
    ):
        ask(port, moves=True)
    assert failure.value.reason is Reason.SILENT


def test_a_large_answer_is_cut() -> None:
    with listening(lambda server, asked, sender: server.sendto(b"x" * 60_000, sender)) as port:
        answer, _ = ask(port)
    assert isinstance(answer, bytes)
    assert len(answer) == 2_048


def test_nobody_is_asked_without_a_mandate_that_names_the_address() -> None:
    heard: list[bytes] = []
    with listening(lambda server, asked, sender: heard.append(asked)) as port:
        for mandate, address, reason in (
            (None, HERE, Reason.NO_MANDATE),
            (MANDATE, OTHER, Reason.SHARED_ADDRESS),
        ):
            with pytest.raises(NetFailure) as failure:
                ask(port, address=address, mandate=mandate)
            assert failure.value.reason is reason
        with pytest.raises(RuntimeError):
            ask(port, level=Level.PASSIVE)
    assert heard == []


def test_an_address_outside_the_policy_is_not_asked() -> None:
    private = Mandate("", "essai", (DOMAIN.name,), dedicated=("10.0.0.1",))
    with pytest.raises(NetFailure) as failure:
        ask(1, address="10.0.0.1", mandate=private)
    assert failure.value.reason is Reason.BLOCKED
