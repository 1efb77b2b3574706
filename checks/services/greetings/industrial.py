"""Industrial protocols: identification requests only, which change nothing on the device."""

from __future__ import annotations

import re
import struct

from checks.services.greetings.greeting import Access, Greeting, first_match, product, text, version

# Read device identification (function 0x2B, MEI 0x0E), basic objects, to the unit of the device itself (0xFF).
MODBUS_QUESTION = struct.pack(">HHHBBBBB", 1, 0, 5, 0xFF, 0x2B, 0x0E, 1, 0)
MODBUS_ANSWERS = frozenset({0x2B, 0xAB})

# COTP connection request (RFC 1006, ISO 8073) with the calling and called selectors of a programming device.
ISO_TSAP_QUESTION = bytes.fromhex("0300001611e00000000100c0010ac1020100c2020102")
FOX_QUESTION = b"fox a 1 -1 fox hello\n{\n};;\n"
_FOX_VERSION = re.compile(r"^app\.version=s:([\w.-]{1,40})", re.MULTILINE)
_FOX_PRODUCT = re.compile(r"^app\.name=s:([^\n]{1,60})", re.MULTILINE)

_OPCUA_ADDRESS = b"opc.tcp://localhost:4840"
OPCUA_QUESTION = (
    b"HELF" + struct.pack("<I", 32 + len(_OPCUA_ADDRESS))
    + struct.pack("<5I", 0, 65_536, 65_536, 0, 0)
    + struct.pack("<I", len(_OPCUA_ADDRESS)) + _OPCUA_ADDRESS
)  # fmt: skip

ETHERNET_IP_QUESTION = struct.pack("<HHII8sI", 0x63, 0, 0, 0, bytes(8), 0)  # ListIdentity


def read_modbus(data: bytes) -> Greeting | None:
    """An answer or an exception to our function code; objects 0, 1 and 2 are vendor, product and revision."""
    if len(data) < 9 or data[:4] != b"\x00\x01\x00\x00" or data[7] not in MODBUS_ANSWERS:
        return None
    objects: dict[int, str] = {}
    at = 14
    while data[7] == 0x2B and len(data) >= at + 2 and len(objects) < 8:
        number, length = data[at], data[at + 1]
        objects[number] = text(data[at + 2 : at + 2 + length])
        at += 2 + length
    name = f"{objects.get(0, '')} {objects.get(1, '')}"
    return Greeting("modbus", product(name), version(objects.get(2, "")), Access.OPEN, tls=False)


def read_iso_tsap(data: bytes) -> Greeting | None:
    """COTP connection confirm (0xD0) or a refusal in form (0x80) within a TPKT."""
    if len(data) < 7 or data[:2] != b"\x03\x00" or data[5] & 0xF0 not in (0xD0, 0x80):
        return None
    return Greeting("iso-tsap", tls=False)


def read_fox(data: bytes) -> Greeting | None:
    """Niagara's hello names the station's software."""
    if not data.startswith(b"fox a "):
        return None
    said = text(data[:4_096])
    name, release = first_match(_FOX_PRODUCT, said), first_match(_FOX_VERSION, said)
    return Greeting("fox", product(name[0] if name else ""), version(release[0] if release else ""), tls=False)


def read_opcua(data: bytes) -> Greeting | None:
    """Acknowledge or error of the connection protocol (OPC 10000-6, 7.1.2)."""
    return Greeting("opcua") if len(data) >= 8 and data[:4] in (b"ACKF", b"ERRF") else None


def read_ethernet_ip(data: bytes) -> Greeting | None:
    """ListIdentity reply: header of 24 bytes, item count, one identity item."""
    if len(data) < 26 or data[:2] != b"\x63\x00" or data[8:12] != bytes(4):
        return None
    if len(data) < 63:
        return Greeting("ethernet-ip", access=Access.OPEN, tls=False)
    # 24 header, 2 count, 4 item header, 2 version, 16 socket address, 6 ids, then revision, status, serial, name
    major, minor, length = data[54], data[55], data[62]
    name = product(text(data[63 : 63 + length]))
    return Greeting("ethernet-ip", name, f"{major}.{minor}", Access.OPEN, tls=False)


def read_mikrotik_api(data: bytes) -> Greeting | None:
    """RouterOS answers any sentence of a stranger with `!fatal`, each word led by its length."""
    return Greeting("mikrotik-api", "RouterOS", access=Access.GUARDED) if data.startswith(b"\x06!fatal") else None


MIKROTIK_API_QUESTION = b"\x05/quit\x00"
