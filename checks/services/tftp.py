"""TFTP (RFC 1350): a file server that knows no password. A file that cannot exist is asked for, so that none is read."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from checks.references import ANSSI_HYGIENE_21, ANSSI_HYGIENE_23, RECYF_7_B_3, RFC_1350
from checks.services.greetings.greeting import clean, text
from scanner.contract import check, probe
from scanner.model import Absent, Actor, Effort, Flaw, Host, Level, Observation, Reason, Severity, Unobserved, Verdict
from scanner.net import Net

PORT = 69
MAX_MESSAGE = 120
_READ = 1
_KINDS = {3: "DATA", 5: "ERROR", 6: "OACK"}


@dataclass(frozen=True, slots=True)
class TftpServer(Observation):
    """A server that answered. `answer` is what it said, bounded, such as `ERROR 1 File not found`."""

    answer: str


@probe(seconds=10, level=Level.ACTIVE)
async def tftp_server(host: Host, net: Net) -> TftpServer | Absent | Unobserved:
    """One read request; the answer comes from a port of its own (RFC 1350 4), and is not acknowledged."""
    answer = await net.datagrams.exchange(host.name, PORT, question(f"beffroi-{secrets.token_hex(8)}.txt"), moves=True)
    if isinstance(answer, Absent):
        return answer
    return read_answer(answer) or Unobserved(Reason.MALFORMED, f"UDP {PORT}: {answer[:60]!r} is no answer of TFTP")


def question(name: str) -> bytes:
    """RRQ: read this file, byte for byte."""
    return _READ.to_bytes(2, "big") + name.encode("ascii") + b"\0octet\0"


def read_answer(data: bytes) -> TftpServer | None:
    """ERROR, as it ought to be; DATA and OACK (RFC 2347) prove as much."""
    kind = _KINDS.get(int.from_bytes(data[:2], "big")) if len(data) >= 4 else None
    if kind is None:
        return None
    if kind != "ERROR":
        return TftpServer(kind)
    message = clean(text(data[4:].split(b"\0")[0]), MAX_MESSAGE)
    return TftpServer(f"ERROR {int.from_bytes(data[2:4], 'big')} {message}".strip())


@check(
    "services.tftp-exposed",
    severity=Severity.LOW,
    references=(RFC_1350, ANSSI_HYGIENE_23, ANSSI_HYGIENE_21, RECYF_7_B_3),
    actor=Actor.TOWN,
    effort=Effort.MINUTES,
)
def tftp_exposed(host: Host, server: TftpServer | Absent) -> Iterator[Verdict]:
    """A file server without any password answers the Internet."""
    if isinstance(server, TftpServer):
        yield Flaw({"answer": server.answer}, evidence=(f"UDP {PORT}: {server.answer}",))
