"""The versions of TLS and of its forerunners."""

from __future__ import annotations

from enum import IntEnum


class TlsVersion(IntEnum):
    """Wire numbers (RFC 8446 4.2.1; SSL 2.0 by the number that its own hello carries)."""

    SSL2 = 0x0002
    SSL3 = 0x0300
    TLS1_0 = 0x0301
    TLS1_1 = 0x0302
    TLS1_2 = 0x0303
    TLS1_3 = 0x0304

    @property
    def label(self) -> str:
        """`TLS 1.2`, `SSL 3.0`."""
        return f"SSL {'2.0' if self is TlsVersion.SSL2 else '3.0'}" if self < TlsVersion.TLS1_0 else f"TLS 1.{self - 0x0301}"
