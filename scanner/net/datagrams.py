"""One question by UDP, active level only: polite, counted, its answer bounded; silence is never taken for an answer."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time

from scanner.model import Absent, Proof, Reason
from scanner.net.budget import Budget
from scanner.net.gate import Gate
from scanner.net.sockets import open_socket, unreached
from scanner.net.types import NetFailure

ANSWER_SECONDS = 2.0  # after each of the two datagrams
MAX_ANSWER = 2_048
MAX_STRAYS = 16  # datagrams of somebody else that we pass over while we wait
#: Linux' IP_RECVERR and IPV6_RECVERR: the kernel then tells ICMP errors to a socket that is not connected.
_RECEIVE_ERRORS = {socket.AF_INET: (socket.IPPROTO_IP, 11), socket.AF_INET6: (socket.IPPROTO_IPV6, 25)}


class DatagramClient:
    """The datagrams of one scan."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def exchange(
        self, address: str, port: int, questions: tuple[bytes, bytes], budget: Budget, *, moves: bool
    ) -> bytes | Absent:
        """See `scanner.net.types.Datagrams.exchange`."""
        self._gate.admit(address)
        real = self._gate.mapped(port)
        place = f"{address} UDP {port}"
        with _socket(address) as sock:
            try:
                for question in questions:
                    await self._gate.limiter.start(address)
                    async with budget.spend():
                        answer = await self._exchange(sock, (address, real), question, moves=moves)
                    if answer is not None:
                        return answer
            except ConnectionRefusedError:
                return Absent(Proof.REFUSED, f"{place}: port unreachable")
            except OSError as error:
                raise unreached(error, place) from error
        raise NetFailure(Reason.SILENT, f"{place}: no answer to {len(questions)} datagrams")

    async def _exchange(self, sock: socket.socket, there: tuple[str, int], question: bytes, *, moves: bool) -> bytes | None:
        """Send one datagram; what this host answers within two seconds, None where nothing came."""
        loop = asyncio.get_running_loop()
        tally = self._gate.meter.at(there[0])
        tally.datagrams += 1
        tally.bytes += len(question)
        await loop.sock_sendto(sock, question, there)
        until = time.monotonic() + ANSWER_SECONDS
        for _ in range(MAX_STRAYS):
            try:
                answer, sender = await asyncio.wait_for(loop.sock_recvfrom(sock, MAX_ANSWER), until - time.monotonic())
            except TimeoutError:
                return None
            if sender[0] == there[0] and (moves or sender[1] == there[1]):
                tally.bytes += len(answer)
                return answer
        return None


def _socket(address: str) -> socket.socket:
    """Not connected, because a TFTP server answers from another port (RFC 1350 4)."""
    sock = open_socket(address, socket.SOCK_DGRAM)
    with contextlib.suppress(OSError):  # elsewhere than on Linux a closed port is silent to us: not seen
        sock.setsockopt(*_RECEIVE_ERRORS[sock.family], 1)
    return sock
