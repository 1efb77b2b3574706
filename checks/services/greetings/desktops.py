"""Remote screens: RDP (MS-RDPBCGR), VNC (RFC 6143), X11."""

from __future__ import annotations

import re
import struct

from checks.services.greetings.greeting import Access, Greeting, version

# X.224 connection request asking for TLS without CredSSP: a server that insists on NLA refuses exactly this.
RDP_QUESTION = bytes.fromhex("030000130ee000000000000100080001000000")
RDP_RESPONSE, RDP_FAILURE = 0x02, 0x03
NLA_REQUIRED, STANDARD_SECURITY_ONLY = 5, frozenset({2, 3})  # MS-RDPBCGR 2.2.1.2.2

RFB_QUESTIONS = (b"", b"RFB 003.008\n")
_RFB = re.compile(rb"\ARFB (00[345])\.(\d{3})\n")  # 3 by RFC 6143, 4 and 5 by RealVNC
RFB_NONE = 1

X11_QUESTION = struct.pack("<cxHHHHxx", b"l", 11, 0, 0, 0)  # little-endian, no authorisation data


def read_rdp(data: bytes) -> Greeting | None:
    """X.224 connection confirm with its RDP negotiation; `nla` is False where a session without CredSSP would start."""
    if len(data) < 11 or data[0] != 3 or data[1] != 0 or data[5] & 0xF0 != 0xD0:
        return None
    if len(data) < 19:  # no negotiation data at all: the security of before 2006
        return Greeting("rdp", access=Access.GUARDED, tls=False, nla=False)
    kind, value = data[11], struct.unpack_from("<I", data, 15)[0]
    if kind == RDP_RESPONSE:
        return Greeting("rdp", access=Access.GUARDED, tls=value != 0, nla=False if value in (0, 1) else None)
    if kind == RDP_FAILURE and value == NLA_REQUIRED:
        return Greeting("rdp", access=Access.GUARDED, tls=True, nla=True)
    if kind == RDP_FAILURE and value in STANDARD_SECURITY_ONLY:
        return Greeting("rdp", access=Access.GUARDED, tls=False, nla=False)
    return Greeting("rdp", access=Access.GUARDED)


def read_vnc(data: bytes) -> Greeting | None:
    """The RFB version, then the security types; type None lets anybody onto the screen."""
    found = _RFB.match(data)
    if found is None:
        return None
    release = version(f"{int(found[1])}.{int(found[2])}")
    types = _rfb_types(data[12:], old=found[2] < b"007")
    if types is None:
        return Greeting("vnc", version=release)
    return Greeting("vnc", version=release, access=Access.OPEN if RFB_NONE in types else Access.GUARDED)


def _rfb_types(rest: bytes, *, old: bool) -> tuple[int, ...] | None:
    """The security types offered (RFC 6143 7.1.2), None where the server gave none."""
    if old:
        chosen = int.from_bytes(rest[:4], "big") if len(rest) >= 4 else 0
        return (chosen,) if chosen else None
    count = rest[0] if rest else 0
    return tuple(rest[1 : 1 + count]) if count and len(rest) > count else None


def read_x11(data: bytes) -> Greeting | None:
    """Connection setup: 0 refused, 1 accepted, 2 authentication wanted (X Window System Protocol, chapter 8)."""
    if len(data) < 8:
        return None
    status, major = data[0], int.from_bytes(data[2:4], "little")
    if status in (0, 1) and major == 11:
        return Greeting("x11", access=Access.OPEN if status == 1 else Access.GUARDED, tls=False)
    return Greeting("x11", access=Access.GUARDED, tls=False) if status == 2 and data[1:6] == bytes(5) else None
