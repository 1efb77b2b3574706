"""TLS handshakes: contexts, the verdict on the chain, and what our own OpenSSL can offer."""

from __future__ import annotations

import contextlib
import os
import ssl
import warnings
from functools import lru_cache

import certifi

from scanner.model import Reason
from scanner.net.budget import Budget
from scanner.net.client_hello import ClientHello
from scanner.net.dns import Resolver
from scanner.net.gate import Connection, Gate
from scanner.net.sealed import Sealed
from scanner.net.server_flight import FlightReader, ServerHello, TlsAlert, Trouble
from scanner.net.tls_version import TlsVersion
from scanner.net.types import Handshake, NetFailure, NotTls, Trust

_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME: dates are judged by the checks, with their own clock
_OLD_CIPHERS = "ALL:@SECLEVEL=0"  # we look at servers as they are; the checks judge keys and versions
_NATIVE = {
    TlsVersion.TLS1_0: ssl.TLSVersion.TLSv1,
    TlsVersion.TLS1_1: ssl.TLSVersion.TLSv1_1,
    TlsVersion.TLS1_2: ssl.TLSVersion.TLSv1_2,
    TlsVersion.TLS1_3: ssl.TLSVersion.TLSv1_3,
}
_NAMED = {"TLSv1": TlsVersion.TLS1_0, "TLSv1.1": TlsVersion.TLS1_1, "TLSv1.2": TlsVersion.TLS1_2, "TLSv1.3": TlsVersion.TLS1_3}
#: OpenSSL's X509_V_ERR numbers.
_TRUST_OF_CODE = {
    18: Trust.SELF_SIGNED,
    19: Trust.UNKNOWN_ISSUER,
    20: Trust.INCOMPLETE,
    21: Trust.INCOMPLETE,
    2: Trust.INCOMPLETE,
}
_NOT_TLS = frozenset(
    {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "PACKET_LENGTH_TOO_LONG", "HTTPS_PROXY_REQUEST"}
)


@lru_cache(maxsize=16)
def context(ca_file: str, purpose: str) -> ssl.SSLContext:
    """A client context, built once a process. Purposes: `judge` (chain verified, dates and names not),
    `look` (nothing verified), `strict` (all verified, as a browser would)."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = purpose == "strict"
    made.verify_mode = ssl.CERT_NONE if purpose == "look" else ssl.CERT_REQUIRED
    if purpose != "look":
        made.load_verify_locations(ca_file or certifi.where())
    if purpose == "judge":
        made.verify_flags |= _NO_CHECK_TIME
    if purpose != "strict":
        made.set_ciphers(_OLD_CIPHERS)
        made.options &= ~ssl.OP_NO_RENEGOTIATION
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # old versions are offered on purpose
            made.minimum_version = ssl.TLSVersion.TLSv1
    return made


class Handshaker:
    """TLS for one scan; remembers the ordinary handshakes that were made on the way."""

    def __init__(self, ca_file: str) -> None:
        self.ca_file = ca_file
        self._made: dict[tuple[str, int], Handshake] = {}
        self._untrusted: dict[tuple[str, str, int], tuple[Trust, str, tuple[TlsVersion, str] | None]] = {}

    def remembered(self, name: str, port: int) -> Handshake | None:
        """The handshake with this name, where a connection of this scan already made one."""
        return self._made.get((name, port))

    def purpose(self, name: str, connection: Connection) -> str:
        """`judge` at first; `look` once this server's chain was found untrusted."""
        return "look" if (name, connection.address, connection.port) in self._untrusted else "judge"

    def distrust(
        self,
        name: str,
        connection: Connection,
        error: ssl.SSLCertVerificationError,
        chosen: tuple[TlsVersion, str] | None = None,
    ) -> None:
        """Keep the verdict on the chain, with the version and cipher `chosen`; the next connection looks without verifying."""
        trust = _TRUST_OF_CODE.get(error.verify_code, Trust.INVALID)
        self._untrusted[name, connection.address, connection.port] = (trust, str(error.verify_message)[:200], chosen)

    def remember(self, name: str, connection: Connection, tls: ssl.SSLSocket | ssl.SSLObject) -> Handshake:
        """Keep what a handshake showed: a completed one, or one that only our distrust ended."""
        trust, detail, chosen = self._untrusted.get((name, connection.address, connection.port), (Trust.TRUSTED, "", None))
        cipher = tls.cipher()
        if tls.version() is not None or chosen is None:
            chosen = _NAMED.get(tls.version() or "", TlsVersion.TLS1_0), cipher[0] if cipher else ""
        made = Handshake(
            version=chosen[0],
            cipher=chosen[1],
            chain=_chain(tls),
            trust=trust,
            trust_detail=detail,
            address=connection.address,
        )
        self._made.setdefault((name, connection.port), made)
        return made

    async def upgrade(self, connection: Connection, name: str, budget: Budget, made_with: ssl.SSLContext) -> ssl.SSLObject:
        """Handshake on an established connection, and no more; a chain that is not trusted has been seen all the same.

        Raises NetFailure, and SSLCertVerificationError where OpenSSL kept nothing of the chain (before its version 3).
        """
        sealed = Sealed(connection, made_with, name)
        async with budget.spend():
            try:
                await sealed.handshake()
            except ssl.SSLCertVerificationError as error:
                self.distrust(name, connection, error, sealed.chosen)
                if sealed.chosen is None or not _chain(sealed.tls):
                    raise
            except ssl.SSLError as error:
                raise failure(error) from error
        return sealed.tls


