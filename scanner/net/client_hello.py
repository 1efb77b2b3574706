"""The hello of a TLS client as bytes, by hand: no OpenSSL of today offers SSL 3.0, RC4, 3DES or EXPORT any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scanner.net import cipher_suites
from scanner.net.tls_version import TlsVersion

MAX_SUITES = 64  # some servers ignore what comes after, or choke on it
_SCSV = 0x00FF  # RFC 5746 3.3: secure renegotiation, said without an extension
_SSL2_CIPHERS = (0x010080, 0x020080, 0x030080, 0x040080, 0x050080, 0x060040, 0x0700C0)
_HYBRIDS = (0x11EC, 0x11EB, 0x11ED)  # X25519MLKEM768, SecP256r1MLKEM768, SecP384r1MLKEM1024
_CURVES = (0x001D, 0x0017, 0x0018, 0x0019, 0x001E)
_FINITE_FIELDS = (0x0100, 0x0101, 0x0102)
_SIGNATURES = (
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0402, 0x0203, 0x0201, 0x0202,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClientHello:
    """One question: the highest version that we pretend to know, and the suites, best first, of which 63 are sent.

    `staple` asks for the OCSP answer beside the certificate (RFC 6066 8). A hello of SSL 2.0 has ciphers of its own.
    """

    version: TlsVersion
    suites: tuple[int, ...] = ()
    staple: bool = False

    @property
    def offered(self) -> tuple[int, ...]:
        """The suites that are really sent."""
        return self.suites[: MAX_SUITES - 1]

    def encode(self, name: str, random: bytes) -> bytes:
        """The record that asks the server called `name` (A-labels); `random` are 64 bytes of chance."""
        if self.version is TlsVersion.SSL2:
            return _ssl2_hello(random)
        body = _number(min(self.version, TlsVersion.TLS1_2), 2) + random[:32]
        body += _counted(random[32:64] if self.version is TlsVersion.TLS1_3 else b"", 1)
        body += _counted(_numbers((*self.offered, _SCSV)), 2) + b"\x01\x00"
        if self.version > TlsVersion.SSL3:  # SSL 3.0 knows no extensions, and old servers choke on them
            extensions = self._extensions(name)
            extensions += _padding(len(body) + 2 + len(extensions) + 4)
            body += _counted(extensions, 2)
        handshake = b"\x01" + _counted(body, 3)
        return b"\x16" + _number(min(self.version, TlsVersion.TLS1_0), 2) + _counted(handshake, 2)

    def _extensions(self, name: str) -> bytes:
        modern = self.version is TlsVersion.TLS1_3
        groups = (*(_HYBRIDS if modern else ()), *_CURVES, *_FINITE_FIELDS)
        made = _extension(0x0017, b"")  # not last: some servers refuse a hello that ends with an empty extension
        made += _extension(0x0000, _counted(b"\x00" + _counted(name.encode("ascii", "ignore"), 2), 2))
        made += _extension(0x000A, _counted(_numbers(groups), 2)) + _extension(0x000B, b"\x01\x00")
        if self.version >= TlsVersion.TLS1_2:
            made += _extension(0x000D, _counted(_numbers(_SIGNATURES), 2))
        if self.staple:
            made += _extension(0x0005, b"\x01\x00\x00\x00\x00")
        if modern:  # an empty key_share: the server names the group that it wants, and nothing is computed (RFC 8446 4.2.8)
            versions = [version for version in sorted(TlsVersion, reverse=True) if version >= TlsVersion.SSL3]
            made += _extension(0x002B, _counted(_numbers(versions), 1)) + _extension(0x0033, _counted(b"", 2))
            made += _extension(0x002D, b"\x01\x01")
        return made


def everything_up_to(version: TlsVersion) -> ClientHello:
    """The hello that every server answers which knows this version or an older one."""
    suites = cipher_suites.OLD
    if version >= TlsVersion.TLS1_2:
        suites = (*cipher_suites.TLS1_2, *suites)
    return ClientHello(version, (*cipher_suites.TLS1_3, *suites) if version is TlsVersion.TLS1_3 else suites)


def _ssl2_hello(random: bytes) -> bytes:
    """CLIENT-HELLO of SSL 2.0: version, cipher specs of three bytes, no session, a challenge of 16 bytes."""
    specs = b"".join(_number(cipher, 3) for cipher in _SSL2_CIPHERS)
    body = b"\x01\x00\x02" + _number(len(specs), 2) + b"\x00\x00\x00\x10" + specs + random[:16]
    return _number(0x8000 | len(body), 2) + body


def _padding(length: int) -> bytes:
    """Up to 512 bytes where some old load balancers would hang between 256 and 511 (RFC 7685)."""
    length += 4  # of the handshake message itself
    return _extension(0x0015, bytes(max(0, 512 - length))) if 256 <= length < 512 else b""


def _extension(number: int, content: bytes) -> bytes:
    return _number(number, 2) + _counted(content, 2)


def _counted(content: bytes, size: int) -> bytes:
    return _number(len(content), size) + content


def _numbers(numbers: Iterable[int]) -> bytes:
    return b"".join(_number(number, 2) for number in numbers)


def _number(number: int, size: int) -> bytes:
    return int(number).to_bytes(size, "big")
