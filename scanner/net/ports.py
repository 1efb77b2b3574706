"""Connect scan and protocol greetings, active level only."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable

from scanner.net.budget import Budget
from scanner.net.gate import Connection, Gate
from scanner.net.nmap import ask_nmap
from scanner.net.sealed import Sealed
from scanner.net.tls import context
from scanner.net.types import Message, NetFailure, NmapService, PortState

PENDING = 16  # connects under way at once
KNOCK_SECONDS = 3.0
RETRY_AFTER = 1.0  # seconds between a silent connect and its one retry
BATCH_WAIT = 1.5  # seconds without a byte after which a server is taken to have finished


class PortScanner:
    """The port questions of one scan."""

    def __init__(self, gate: Gate, nmap: str | None) -> None:
        self._gate = gate
        self._nmap = nmap

    async def scan(self, address: str, ports: tuple[int, ...], budget: Budget) -> dict[int, PortState]:
        """See `scanner.net.types.Ports.scan`."""
        first, rest = ports[:PENDING], ports[PENDING:]
        async with budget.spend():
            answers = await self._knock(address, first)
            if rest and all(answer is None for answer in answers.values()):
                return dict.fromkeys(ports, PortState.UNKNOWN)  # nothing at all answers: more packets would teach nothing
            answers |= await self._knock(address, rest)
            silent = tuple(port for port, answer in answers.items() if answer is None)
            if not silent:
                return {port: PortState.OPEN if answer else PortState.CLOSED for port, answer in answers.items()}
            witness = next((port for port, answer in answers.items() if answer), None)
            await asyncio.sleep(RETRY_AFTER)
            again = await self._knock(address, silent)
            reachable = witness is not None and (await self._knock(address, (witness,)))[witness]
        unheard = PortState.FILTERED if reachable else PortState.UNKNOWN
        states = {True: PortState.OPEN, False: PortState.CLOSED, None: unheard}
        return {port: states[again.get(port) if answer is None else answer] for port, answer in answers.items()}

    async def converse(
        self,
        address: str,
        port: int,
        messages: tuple[Message, ...],
        budget: Budget,
        max_bytes: int,
        seconds: float,
        tls_after: bytes,
    ) -> bytes:
        """See `scanner.net.types.Ports.converse`."""
        connection = await self._gate.dial(address, port, budget)
        link: Connection | Sealed = connection
        heard = bytearray()
        try:
            async with budget.spend(seconds * max(1, len(messages))):
                for message in messages or (b"",):
                    said = message if isinstance(message, bytes) else message(bytes(heard))
                    if said:
                        await link.send(said)
                    elif not isinstance(message, bytes):
                        break
                    heard += await self._listen(link.receive, max_bytes - len(heard), seconds)
                    if tls_after and link is connection and heard == tls_after:
                        link = Sealed(connection, context("", "look"))
                        await link.handshake()
        except (NetFailure, ssl.SSLError):
            pass  # an open port that says nothing more, or hangs up, has said all that it says
        finally:
            connection.close()
        return bytes(heard[:max_bytes])

    async def nmap(self, address: str, ports: tuple[int, ...], budget: Budget) -> tuple[NmapService, ...]:
        """See `scanner.net.types.Ports.nmap`."""
        self._gate.admit(address)
        asked = {self._gate.mapped(port): port for port in ports}
        slot = await self._gate.limiter.acquire(address, 0)
        try:
            async with budget.spend():
                services, connections = await ask_nmap(self._nmap, address, tuple(asked), budget.left)
        finally:
            slot.release()
        self._gate.meter.at(address).connections += connections
        return tuple(
            NmapService(asked[service.port], service.name, service.product, service.version)
            for service in services
            if service.port in asked
        )

    async def _knock(self, address: str, ports: tuple[int, ...]) -> dict[int, bool | None]:
        turns = asyncio.Semaphore(PENDING)

        async def one(port: int) -> bool | None:
            async with turns:
                return await self._gate.knock(address, port, KNOCK_SECONDS)

        answers = await asyncio.gather(*(one(port) for port in ports))
        return dict(zip(ports, answers, strict=True))

    @staticmethod
    async def _listen(receive: Callable[[], Awaitable[bytes]], cap: int, seconds: float) -> bytes:
        """What comes until the server falls silent, hangs up, or `cap` is reached."""
        heard = bytearray()
        wait = seconds
        while len(heard) < cap:
            try:
                more = await asyncio.wait_for(receive(), wait)
            except (TimeoutError, NetFailure, ssl.SSLError):
                break
            if not more:
                break
            heard += more
            wait = min(0.3, BATCH_WAIT)
        return bytes(heard[: max(0, cap)])
