"""A recursive, validating resolver for the laboratory, as the scanner sees one.

An approximation: the AD bit says what the towns declare; nothing is signed, so no RRSIG is ever sent.
Real signatures, real refusals by unbound and lame servers belong to the laboratory of real towns.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode

from tests.lab.listeners import Connection, Listeners
from tests.lab.model import Answering, Zone
from tests.lab.zones import Answer, Zones

ERRORS = {
    Answering.BOGUS: dns.edns.EDEOption(dns.edns.EDECode.DNSSEC_BOGUS, "laboratory"),
    Answering.UNREACHABLE: dns.edns.EDEOption(dns.edns.EDECode.NO_REACHABLE_AUTHORITY, "laboratory"),
}


class DnsServer:
    """Answers over UDP and TCP on one free port of 127.0.0.1; `queries` counts the questions that came."""

    def __init__(self, zones: Iterable[Zone], listeners: Listeners) -> None:
        self.queries = 0
        self._failed: set[tuple[dns.name.Name, int]] = set()
        self._zones = Zones(zones)
        self._udp, self.port = _bind_both(listeners, self._serve_tcp)
        self._thread = threading.Thread(target=self._serve_udp, name="lab-dns", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def close(self) -> None:
        """Stop answering."""
        with contextlib.suppress(OSError):
            self._udp.shutdown(socket.SHUT_RDWR)
        if self._thread.is_alive():
            self._thread.join(2)
        self._udp.close()

    def _serve_udp(self) -> None:
        while True:
            try:
                wire, client = self._udp.recvfrom(65_535)
            except OSError:
                return
            if not client or not wire:
                return
            reply = self._reply(wire, over_udp=True)
            if reply is not None:
                with contextlib.suppress(OSError):
                    self._udp.sendto(reply, client)

    def _serve_tcp(self, peer: Connection) -> None:
        received = b""
        while True:
            while len(received) < 2 or len(received) < 2 + int.from_bytes(received[:2]):
                data = peer.receive()
                if not data:
                    return
                received += data
            length = int.from_bytes(received[:2])
            wire, received = received[2 : 2 + length], received[2 + length :]
            reply = self._reply(wire, over_udp=False)
            if reply is not None:
                peer.send(len(reply).to_bytes(2) + reply)

    def _reply(self, wire: bytes, *, over_udp: bool) -> bytes | None:
        """The answer on the wire; None for what is dropped or is no question."""
        self.queries += 1
        try:
            query = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return None
        if not query.question:
            return None
        question = query.question[0]
        answer = self._zones.resolve(question.name, question.rdtype)
        if answer.manner is Answering.DROP:
            return None
        asked = (question.name, int(question.rdtype))
        if answer.manner is Answering.RECOVERING and not query.flags & dns.flags.CD and asked not in self._failed:
            self._failed.add(asked)
            answer = replace(answer, manner=Answering.SERVFAIL)
        limit = max(512, min(query.payload, 4_096)) if over_udp else 65_535
        return _message(query, answer).to_wire(max_size=limit, prefer_truncation=True)


def _message(query: dns.message.Message, answer: Answer) -> dns.message.Message:
    reply = dns.message.make_response(query, recursion_available=True, our_payload=1_232)
    unchecked = bool(query.flags & dns.flags.CD)
    error = ERRORS.get(answer.manner) if answer.manner else None
    if answer.manner is Answering.SERVFAIL or (error and not unchecked):
        reply.set_rcode(dns.rcode.SERVFAIL)
        if query.edns >= 0:
            reply.use_edns(0, payload=1_232, options=[error] if error else [])
        return reply
    reply.set_rcode(answer.rcode)
    reply.answer.extend(answer.records)
    reply.authority.extend(answer.authority)
    if answer.secure and not error and (query.ednsflags & dns.flags.DO or query.flags & dns.flags.AD):
        reply.flags |= dns.flags.AD
    return reply


def _bind_both(listeners: Listeners, serve_tcp: Callable[[Connection], None]) -> tuple[socket.socket, int]:
    """A port that is free for both; the kernel picks it for UDP, and TCP may find it taken."""
    for _ in range(20):
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        port = int(udp.getsockname()[1])
        try:
            listeners.listen("127.0.0.1", port, serve_tcp)
        except OSError:
            udp.close()
            continue
        return udp, port
    raise OSError("no port is free for both UDP and TCP")
