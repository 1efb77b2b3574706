"""SNMP (RFC 3416, RFC 1157): whether an agent answers the community that equipment leaves its factory with.

One value is read, the description of the system. No other community is ever tried (docs/decisions/0007).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from checks.references import ANSSI_HYGIENE_23, ANSSI_HYGIENE_28, RECYF_8, RFC_3414
from checks.services.greetings.ber import element, elements, first_element
from checks.services.greetings.greeting import clean, text
from scanner.contract import check, probe
from scanner.model import Absent, Actor, Effort, Flaw, Host, Level, Observation, Reason, Severity, Unobserved, Verdict
from scanner.net import Net

PORT = 161
COMMUNITY = b"public"
MAX_DESCRIPTION = 200
_VERSIONS = {1: "2c", 0: "1"}  # asked in this order: an agent ignores the version that it does not speak
_SYS_DESCR = bytes.fromhex("2b06010201010100")  # 1.3.6.1.2.1.1.1.0
_GET, _RESPONSE = 0xA0, 0xA2
_SEQUENCE, _INTEGER, _STRING, _OID, _NULL = 0x30, 0x02, 0x04, 0x06, 0x05


@dataclass(frozen=True, slots=True)
class SnmpAgent(Observation):
    """An agent that answered `public`. `description` is sysDescr, bounded; "" where it keeps that value to itself."""

    version: str
    description: str


@probe(seconds=10, level=Level.ACTIVE)
async def snmp_agent(host: Host, net: Net) -> SnmpAgent | Absent | Unobserved:
    """Ask once in version 2c, and after silence once in version 1."""
    number = 0x40000000 + secrets.randbelow(0x3FFFFFFF)
    answer = await net.datagrams.exchange(host.name, PORT, *(question(version, number) for version in _VERSIONS))
    if isinstance(answer, Absent):
        return answer
    return read_response(answer, number) or Unobserved(Reason.MALFORMED, f"UDP {PORT}: {answer[:60]!r} is no answer of SNMP")


def question(version: int, number: int) -> bytes:
    """GetRequest for sysDescr.0; version 0 is v1, 1 is v2c; `number` is the request id, of four bytes."""
    zero = element(_INTEGER, b"\0")
    wanted = element(_SEQUENCE, element(_SEQUENCE, element(_OID, _SYS_DESCR) + element(_NULL, b"")))
    request = element(_GET, element(_INTEGER, number.to_bytes(4, "big")) + zero + zero + wanted)
    return element(_SEQUENCE, element(_INTEGER, bytes((version,))) + element(_STRING, COMMUNITY) + request)


def read_response(data: bytes, number: int) -> SnmpAgent | None:
    """What a Response to this request tells; an agent that does not know the community stays silent (RFC 3584 4)."""
    message = first_element(data)
    parts = elements(message[1], 3) if message is not None and message[0] == _SEQUENCE else ()
    if [tag for tag, _, _ in parts] != [_INTEGER, _STRING, _RESPONSE] or parts[1][1] != COMMUNITY:
        return None
    version = _VERSIONS.get(int.from_bytes(parts[0][1][:4], "big"))
    fields = elements(parts[2][1], 4)
    if version is None or len(fields) != 4 or int.from_bytes(fields[0][1][:8], "big") != number:
        return None
    pair = elements(fields[3][1], 1)
    values = elements(pair[0][1], 2) if pair else ()
    told = len(values) == 2 and values[0][:2] == (_OID, _SYS_DESCR) and values[1][0] == _STRING
    return SnmpAgent(version, clean(text(values[1][1]), MAX_DESCRIPTION) if told else "")


@check(
    "services.snmp-exposed",
    severity=Severity.LOW,  # MEDIUM once it told something
    references=(RFC_3414, ANSSI_HYGIENE_28, ANSSI_HYGIENE_23, RECYF_8),
    actor=Actor.TOWN,
    effort=Effort.MINUTES,
)
def snmp_exposed(host: Host, agent: SnmpAgent | Absent) -> Iterator[Verdict]:
    """An agent of supervision answers anybody who says `public`."""
    if isinstance(agent, SnmpAgent):
        yield Flaw(
            {"version": agent.version, "description": agent.description or "-"},
            severity=Severity.MEDIUM if agent.description else None,
            evidence=(f"UDP {PORT}: SNMPv{agent.version}, public, sysDescr.0 = {agent.description or '-'}",),
        )
