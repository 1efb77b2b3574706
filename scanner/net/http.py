"""HTTP by requests, one kept connection per origin, redirects by hand, every size capped.

The connection is made by the gate before a thread is asked; requests only speaks over it. At the
deadline the socket is shut down, which ends the thread.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import warnings
import zlib
from concurrent.futures import Executor
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import urljoin, urlsplit

import idna
import requests
import urllib3
from requests.adapters import HTTPAdapter

from scanner.model import Reason
from scanner.net.budget import Budget
from scanner.net.dns import Resolver
from scanner.net.gate import Connection, Gate
from scanner.net.tls import Handshaker, context, failure
from scanner.net.types import Headers, Hop, NetFailure, Refused, Response

MAX_HOPS = 5
MAX_HEADER_VALUE = 8_192
CUT = "[…]"
READ_SECONDS = 20.0  # one read of a thread; the whole exchange is bounded by the probe's budget
Origin = tuple[str, str, int]


class _NoConnection(Exception):
    """urllib3 wants a connection that the gate did not make: the kept one was dropped."""


class _Wire(urllib3.connection.HTTPConnection):
    """Speaks over the connection that it is given, plain or TLS; never opens one."""

    given: Connection | None = None

    def connect(self) -> None:
        if self.given is None or self.given.closed:
            raise _NoConnection
        self.sock = self.given.sock

    def close(self) -> None:
        """Only let go: the socket is closed, and its bytes are counted, by its Connection."""
        given, self.given = self.given, None
        if given is not None:
            given.dropped = True
        self.sock = None
        super().close()  # type: ignore[no-untyped-call]


class _Pool(urllib3.HTTPConnectionPool):
    """Holds the one connection of an origin."""

    def __init__(self, host: str, port: int) -> None:
        self.given: Connection | None = None
        super().__init__(host, port, maxsize=1, block=False, timeout=urllib3.Timeout(READ_SECONDS), retries=False)

    def _new_conn(self) -> _Wire:
        wire = _Wire(self.host, port=self.port, timeout=READ_SECONDS)
        wire.given = self.given
        return wire


class _Adapter(HTTPAdapter):
    def __init__(self, pool: _Pool) -> None:
        self.pool = pool
        super().__init__(max_retries=0)

    def get_connection_with_tls_context(self, *_: Any, **__: Any) -> _Pool:  # type: ignore[override]
        return self.pool


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """requests would read the body of a redirect to find its target; we follow redirects ourselves."""


@dataclass(eq=False)
class _Kept:
    """An origin's session, and the connection that is kept for its next request."""

    session: _Session
    pool: _Pool
    address: str
    connection: Connection | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Headers
    body: bytes
    truncated: bool
    reusable: bool