class TlsClient:
    """The handshakes that probes ask for by themselves."""

    def __init__(self, gate: Gate, resolver: Resolver, handshaker: Handshaker) -> None:
        self._gate = gate
        self._resolver = resolver
        self._handshaker = handshaker

    async def handshake(self, name: str, port: int, budget: Budget) -> Handshake:
        """See `scanner.net.types.Tls.handshake`; a second one, unverified, where an untrusted chain was not seen."""
        if (made := self._handshaker.remembered(name, port)) is not None:
            return made
        while True:
            connection = await self._dial(name, port, budget)
            purpose = self._handshaker.purpose(name, connection)
            try:
                tls = await self._handshaker.upgrade(connection, name, budget, context(self._handshaker.ca_file, purpose))
                return self._handshaker.remember(name, connection, tls)
            except ssl.SSLCertVerificationError:
                continue
            finally:
                connection.close()

    async def ask(self, name: str, hello: ClientHello, port: int, budget: Budget) -> ServerHello | TlsAlert:
        """See `scanner.net.types.Tls.ask`."""
        connection = await self._dial(name, port, budget)
        reader = FlightReader(hello)
        try:
            async with budget.spend():
                await connection.send(hello.encode(name, os.urandom(64)))
                while not reader.done:
                    more = await connection.receive(16_384)
                    if not more:
                        raise NetFailure(Reason.RESET, "the connection was closed without an answer to our hello")
                    reader.feed(more)
        finally:
            connection.close()
        return _conclusion(reader)

    async def _dial(self, name: str, port: int, budget: Budget) -> Connection:
        return await self._gate.dial_any(await self._resolver.addresses(name, budget), port, budget)


def _conclusion(reader: FlightReader) -> ServerHello | TlsAlert:
    """The answer, where it is one to what was asked."""
    answer = reader.answer
    if isinstance(answer, ServerHello) or (answer is not None and answer.refuses):
        return answer
    if answer is not None:
        raise NetFailure(Reason.TLS_FAILURE, f"alert of the server: {answer.label}")
    if reader.trouble is Trouble.NOT_TLS:
        raise NotTls(f"not TLS: {reader.start!r}")
    reason = Reason.TOO_LARGE if reader.trouble is Trouble.TOO_LARGE else Reason.MALFORMED
    raise NetFailure(reason, f"the server answered with {reader.trouble or Trouble.MALFORMED}")


def failure(error: ssl.SSLError) -> NetFailure:
    """The typed failure of a handshake that did not complete."""
    reason = error.reason or type(error).__name__
    if reason in _NOT_TLS:
        return NotTls(f"not TLS: {reason}")
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError) or reason == "UNEXPECTED_EOF_WHILE_READING":
        return NetFailure(Reason.RESET, "the connection was closed during the TLS handshake")
    if reason in ("NO_PROTOCOLS_AVAILABLE", "NO_CIPHERS_AVAILABLE"):
        return NetFailure(Reason.OURS, f"our OpenSSL does not offer this: {reason}")
    return NetFailure(Reason.TLS_FAILURE, f"handshake failed: {reason}")


@lru_cache(maxsize=8)
def can_offer(version: TlsVersion) -> bool:
    """Whether this machine's OpenSSL completes a handshake at this version: a self-test in memory, without a socket."""
    if version is TlsVersion.TLS1_3:
        return ssl.HAS_TLSv1_3
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        sides = [ssl.SSLContext(protocol) for protocol in (ssl.PROTOCOL_TLS_CLIENT, ssl.PROTOCOL_TLS_SERVER)]
        for side in sides:
            side.check_hostname, side.verify_mode = False, ssl.CERT_NONE
            side.set_ciphers("aNULL:@SECLEVEL=0")  # anonymous: no certificate is needed
            side.minimum_version = side.maximum_version = _NATIVE[version]
    pipes = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (sides[0].wrap_bio(pipes[0], pipes[1], server_side=False), sides[1].wrap_bio(pipes[1], pipes[0], server_side=True))
    try:
        for _ in range(6):
            for end in ends:
                with contextlib.suppress(ssl.SSLWantReadError):
                    end.do_handshake()
    except ssl.SSLError:
        return False
    return ends[0].version() is not None


def _chain(tls: ssl.SSLSocket | ssl.SSLObject) -> tuple[bytes, ...]:
    """What the server sent, DER, leaf first; public from Python 3.13."""
    if hasattr(tls, "get_unverified_chain"):
        return tuple(tls.get_unverified_chain() or ())
    certificates = tls._sslobj.get_unverified_chain() or ()  # type: ignore[union-attr]
    return tuple(ssl.PEM_cert_to_DER_cert(certificate.public_bytes()) for certificate in certificates)
