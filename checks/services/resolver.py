"""Open resolvers (RFC 5358): a name server that looks names up for everybody lends its power to floods of answers."""

from __future__ import annotations

import secrets
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from checks.references import ANSSI_HYGIENE_23, RECYF_7_B_3, RFC_5358
from scanner.because import Because
from scanner.contract import check, probe
from scanner.model import Absent, Actor, Effort, Flaw, Host, Level, Observation, Reason, Severity, Unknown, Unobserved, Verdict
from scanner.net import Net

PORT = 53
TOP = "example"  # reserved and not delegated (RFC 2606): only a server that asked the root can tell that it has no names
NOERROR, SERVFAIL, NXDOMAIN, REFUSED = 0, 2, 3, 5
_CODES = {NOERROR: "NOERROR", SERVFAIL: "SERVFAIL", NXDOMAIN: "NXDOMAIN", REFUSED: "REFUSED"}
_HEADER = struct.Struct(">6H")
_A, _IN = 1, 1


@dataclass(frozen=True, slots=True)
class Recursion(Observation):
    """What a name server answered about a name that is not its own: the header's RA and AA bits, its code, its answers."""

    available: bool
    authoritative: bool
    code: int
    answers: int

    @property
    def said(self) -> str:
        """`NXDOMAIN, RA`."""
        bits = (("RA", self.available), ("AA", self.authoritative))
        return ", ".join((_CODES.get(self.code, f"RCODE {self.code}"), *(name for name, is_set in bits if is_set)))


@probe(seconds=10, level=Level.ACTIVE)
async def recursion(host: Host, net: Net) -> Recursion | Absent | Unobserved:
    """One question with the RD bit, for a name that nobody has; its answer is small."""
    asked = question(secrets.randbelow(1 << 16), f"beffroi-{secrets.token_hex(6)}.{TOP}")
    answer = await net.datagrams.exchange(host.name, PORT, asked)
    if isinstance(answer, Absent):
        return answer
    return read_answer(answer, asked) or Unobserved(Reason.MALFORMED, f"UDP {PORT}: {answer[:60]!r} is no answer of DNS")


def question(number: int, name: str) -> bytes:
    """RFC 1035 4.1: RD set, one question for an address."""
    labels = b"".join(bytes((len(label),)) + label.encode("ascii") for label in name.split("."))
    return _HEADER.pack(number, 0x0100, 1, 0, 0, 0) + labels + struct.pack(">BHH", 0, _A, _IN)


def read_answer(data: bytes, asked: bytes) -> Recursion | None:
    """The header of an answer to this very question; some servers that refuse leave the question out."""
    if len(data) < _HEADER.size:
        return None
    _, flags, questions, answers, _, _ = _HEADER.unpack_from(data)
    echoed = data[_HEADER.size : len(asked)].lower() == asked[_HEADER.size :].lower()
    if data[:2] != asked[:2] or not flags & 0x8000 or not (echoed or questions == 0):
        return None
    return Recursion(bool(flags & 0x0080), bool(flags & 0x0400), flags & 0xF, answers)


@check(
    "services.open-resolver",
    severity=Severity.LOW,
    references=(RFC_5358, ANSSI_HYGIENE_23, RECYF_7_B_3),
    actor=Actor.WEB_HOST,
    effort=Effort.MINUTES,
)
def open_resolver(host: Host, found: Recursion | Absent) -> Iterator[Verdict]:
    """A name server looks up for anybody what it is not in charge of."""
    if isinstance(found, Absent) or not found.available or found.code == REFUSED:
        return
    looked_up = found.code == NXDOMAIN or (found.code == NOERROR and found.answers > 0)
    if looked_up and not found.authoritative:
        yield Flaw({"answer": found.said}, evidence=(f"UDP {PORT}: {found.said}",))
    else:
        yield Unknown(Reason.UNDETERMINED, f"UDP {PORT}: {found.said}", Because.RECURSION_UNPROVED)