class HttpClient:
    """The GET requests of one scan."""

    def __init__(self, gate: Gate, resolver: Resolver, handshaker: Handshaker, threads: Executor, user_agent: str) -> None:
        self._gate = gate
        self._resolver = resolver
        self._handshaker = handshaker
        self._threads = threads
        self._user_agent = user_agent
        self._kept: dict[Origin, _Kept] = {}
        self._turns: dict[Origin, asyncio.Lock] = {}

    async def get(self, url: str, budget: Budget, *, follow: bool, max_body: int, verify: bool) -> Response:
        """See `scanner.net.types.Http.get`."""
        hops: list[Hop] = []
        stopped = ""
        answer, address = await self._one(url, budget, max_body, verify)
        while True:
            location = _location(url, answer)
            hops.append(Hop(url, answer.status, location))
            if not location or not follow:
                break
            if len(hops) > MAX_HOPS:
                stopped = "too_many"
                break
            try:
                answer, address = await self._one(location, budget, max_body, verify)
            except NetFailure as error:
                stopped = _stop_word(error)
                break
            url = location
        if answer.status in (429, 503):
            self._gate.limiter.strike(address)
            raise NetFailure(Reason.THROTTLED, f"{url}: HTTP {answer.status}")
        return Response(url, answer.status, answer.headers, answer.body, address, tuple(hops), answer.truncated, stopped)

    def close(self) -> None:
        """Close what is kept."""
        for kept in self._kept.values():
            if kept.connection is not None:
                kept.connection.close()
            kept.session.close()

    async def _one(self, url: str, budget: Budget, max_body: int, verify: bool) -> tuple[_Answer, str]:
        """One request to one origin; requests to the same origin take turns on its connection."""
        origin, target = _split(url)
        async with self._turns.setdefault(origin, asyncio.Lock()):
            addresses = (origin[1],) if _is_literal(origin[1]) else await self._resolver.addresses(origin[1], budget)
            kept = self._kept.get(origin)
            if kept is not None and (reused := await self._reuse(kept, origin, target, budget, max_body, verify)):
                return reused, kept.address
            return await self._fresh(addresses, origin, target, budget, max_body, verify)

    async def _reuse(
        self, kept: _Kept, origin: Origin, target: str, budget: Budget, max_body: int, verify: bool
    ) -> _Answer | None:
        """Over the kept connection, None where it has gone meanwhile. A verified request never uses a kept one."""
        connection = kept.connection
        if connection is None or connection.closed or verify or connection.slot is None or not connection.slot.resume():
            return None
        try:
            return await self._exchange(kept, connection, origin, target, budget, max_body)
        except _NoConnection:
            return None
        except NetFailure as error:
            if error.reason is not Reason.RESET:
                raise
            return None  # servers may close a kept connection at any moment; that is no reproach

    async def _fresh(
        self, addresses: tuple[str, ...], origin: Origin, target: str, budget: Budget, max_body: int, verify: bool
    ) -> tuple[_Answer, str]:
        last: NetFailure | None = None
        for address in addresses[:2]:
            try:
                connection = await self._connect(address, origin, budget, verify)
            except NetFailure as error:
                last = error if last is None or not isinstance(last, Refused) else last
                if error.reason in (Reason.REFUSED, Reason.SILENT, Reason.OURS):
                    continue
                raise
            pool = _Pool(origin[1], origin[2])
            pool.given = connection
            session = _Session()
            session.trust_env = False
            session.mount(f"{origin[0]}://", _Adapter(pool))
            kept = self._kept[origin] = _Kept(session, pool, address)
            try:
                return await self._exchange(kept, connection, origin, target, budget, max_body), address
            except NetFailure as error:
                if error.reason is Reason.RESET:
                    self._gate.limiter.strike(address)
                raise
        raise last or NetFailure(Reason.DNS_FAILURE, f"{origin[1]} has no address")

    async def _connect(self, address: str, origin: Origin, budget: Budget, verify: bool) -> Connection:
        """A connection, with TLS for https; a second one, unverified, where the chain is not trusted."""
        scheme, name, port = origin
        connection = await self._gate.dial(address, port, budget)
        if scheme == "http":
            return connection
        purpose = "strict" if verify else self._handshaker.purpose(name, connection)
        try:
            await self._wrap(connection, name, purpose, budget)
        except ssl.SSLCertVerificationError as error:
            connection.close()
            if verify:
                raise NetFailure(Reason.TLS_FAILURE, f"certificate not accepted: {error.verify_message}") from error
            self._handshaker.distrust(name, connection, error)
            return await self._connect(address, origin, budget, verify)
        except BaseException:
            connection.close()
            raise
        return connection

    async def _wrap(self, connection: Connection, name: str, purpose: str, budget: Budget) -> None:
        made_with = context(self._handshaker.ca_file, purpose)

        def handshake() -> ssl.SSLSocket:
            connection.sock.settimeout(READ_SECONDS)
            connection.sock = made_with.wrap_socket(connection.sock, server_hostname=name, do_handshake_on_connect=False)
            connection.sock.do_handshake()
            return connection.sock

        try:
            secured = await self._in_thread(handshake, connection, budget)
        except ssl.SSLCertVerificationError:
            raise
        except ssl.SSLError as error:
            raise failure(error) from error
        except (OSError, ValueError) as error:
            raise NetFailure(Reason.RESET, f"the TLS handshake broke off ({error})"[:200]) from error
        if purpose != "strict":
            self._handshaker.remember(name, connection, secured)

    async def _exchange(
        self, kept: _Kept, connection: Connection, origin: Origin, target: str, budget: Budget, max_body: int
    ) -> _Answer:
        scheme, name, port = origin
        host = name if port in (80, 443) else f"{name}:{port}"
        request = requests.Request(
            "GET",
            f"{scheme}://{host}{target}",
            headers={
                "Host": host,
                "User-Agent": self._user_agent,
                "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
                "Accept-Language": "fr,en;q=0.5",
                "Accept-Encoding": "gzip",
            },
        ).prepare()
        connection.sock.settimeout(READ_SECONDS)

        def speak() -> _Answer:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", urllib3.exceptions.InsecureRequestWarning)
                answer = kept.session.send(request, stream=True, verify=False, allow_redirects=False, timeout=READ_SECONDS)
            try:
                return _read(answer, max_body)
            finally:
                answer.close()

        try:
            answer = await self._in_thread(speak, connection, budget)
        except _NoConnection:
            connection.close()
            raise
        except BaseException as error:
            connection.close()
            raise _typed(error) from error
        if answer.reusable and not connection.dropped and not connection.closed and connection.slot is not None:
            kept.connection = connection
            connection.slot.idle(connection.close)
        else:
            connection.close()
        return answer

    async def _in_thread(self, work: Any, connection: Connection, budget: Budget) -> Any:
        """Run blocking work on a connection; at the deadline cut the socket, which ends the thread too."""
        future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        try:
            async with budget.spend():
                return await asyncio.shield(future)
        except BaseException:
            connection.cut()
            await asyncio.wait([future], timeout=READ_SECONDS)
            if future.done() and not future.cancelled():
                future.exception()  # seen here; the reason that ended it is the one that counts
            raise


