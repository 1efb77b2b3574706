"""Answers of UDP services, written after their protocol documents; the laboratory of real towns has the real ones."""

from __future__ import annotations

from collections.abc import Callable

_SYS_DESCR = bytes.fromhex("06082b06010201010100")  # OBJECT IDENTIFIER 1.3.6.1.2.1.1.1.0


def snmp_public(description: bytes) -> Callable[[bytes], bytes]:
    """An agent (RFC 3416) that tells sysDescr to the community `public` and is silent for any other."""

    def answer(asked: bytes) -> bytes:
        head, found, request = asked.partition(b"\x04\x06public\xa0")
        if not found or _SYS_DESCR not in request or len(request) < 7:
            return b""
        version, number = head[-3:], request[1:7]  # both with their tag and length; the scanner's numbers have four bytes
        value = _ber(0x30, _ber(0x30, _SYS_DESCR + _ber(0x04, description)))
        return _ber(0x30, version + b"\x04\x06public" + _ber(0xA2, number + b"\x02\x01\0\x02\x01\0" + value))

    return answer


def tftp(asked: bytes) -> bytes:
    """A server (RFC 1350) without any file; unlike a real one it answers from its own port."""
    return b"\0\5\0\1File not found\0" if asked.startswith(b"\0\1") else b""


def open_resolver(asked: bytes) -> bytes:
    """NXDOMAIN with RA to every question (RFC 1035 4.1.1)."""
    return asked[:2] + b"\x81\x83" + asked[4:] if len(asked) > 12 else b""


def _ber(tag: int, value: bytes) -> bytes:
    return bytes((tag, len(value))) + value
