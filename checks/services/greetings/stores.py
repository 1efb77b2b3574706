"""Stores that long came without a password: Redis, memcached, MongoDB. The questions read no data of theirs."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from checks.services.greetings.greeting import Access, Greeting, first_match, text, version

REDIS_QUESTIONS = (b"PING\r\n", b"INFO server\r\n")
_REDIS_REFUSAL = re.compile(rb"\A-(NOAUTH|NOPERM|DENIED|WRONGPASS|ERR operation not permitted)")
_REDIS_VERSION = re.compile(r"^(redis|valkey)_version:([\w.-]{1,40})", re.MULTILINE)

MEMCACHED_QUESTIONS = (b"version\r\n",)
_MEMCACHED = re.compile(r"\AVERSION ([\w.-]{1,40})\r\n")

OP_MSG = 2013
UNAUTHORIZED = 13  # MongoDB error code
BSON_SIZES = {0x01: 8, 0x06: 0, 0x07: 12, 0x08: 1, 0x09: 8, 0x0A: 0, 0x10: 4, 0x11: 8, 0x12: 8, 0x13: 16, 0x7F: 0, 0xFF: 0}
Scalar = str | int | float | bool


def read_redis(data: bytes) -> Greeting | None:
    """+PONG without a password means that anybody may read and write; NOAUTH and DENIED (protected mode) guard it."""
    if _REDIS_REFUSAL.match(data):
        return Greeting("redis", "Redis", access=Access.GUARDED)
    if not data.startswith(b"+PONG\r\n"):
        return None
    if _REDIS_REFUSAL.match(data[7:]):
        return Greeting("redis", "Redis", access=Access.GUARDED)
    releases = dict(_REDIS_VERSION.findall(text(data[:8_192])))
    name = "Valkey" if "valkey" in releases else "Redis"
    return Greeting("redis", name, version(releases.get("valkey") or releases.get("redis", "")), Access.OPEN, tls=False)


def read_memcached(data: bytes) -> Greeting | None:
    """The text protocol has no password: an answer is an open door, unless the server was given an authentication file."""
    if data.startswith(b"CLIENT_ERROR unauthenticated"):
        return Greeting("memcached", "memcached", access=Access.GUARDED)
    found = first_match(_MEMCACHED, text(data[:200]))
    return Greeting("memcached", "memcached", version(found[0]), Access.OPEN, tls=False) if found else None


# --- MongoDB ------------------------------------------------------------------------------------------


def _element(kind: int, name: bytes, value: bytes) -> bytes:
    return bytes((kind,)) + name + b"\x00" + value


def _string(value: bytes) -> bytes:
    return struct.pack("<i", len(value) + 1) + value + b"\x00"


def _document(*elements: bytes) -> bytes:
    body = b"".join(elements)
    return struct.pack("<i", len(body) + 5) + body + b"\x00"


def _command(number: int, *elements: bytes) -> bytes:
    """One OP_MSG for the admin database (MongoDB wire protocol)."""
    body = struct.pack("<I", 0) + b"\x00" + _document(*elements, _element(0x02, b"$db", _string(b"admin")))
    return struct.pack("<4i", 16 + len(body), number, 0, OP_MSG) + body


BUILD_INFO, LIST_DATABASES = 1, 2
MONGODB_QUESTIONS = (
    _command(BUILD_INFO, _element(0x10, b"buildInfo", struct.pack("<i", 1))),
    # Names of databases need a right; asking for "admin" alone shows whether we have it and reads nothing of the town's.
    _command(
        LIST_DATABASES,
        _element(0x10, b"listDatabases", struct.pack("<i", 1)),
        _element(0x08, b"nameOnly", b"\x01"),
        _element(0x03, b"filter", _document(_element(0x02, b"name", _string(b"admin")))),
    ),
)


def read_mongodb(data: bytes) -> Greeting | None:
    """Who may list databases without a name may do everything; code 13 is the refusal."""
    replies = dict(_replies(data))
    if not replies:
        return None
    release = replies.get(BUILD_INFO, {}).get("version", "")
    listing = replies.get(LIST_DATABASES, {})
    access = Access.UNDETERMINED
    if listing.get("ok") == 1:
        access = Access.OPEN
    elif listing.get("code") == UNAUTHORIZED:
        access = Access.GUARDED
    return Greeting("mongodb", "MongoDB", version(release if isinstance(release, str) else ""), access)


def _replies(data: bytes) -> Iterator[tuple[int, dict[str, Scalar]]]:
    """The documents of OP_MSG replies, by the number of the command that they answer."""
    while len(data) >= 26:
        length, _, answered, opcode = struct.unpack_from("<4i", data)
        if opcode != OP_MSG or data[20] != 0 or not 26 <= length <= 65_536:
            return
        fields = bson_scalars(data[21:length])
        if "ok" in fields:
            yield answered, fields
        data = data[length:]


def bson_scalars(document: bytes) -> dict[str, Scalar]:
    """Text, numbers and booleans at the top of a BSON document (bsonspec.org), at most 100; stops where it is malformed."""
    fields: dict[str, Scalar] = {}
    at = 4
    for _ in range(100):
        end = document.find(b"\x00", at + 1, at + 200)
        if end < 0 or at >= len(document) or document[at] == 0:
            break
        kind, name, at = document[at], text(document[at + 1 : end]), end + 1
        size = _bson_size(kind, document, at)
        value = document[at : at + size] if size is not None else b""
        if size is None or len(value) < size:
            break
        scalar = _bson_scalar(kind, value)
        if scalar is not None:
            fields[name] = scalar
        at += size
    return fields


def _bson_size(kind: int, document: bytes, at: int) -> int | None:
    if kind in BSON_SIZES:
        return BSON_SIZES[kind]
    if len(document) < at + 4:
        return None
    length = int.from_bytes(document[at : at + 4], "little")
    if kind in (0x03, 0x04):
        return length if length >= 5 else None
    if kind in (0x02, 0x0D, 0x0E):
        return length + 4
    return length + 5 if kind == 0x05 else None


def _bson_scalar(kind: int, value: bytes) -> Scalar | None:
    if kind == 0x01:
        return float(struct.unpack("<d", value)[0])
    if kind == 0x02:
        return text(value[4:-1])[:200]
    if kind == 0x08:
        return value != b"\x00"
    return int.from_bytes(value, "little", signed=True) if kind in (0x10, 0x12) else None
