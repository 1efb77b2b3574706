"""The one place that connects a socket towards what is scanned."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scanner.model import Reason
from scanner.net.budget import Budget
from scanner.net.limits import Limiter, Slot
from scanner.net.meter import Meter, bytes_on_wire
from scanner.net.policy import AddressPolicy
from scanner.net.sockets import open_socket, unreached
from scanner.net.types import NetFailure, Refused

CONNECT_SECONDS = 5.0
MAX_ADDRESSES = 2  # of one name, that are asked when the first does not let us in


@dataclass(eq=False)
class Connection:
    """One established TCP connection and the slot that it holds. `sock` may be replaced by its TLS form."""

    sock: socket.socket | ssl.SSLSocket
    address: str
    port: int
    slot: Slot | None
    meter: Meter
    leftover: bytearray = field(default_factory=bytearray)
    closed: bool = False
    dropped: bool = False  # its protocol will not use it again

    async def send(self, data: bytes) -> None:
        """Send all bytes. Raises NetFailure(RESET)."""
        try:
            await asyncio.get_running_loop().sock_sendall(self.sock, data)
        except OSError as error:
            raise broken(error) from error

    async def receive(self, at_most: int = 4_096) -> bytes:
        """What comes next, b"" at the end of the stream. Raises NetFailure(RESET)."""
        try:
            return await asyncio.get_running_loop().sock_recv(self.sock, at_most)
        except OSError as error:
            raise broken(error) from error

    async def line(self, cap: int) -> bytes:
        """The next line without its end; raises NetFailure(TOO_LARGE) past `cap` bytes, RESET at an early end."""
        while b"\n" not in self.leftover:
            if len(self.leftover) > cap:
                raise NetFailure(Reason.TOO_LARGE, f"a line of more than {cap} bytes")
            more = await self.receive()
            if not more:
                raise NetFailure(Reason.RESET, "the connection ended in the middle of a line")
            self.leftover += more
        line, _, rest = bytes(self.leftover).partition(b"\n")
        self.leftover = bytearray(rest)
        return line.rstrip(b"\r")[:cap]

    def cut(self) -> None:
        """Shut the raw socket down, which ends a thread that waits on it."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def close(self) -> None:
        """Count the bytes, close, give the slot back; harmless when repeated."""
        if self.closed:
            return
        self.closed = True
        self.meter.at(self.address).bytes += bytes_on_wire(self.sock)
        with contextlib.suppress(OSError):
            self.sock.close()
        if self.slot is not None:
            self.slot.release()


class Gate:
    """Address policy, limits, port mapping, typed failures and accounting for every connection of one scan."""

    def __init__(self, policy: AddressPolicy, limiter: Limiter, meter: Meter, ports: Mapping[int, int]) -> None:
        self.policy = policy
        self.limiter = limiter
        self.meter = meter
        self._ports = ports

    def mapped(self, port: int) -> int:
        """The port that is really asked (a laboratory may map the standard ones)."""
        return self._ports.get(port, port)

    def admit(self, address: str) -> None:
        """Raises NetFailure(BLOCKED) for an address that may not be asked."""
        if refusal := self.policy.refusal(address):
            raise NetFailure(Reason.BLOCKED, refusal)

    async def dial(self, address: str, port: int, budget: Budget) -> Connection:
        """Connect, politely. Raises Refused, or NetFailure (BLOCKED, SILENT, THROTTLED, OURS, TIMEOUT)."""
        self.admit(address)
        slot = await self.limiter.acquire(address, port)
        try:
            return await self._connect(address, port, budget, slot)
        except BaseException:
            slot.release()
            raise

    async def dial_any(self, addresses: Sequence[str], port: int, budget: Budget) -> Connection:
        """Connect to the first of at most two addresses of a name that lets us in.

        Raises Refused only where every address of the name was asked and refused: one silent address beside a
        closed one proves nothing.
        """
        failures: list[NetFailure] = []
        for address in addresses[:MAX_ADDRESSES]:
            try:
                return await self.dial(address, port, budget)
            except NetFailure as failure:
                if failure.reason not in (Reason.REFUSED, Reason.SILENT, Reason.OURS):
                    raise
                failures.append(failure)
        unseen = next((failure for failure in failures if not isinstance(failure, Refused)), None)
        if unseen is None and len(addresses) > MAX_ADDRESSES:
            unseen = NetFailure(Reason.REFUSED, f"{failures[0].detail}; {len(addresses) - MAX_ADDRESSES} addresses not asked")
        raise unseen or failures[0]

    async def knock(self, address: str, port: int, seconds: float) -> bool | None:
        """One connect of a port scan: True open, False closed, None silent. Raises NetFailure (BLOCKED, OURS)."""
        self.admit(address)
        await self.limiter.start(address)
        try:
            connection = await self._connect(address, port, Budget(seconds), None)
        except Refused:
            return False
        except NetFailure as failure:
            if failure.reason in (Reason.SILENT, Reason.TIMEOUT, Reason.RESET):
                return None
            raise
        connection.close()
        return True

    async def _connect(self, address: str, port: int, budget: Budget, slot: Slot | None) -> Connection:
        sock = open_socket(address, socket.SOCK_STREAM)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            async with budget.spend(CONNECT_SECONDS):
                await asyncio.get_running_loop().sock_connect(sock, (address, self.mapped(port)))
        except BaseException as error:
            sock.close()
            self.meter.at(address).attempts += 1
            if slot is not None and isinstance(error, NetFailure):  # the time-out of spend()
                self.limiter.silence(address, port)
                raise NetFailure(Reason.SILENT, f"{address} port {port}: no answer to our connection attempt") from error
            if isinstance(error, OSError):
                raise _failed_connect(error, address, port) from error
            raise
        self.meter.at(address).connections += 1
        return Connection(sock, address, port, slot, self.meter)


def broken(error: OSError) -> NetFailure:
    """The failure of an established connection."""
    return NetFailure(Reason.RESET, f"the connection was cut ({error.strerror or error})")


def _failed_connect(error: OSError, address: str, port: int) -> NetFailure:
    place = f"{address} port {port}"
    if isinstance(error, ConnectionRefusedError):
        return Refused(f"{place}: connection refused")
    if isinstance(error, ConnectionResetError):
        return NetFailure(Reason.RESET, f"{place}: reset while connecting")
    return unreached(error, place)
