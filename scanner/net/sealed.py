"""A TLS session inside an established connection, driven by us: what the server showed stays readable when it fails."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Callable
from typing import TypeVar

from scanner.net.gate import Connection
from scanner.net.tls_version import TlsVersion
from scanner.net.types import NetFailure

CHUNK = 16_384
HANDSHAKE, SERVER_HELLO = b"\x16", b"\x02"  # types of a record and of its message
SESSION_ID = 43  # where its length stands: record, message, version and random come before
FIRST = 80  # bytes that hold the choice of the server
_T = TypeVar("_T")


class Sealed:
    """The client's end. `tls` tells version, cipher and chain, after a failed verification too (OpenSSL 3)."""

    def __init__(self, connection: Connection, made_with: ssl.SSLContext, name: str | None = None) -> None:
        self._connection = connection
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._first = b""
        self.tls = made_with.wrap_bio(self._incoming, self._outgoing, server_hostname=name)

    @property
    def chosen(self) -> tuple[TlsVersion, str] | None:
        """Version and cipher; up to TLS 1.2, OpenSSL tells them only at the end, the ServerHello at once (RFC 5246 7.4.1.3)."""
        if (cipher := self.tls.cipher()) and cipher[1] == "TLSv1.3":
            return TlsVersion.TLS1_3, cipher[0]
        hello = self._first
        if hello[:1] != HANDSHAKE or hello[5:6] != SERVER_HELLO or len(hello) < SESSION_ID + 1:
            return None
        version = int.from_bytes(hello[9:11], "big")
        at = SESSION_ID + 1 + hello[SESSION_ID]
        suite = int.from_bytes(hello[at : at + 2], "big")
        names = {each["id"] & 0xFFFF: str(each["name"]) for each in self.tls.context.get_ciphers()}
        return (TlsVersion(version), names.get(suite, "")) if version in TlsVersion.__members__.values() else None

    async def handshake(self) -> None:
        """Raises ssl.SSLError, NetFailure(RESET)."""
        await self._drive(self.tls.do_handshake)

    async def send(self, data: bytes) -> None:
        """Send all bytes. Raises ssl.SSLError, NetFailure(RESET)."""
        await self._drive(lambda: self.tls.write(data))

    async def receive(self, at_most: int = 4_096) -> bytes:
        """What comes next, b"" at the end of the stream. Raises ssl.SSLError, NetFailure(RESET)."""
        try:
            return await self._drive(lambda: self.tls.read(at_most))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    async def _drive(self, step: Callable[[], _T]) -> _T:
        """Repeat one step of OpenSSL, carrying its bytes to and fro, until it is done; an alert of ours is sent too."""
        while True:
            try:
                done = step()
            except ssl.SSLWantReadError:
                await self._flush()
                came = await self._connection.receive(CHUNK)
                self._first = (self._first + came[:FIRST])[:FIRST]
                if came:
                    self._incoming.write(came)
                else:
                    self._incoming.write_eof()
            except ssl.SSLError:
                with contextlib.suppress(NetFailure):
                    await self._flush()
                raise
            else:
                await self._flush()
                return done

    async def _flush(self) -> None:
        if self._outgoing.pending:
            await self._connection.send(self._outgoing.read())
