"""A resolver between the scanner and the laboratory, which can be made ill and well again."""

from __future__ import annotations

import contextlib
import socket
import threading
from enum import Enum, auto

import dns.message
import dns.rcode


class Manner(Enum):
    """What becomes of a question."""

    WELL = auto()
    SILENT = auto()
    SERVFAIL = auto()  # it lives, and has lost its own way out


class Tap:
    """`with Tap(lab.resolver) as tap:` passes questions on over UDP; `manner` may change at any moment."""

    def __init__(self, upstream: tuple[str, int]) -> None:
        self.manner = Manner.WELL
        self._upstream = upstream
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, name="tap", daemon=True)

    def __enter__(self) -> Tap:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(2)
        self._socket.close()

    def _serve(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as up:
            up.settimeout(2)
            while True:
                try:
                    wire, client = self._socket.recvfrom(65_535)
                except OSError:
                    return
                if not wire:
                    return
                reply = self._reply(up, wire)
                if reply is not None:
                    with contextlib.suppress(OSError):
                        self._socket.sendto(reply, client)

    def _reply(self, up: socket.socket, wire: bytes) -> bytes | None:
        if self.manner is Manner.SILENT:
            return None
        if self.manner is Manner.SERVFAIL:
            answer = dns.message.make_response(dns.message.from_wire(wire), recursion_available=True)
            answer.set_rcode(dns.rcode.SERVFAIL)
            return answer.to_wire()
        up.sendto(wire, self._upstream)
        try:
            while True:
                reply = up.recv(65_535)
                if reply[:2] == wire[:2]:
                    return reply
        except TimeoutError:  # the laboratory itself keeps silent on some names
            return None
