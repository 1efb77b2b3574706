"""PostgreSQL (protocol 3.0): whether the role that every installation has is let in without a password. None is ever sent."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from checks.services.greetings.greeting import Access, Greeting, text, version

SSL_REQUEST = struct.pack(">II", 8, 80_877_103)
ENCRYPTED, CLEAR = b"S", b"N"
ROLE = DATABASE = b"postgres"
TERMINATE = struct.pack(">cI", b"X", 4)
MAX_MESSAGES = 60

_PARAMETERS = b"user\0%s\0database\0%s\0application_name\0Beffroi\0\0" % (ROLE, DATABASE)
STARTUP = struct.pack(">II", 8 + len(_PARAMETERS), 196_608) + _PARAMETERS
_LET_IN, _CHALLENGES = 0, frozenset({2, 3, 5, 6, 7, 9, 10})  # Kerberos, clear text, MD5, SCM, GSSAPI, SSPI, SASL
_SQLSTATE = re.compile(rb"\0C(\w{5})\0")
_VERSION = re.compile(r"\Aserver_version\0([\w.+~ ()-]{1,40})\0")


def introduce(heard: bytes) -> bytes:
    """StartupMessage, in answer to the one byte that answers SSLRequest."""
    return STARTUP if heard in (ENCRYPTED, CLEAR) else b""


def take_leave(heard: bytes) -> bytes:
    """Terminate where we were let in; one who is asked for a password just hangs up, which the server does not log."""
    return TERMINATE if any(_authentication(body) == _LET_IN for kind, body in _messages(heard[1:]) if kind == b"R") else b""


QUESTIONS = (SSL_REQUEST, introduce, take_leave)


def read_postgresql(data: bytes) -> Greeting | None:
    """S or N to SSLRequest, then the answer to StartupMessage; a server that refuses at once sends an ErrorResponse."""
    if data[:1] in (ENCRYPTED, CLEAR) and (len(data) == 1 or data[1:2] in (b"R", b"E")):
        messages = tuple(_messages(data[1:]))
        if len(data) > 1 and not messages:
            return None
        return Greeting("postgresql", "PostgreSQL", _release(messages), _access(messages), tls=data[:1] == ENCRYPTED)
    if len(data) > 12 and data[:1] == b"E" and 8 < int.from_bytes(data[1:5], "big") < 2_048 and data[5:6] in (b"S", b"V"):
        return Greeting("postgresql", "PostgreSQL")
    return None


def lasting_part(data: bytes) -> int:
    """Before the salt of an MD5 request, or the secret key that a session begins with (BackendKeyData)."""
    end = 1
    for kind, body in _messages(data[1:]):
        if kind == b"K" or (kind == b"R" and _authentication(body) == 5):
            return end
        end += 5 + len(body)
    return end


def _access(messages: tuple[tuple[bytes, bytes], ...]) -> Access:
    """The first answer settles it: let in, asked for proof, or refused as nobody's business here (SQLSTATE class 28)."""
    if not messages:
        return Access.UNDETERMINED
    kind, body = messages[0]
    if kind == b"R":
        asked = _authentication(body)
        return Access.OPEN if asked == _LET_IN else Access.GUARDED if asked in _CHALLENGES else Access.UNDETERMINED
    state = _SQLSTATE.search(b"\0" + body[:2_048])
    return Access.GUARDED if kind == b"E" and state and state[1].startswith(b"28") else Access.UNDETERMINED


def _release(messages: tuple[tuple[bytes, bytes], ...]) -> str:
    """`server_version` of ParameterStatus, which only one who was let in is told."""
    found = (_VERSION.match(text(body[:200])) for kind, body in messages if kind == b"S")
    return next((version(match[1]) for match in found if match), "")


def _authentication(body: bytes) -> int:
    return int.from_bytes(body[:4], "big") if len(body) >= 4 else -1


def _messages(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Complete messages: one byte of type, a length that counts itself, the body."""
    at = 0
    for _ in range(MAX_MESSAGES):
        length = int.from_bytes(data[at + 1 : at + 5], "big") if len(data) >= at + 5 else 0
        if length < 4 or len(data) < at + 1 + length:
            return
        yield data[at : at + 1], data[at + 5 : at + 1 + length]
        at += 1 + length
