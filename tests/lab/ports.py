"""Standard ports of the towns, mapped to free ones of this machine."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterable

from checks.services import ports as risky
from checks.services import resolver, snmp, tftp

#: What the families ask beside the risky ports: web, mail, and what a later family may add.
ORDINARY = (21, 22, 23, 25, 53, 80, 110, 143, 389, 443, 465, 587, 636, 993, 995, 8080, 8443)
#: What the families ask by UDP.
DATAGRAMS = (resolver.PORT, tftp.PORT, snmp.PORT)
#: Binding here, without listening, keeps a port away from another laboratory and still refuses connections.
RESERVE = "127.66.255.254"
LOWEST, HIGHEST = 20_000, 32_000  # below the kernel's ephemeral range, so that no client takes one meanwhile


def standard_ports() -> tuple[int, ...]:
    """Every port that the scanner may ask for, sorted."""
    return tuple(sorted({*ORDINARY, *DATAGRAMS, *risky.RISKY_PORTS}))


def family(address: str) -> socket.AddressFamily:
    """AF_INET6 for an IPv6 literal."""
    return socket.AF_INET6 if ":" in address else socket.AF_INET


class PortMap:
    """Standard port -> free port, by TCP and UDP alike, the same for all towns; free on all `addresses` when taken."""

    def __init__(self, addresses: Iterable[str], wanted: Iterable[int]) -> None:
        self._addresses = tuple(sorted({"127.0.0.1", *addresses}))
        self._reserved: list[socket.socket] = []
        self.mapped: dict[int, int] = {}
        candidate = random.randint(LOWEST, HIGHEST - 3_000)
        for port in wanted:
            while not self._take(candidate):
                candidate += 1
            self.mapped[port] = candidate
            candidate += 1

    def _take(self, port: int) -> bool:
        """Reserve first: binding is atomic between two laboratories that start together."""
        holder = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            holder.bind((RESERVE, port))
        except OSError:
            holder.close()
            return False
        if not all(_is_free(address, port) for address in self._addresses):
            holder.close()
            return False
        self._reserved.append(holder)
        return True

    def close(self) -> None:
        """Give the ports back."""
        while self._reserved:
            self._reserved.pop().close()


def _is_free(address: str, port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(family(address), kind) as trial:
            if kind is socket.SOCK_STREAM:
                # Connections of an earlier laboratory in TIME_WAIT do no harm; a listener still makes this fail.
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((address, port))
            except OSError:
                return False
    return True
