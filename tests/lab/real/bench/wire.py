"""Counts, packet by packet, how many TCP connections the scanner holds at one address at once."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType
from typing import Self

_EVERY_PROTOCOL = 0x0003  # ETH_P_ALL
_TCP, _FIN, _SYN, _RST, _ACK = 6, 0x01, 0x02, 0x04, 0x10
_DNS = 53


class Held:
    """A connection is held from the scanner's SYN until its FIN, or a RST of either side (RFC 9293 3.3.2).

    One that never answers is held until its port is used again; DNS over TCP, the resolver's own, is left out.
    """

    def __init__(self) -> None:
        self._now: dict[bytes, set[tuple[int, int]]] = {}
        self.most: dict[bytes, int] = {}  # by address

    def packet(self, packet: bytes) -> None:
        """An IPv4 or IPv6 packet, without its link header; anything else is passed over."""
        for source, target, ports, flags in _tcp(packet):
            if flags & _SYN and not flags & _ACK:
                held = self._now.setdefault(target, set())
                held.add(ports)
                self.most[target] = max(self.most.get(target, 0), len(held))
            elif flags & (_FIN | _RST):
                self._now.get(target, set()).discard(ports)
                if flags & _RST:
                    self._now.get(source, set()).discard((ports[1], ports[0]))


def _tcp(packet: bytes) -> Iterator[tuple[bytes, bytes, tuple[int, int], int]]:
    """Addresses, ports (source, target) and flags, where it is TCP and begins here."""
    version = packet[0] >> 4 if packet else 0
    if version == 4 and len(packet) >= 20 and packet[9] == _TCP:
        begin, source, target = (packet[0] & 15) * 4, packet[12:16], packet[16:20]
    elif version == 6 and len(packet) >= 40 and packet[6] == _TCP:
        begin, source, target = 40, packet[8:24], packet[24:40]
    else:
        return
    head = packet[begin : begin + 14]
    if len(head) < 14:
        return
    ports = int.from_bytes(head[0:2], "big"), int.from_bytes(head[2:4], "big")
    if _DNS not in ports:
        yield source, target, ports, head[13]


class Watch:
    """`with Watch(device) as watch:` reads every packet of a device of this namespace in a thread of its own."""

    def __init__(self, device: str) -> None:
        self._held = Held()
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_EVERY_PROTOCOL))
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8_000_000)
        self._socket.bind((device, _EVERY_PROTOCOL))
        self._socket.settimeout(0.2)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)

    def most(self) -> int:
        """Most connections that one address held at once."""
        return max(self._held.most.values(), default=0)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()
        self._socket.close()

    def _read(self) -> None:
        while not self._ended.is_set():
            with suppress(TimeoutError):
                self._held.packet(self._socket.recv(128))
