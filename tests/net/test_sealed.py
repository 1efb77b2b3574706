"""An untrusted chain is seen in one connection, at each version; a conversation goes on inside TLS where it was asked to."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path

import pytest

from scanner.model import Domain, Host, Level
from scanner.net import Handshake, TlsVersion, Trust
from scanner.net.budget import Budget
from scanner.net.door import Door, Premises
from scanner.net.gate import Gate
from scanner.net.limits import MemoryLimiter
from scanner.net.mandate import Mandate
from scanner.net.meter import Meter
from scanner.net.policy import AddressPolicy
from scanner.net.tls import Handshaker, context
from scanner.settings import NetworkSettings
from tests.lab.model import Certificate, Tls
from tests.lab.pki import Pki

HERE, NAME = "127.66.250.3", "mx.mairie-exemple.fr"
LOOPBACK = ip_network("127.66.0.0/16")


@contextmanager
def serving(made_with: ssl.SSLContext, before: bytes = b"", after: bytes = b"") -> Iterator[tuple[int, list[int]]]:
    """A server on HERE that answers `before` in clear, then says `after` inside TLS: its port, and one entry a connection."""
    accepted: list[int] = []

    def talk(peer: socket.socket) -> None:
        if before:
            peer.recv(100)
            peer.sendall(before)
        with made_with.wrap_socket(peer, server_side=True) as tls:
            if after:
                tls.recv(100)
                tls.sendall(after)
            tls.recv(100)

    def loop(server: socket.socket) -> None:
        while True:
            try:
                peer, _ = server.accept()
            except OSError:
                return
            accepted.append(1)
            with peer, contextlib.suppress(OSError):
                talk(peer)

    with socket.create_server((HERE, 0)) as server:
        thread = threading.Thread(target=loop, args=(server,))
        thread.start()
        yield server.getsockname()[1], accepted
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def shake(port: int, ca_file: str, purpose: str) -> Handshake:
    """What one connection of this purpose shows."""
    gate = Gate(AddressPolicy((LOOPBACK,)), MemoryLimiter(), Meter(), {})
    handshaker = Handshaker(ca_file)

    async def run() -> Handshake:
        budget = Budget(5)
        connection = await gate.dial(HERE, port, budget)
        try:
            tls = await handshaker.upgrade(connection, NAME, budget, context(ca_file, purpose))
            return handshaker.remember(NAME, connection, tls)
        finally:
            connection.close()

    return asyncio.run(run())


@pytest.mark.parametrize("version", [TlsVersion.TLS1_0, TlsVersion.TLS1_2, TlsVersion.TLS1_3])
@pytest.mark.parametrize(
    ("kind", "trust"),
    [
        (Certificate.SELF_SIGNED, Trust.SELF_SIGNED),
        (Certificate.INCOMPLETE, Trust.INCOMPLETE),
        (Certificate.GOOD, Trust.TRUSTED),
    ],
)
def test_one_connection_shows_chain_version_and_verdict(
    kind: Certificate, trust: Trust, version: TlsVersion, tmp_path: Path
) -> None:
    pki = Pki(tmp_path)
    number = version - TlsVersion.TLS1_0
    with serving(pki.context(kind, (NAME,), Tls(number, number))) as (port, accepted):
        judged = shake(port, str(pki.ca_file), "judge")
        assert len(accepted) == 1
        looked = shake(port, str(pki.ca_file), "look")
    assert judged.trust is trust
    assert (judged.version, judged.cipher, judged.chain) == (looked.version, looked.cipher, looked.chain)
    assert judged.version is version
    assert len(judged.chain) == (2 if kind is Certificate.GOOD else 1)


@pytest.mark.parametrize(("answer", "heard"), [(b"S", b"Sinside"), (b"N", b"N")])
def test_a_conversation_goes_on_inside_tls_only_after_the_agreed_answer(answer: bytes, heard: bytes, tmp_path: Path) -> None:
    domain = Domain("mairie-exemple.fr")
    premises = Premises(NetworkSettings(allow=(LOOPBACK,)))

    async def run(port: int) -> bytes:
        door = Door(premises, domain, Mandate("", "essai", (domain.name,), dedicated=(HERE,)))
        net = door.net(Level.ACTIVE, Host(HERE), 10)
        try:
            return await net.ports.converse(
                HERE, port, b"tls?", lambda came: b"hello" if came == b"S" else b"", seconds=1.0, tls_after=b"S"
            )
        finally:
            await door.close()

    with serving(Pki(tmp_path).context(Certificate.SELF_SIGNED, (NAME,), Tls()), answer, b"inside") as (port, accepted):
        assert asyncio.run(run(port)) == heard
        assert len(accepted) == 1
    premises.close()
