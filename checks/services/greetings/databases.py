"""SQL databases and directories: MySQL and MariaDB, SQL Server (MS-TDS), Oracle Net, LDAP (RFC 4511)."""

from __future__ import annotations

import re
import struct

from checks.services.greetings.ber import element, first_element
from checks.services.greetings.greeting import Access, Greeting, first_match, product, text, version

MYSQL_QUESTIONS = (b"",)
HOST_BLOCKED, HOST_NOT_ALLOWED, TOO_MANY_CONNECTIONS = 1129, 1130, 1040
CLIENT_SSL = 0x0800
_MYSQL_VERSION = re.compile(r"\A(?:5\.5\.5-)?(\d{1,3}\.\d{1,3}[^\s]{0,60})\Z")

_PRELOGIN = bytes.fromhex("00000b00060100110001ff00000000000000")  # VERSION at 11, ENCRYPTION at 17
MSSQL_QUESTION = struct.pack(">BBHHBB", 0x12, 1, 8 + len(_PRELOGIN), 0, 0, 0) + _PRELOGIN

_TNS_DATA = b"(CONNECT_DATA=(COMMAND=VERSION))"
ORACLE_QUESTION = (
    struct.pack(">HHBBH", 58 + len(_TNS_DATA), 0, 1, 0, 0)
    + struct.pack(">8H", 310, 300, 0, 2_048, 32_767, 0x7F08, 0, 1)
    + struct.pack(">HHI", len(_TNS_DATA), 58, 512)
    + bytes(26)
    + _TNS_DATA
)
TNS_ANSWERS = frozenset({2, 4, 5, 11})  # accept, refuse, redirect, resend
_VSNNUM = re.compile(r"\(VSNNUM=(\d{1,10})\)")


def read_mysql(data: bytes) -> Greeting | None:
    """Initial handshake, protocol 10, or the error packet of a server that refuses our address."""
    if len(data) < 7 or data[3] != 0 or int.from_bytes(data[:3], "little") < 3:
        return None
    if data[4] == 0xFF:
        return _mysql_refusal(data)
    end = data.find(b"\x00", 5, 5 + 80)
    found = first_match(_MYSQL_VERSION, text(data[5:end])) if data[4] == 10 and end > 5 else ()
    if not found:
        return None
    flags_at = end + 1 + 4 + 8 + 1  # thread id, first part of the scramble, filler
    flags = int.from_bytes(data[flags_at : flags_at + 2], "little") if len(data) >= flags_at + 2 else None
    release, maria, _ = found[0].partition("-MariaDB")
    name = "MariaDB" if maria or data[5:].startswith(b"5.5.5-") else "MySQL"
    tls = None if flags is None else bool(flags & CLIENT_SSL)
    return Greeting("mysql", name, version(release), Access.GUARDED, tls=tls)


def _mysql_refusal(data: bytes) -> Greeting | None:
    code = int.from_bytes(data[5:7], "little")
    if code not in (HOST_BLOCKED, HOST_NOT_ALLOWED, TOO_MANY_CONNECTIONS):
        return None
    return Greeting("mysql", "MariaDB" if b"MariaDB" in data else "MySQL", access=Access.GUARDED)


def read_mssql(data: bytes) -> Greeting | None:
    """PRELOGIN response: a table of options, of which VERSION (0) and ENCRYPTION (1) interest us."""
    if len(data) < 14 or data[0] != 4 or data[8] != 0:
        return None
    options = dict(_prelogin_options(data[8:]))
    number = options.get(0, b"")
    if len(number) != 6:
        return None
    release = f"{number[0]}.{number[1]}.{int.from_bytes(number[2:4], 'big')}"
    encryption = options.get(1, b"")
    return Greeting("mssql", "SQL Server", release, Access.GUARDED, tls=encryption[0] != 2 if encryption else None)


def _prelogin_options(payload: bytes) -> list[tuple[int, bytes]]:
    options = []
    for at in range(0, min(len(payload) - 4, 60), 5):
        if payload[at] == 0xFF:
            break
        offset, length = struct.unpack_from(">HH", payload, at + 1)
        options.append((payload[at], payload[offset : offset + length]))
    return options


def read_oracle(data: bytes) -> Greeting | None:
    """A TNS packet of the kinds that answer CONNECT; a refusal tells the version (VSNNUM)."""
    if len(data) < 8 or data[4] not in TNS_ANSWERS or data[2:4] != b"\x00\x00" or data[6:8] != b"\x00\x00":
        return None
    length = int.from_bytes(data[:2], "big")
    if not 8 <= length <= 4_096 or (data[4] == 11 and length != 8) or (data[4] != 11 and b"(" not in data and length < 24):
        return None
    found = first_match(_VSNNUM, text(data))
    number = int(found[0]) if found else 0
    release = f"{number >> 24}.{number >> 20 & 15}.{number >> 12 & 255}.{number >> 8 & 15}" if 0 < number < 1 << 32 else ""
    return Greeting("oracle", "Oracle", release, Access.GUARDED)


# --- LDAP ---------------------------------------------------------------------------------------------


LDAP_QUESTION = element(0x30, element(0x02, b"\x01") + element(0x63, (
    element(0x04, b"") + element(0x0A, b"\x00") + element(0x0A, b"\x00")  # the root entry alone, aliases never followed
    + element(0x02, b"\x01") + element(0x02, b"\x03") + element(0x01, b"\x00")  # one entry, three seconds
    + element(0x87, b"objectClass")
    + element(0x30, element(0x04, b"vendorName") + element(0x04, b"vendorVersion"))
)))  # fmt: skip


def read_ldap(data: bytes) -> Greeting | None:
    """A search result entry (0x64) or its end (0x65). That the root entry is public is normal, and proves nothing more."""
    message = first_element(data)
    if message is None or message[0] != 0x30:
        return None
    number = first_element(message[1])
    operation = first_element(number[2]) if number is not None and number[:2] == (0x02, b"\x01") else None
    if operation is None or operation[0] not in (0x64, 0x65):
        return None
    attributes = _ldap_attributes(operation[1]) if operation[0] == 0x64 else {}
    return Greeting("ldap", product(attributes.get(b"vendorname", "")), version(attributes.get(b"vendorversion", "")))


def _ldap_attributes(entry: bytes) -> dict[bytes, str]:
    """First value of each attribute of a search result entry, by lower-case name; at most 20."""
    values: dict[bytes, str] = {}
    name = first_element(entry)
    listing = first_element(name[2]) if name else None
    rest = listing[1] if listing else b""
    while (attribute := first_element(rest)) is not None and len(values) < 20:
        kind = first_element(attribute[1])
        several = first_element(kind[2]) if kind else None
        first = first_element(several[1]) if several else None
        if kind and first:
            values[kind[1].lower()] = text(first[1][:200])
        rest = attribute[2]
    return values