def _read(answer: requests.Response, max_body: int) -> _Answer:
    """Headers, and the body decoded by us under the cap; the body of a redirect is never read."""
    headers = _headers(answer)
    if 300 <= answer.status_code < 400:
        return _Answer(answer.status_code, headers, b"", truncated=False, reusable=answer.headers.get("content-length") == "0")
    encodings = [part.strip().lower() for value in _values(headers, "content-encoding") for part in value.split(",")]
    encodings = [encoding for encoding in encodings if encoding not in ("", "identity")]
    if len(encodings) > 1 or any(encoding not in ("gzip", "x-gzip", "deflate") for encoding in encodings):
        raise NetFailure(Reason.MALFORMED, f"content-encoding {','.join(encodings)[:80]!r} was not asked for")
    inflate = zlib.decompressobj(wbits=47) if encodings else None
    body = bytearray()
    while len(body) <= max_body:
        chunk = answer.raw.read(16_384, decode_content=False)
        if not chunk:
            return _Answer(answer.status_code, headers, bytes(body), truncated=False, reusable=True)
        body += inflate.decompress(chunk, max_body + 1 - len(body)) if inflate else chunk
    return _Answer(answer.status_code, headers, bytes(body[:max_body]), truncated=True, reusable=False)


def _headers(answer: requests.Response) -> Headers:
    lines = []
    for name, value in answer.raw.headers.items():
        text = value.encode("latin-1", "replace").decode("utf-8", "replace")
        lines.append((name.lower()[:200], text if len(text) <= MAX_HEADER_VALUE else text[:MAX_HEADER_VALUE] + CUT))
    return tuple(lines)


def _values(headers: Headers, name: str) -> tuple[str, ...]:
    return tuple(value for key, value in headers if key == name)


def _location(url: str, answer: _Answer) -> str:
    """Where a redirect leads, absolute and without fragment; "" where it leads nowhere."""
    if answer.status not in (301, 302, 303, 307, 308):
        return ""
    value = next(iter(_values(answer.headers, "location")), "")
    try:
        return urljoin(url, value).split("#")[0] if value else ""
    except ValueError:
        return ""


def _split(url: str) -> tuple[Origin, str]:
    """Origin and request target of an address. Raises NetFailure(MALFORMED)."""
    try:
        parts = urlsplit(url)
        name, port = parts.hostname or "", parts.port
        if not _is_literal(name):
            name = idna.encode(name, uts46=True).decode("ascii") if not name.isascii() else name
    except (ValueError, UnicodeError) as error:
        raise NetFailure(Reason.MALFORMED, f"not a web address: {url[:120]!r}") from error
    if parts.scheme not in ("http", "https") or not name:
        raise NetFailure(Reason.MALFORMED, f"not a web address: {url[:120]!r}")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return (parts.scheme, name.lower().rstrip("."), port or (443 if parts.scheme == "https" else 80)), target


def _is_literal(name: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, name)
        except OSError:
            continue
        return True
    return False


def _stop_word(error: NetFailure) -> str:
    """Why a redirect was not followed, as `Response.stopped` says it."""
    words = {Reason.BLOCKED: "blocked", Reason.MALFORMED: "scheme", Reason.DNS_FAILURE: "unresolved", Reason.DNSSEC_BOGUS: "unresolved"}
    return words.get(error.reason, "unreachable")


def _typed(error: BaseException) -> BaseException:
    """The typed failure of an exchange; what is not an answer's fault passes unchanged."""
    if isinstance(error, NetFailure):
        return error
    if isinstance(error, requests.exceptions.ReadTimeout | TimeoutError | urllib3.exceptions.ReadTimeoutError):
        return NetFailure(Reason.TIMEOUT, "no complete answer in time")
    if isinstance(error, requests.exceptions.ConnectionError | urllib3.exceptions.ProtocolError | OSError):
        return NetFailure(Reason.RESET, "the connection was cut before the answer was complete")
    if isinstance(error, requests.RequestException | urllib3.exceptions.HTTPError | HTTPException | zlib.error):
        return NetFailure(Reason.MALFORMED, f"{type(error).__name__}: {error}"[:200])
    if isinstance(error, UnicodeError | ValueError | LookupError):
        return NetFailure(Reason.MALFORMED, f"{type(error).__name__}: {error}"[:200])
    return error
