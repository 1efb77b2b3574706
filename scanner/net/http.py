"""HTTP by requests, one kept connection per origin, redirects by hand, every size capped.

The connection is made by the gate before a thread is asked; requests only speaks over it. At the
deadline the socket is shut down, which ends the thread.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TypeVar

from scanner.model import Reason
from scanner.net.budget import Budget
from scanner.net.dns import Resolver
from scanner.net.gate import Connection, Gate
from scanner.net.tls import Handshaker, context, failure
from scanner.net.types import Hop, NetFailure, Response, Throttled, Untrusted, turns
from scanner.net.urls import Origin, is_literal, redirect_target, split_url
from scanner.net.wire import READ_SECONDS, Adapter, Answer, NoConnection, Pool, Session, header_values, speak_http, typed_failure

MAX_HOPS = 5
T = TypeVar("T")


@dataclass(eq=False)
class _Kept:
    """An origin's session, and the connection that is kept for its next request."""

    session: Session
    pool: Pool
    address: str
    connection: Connection | None = None


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
        stopped, cookies = "", False
        answer, address = await self._one(url, budget, max_body, verify)
        while True:
            location = _location(url, answer)
            cookies = cookies or bool(header_values(answer.headers, "set-cookie"))
            hops.append(Hop(url, answer.status, location))
            if not location or not follow:
                break
            if turns(tuple(hops)):
                stopped = "cookies" if cookies else "circle"
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
        response = Response(url, answer.status, answer.headers, answer.body, address, tuple(hops), answer.truncated, stopped)
        if answer.status in (429, 503):
            self._gate.limiter.strike(address)
            raise Throttled(response)
        return response

    def close(self) -> None:
        """Close what is kept."""
        for kept in self._kept.values():
            if kept.connection is not None:
                kept.connection.close()
            kept.session.close()

    async def _one(self, url: str, budget: Budget, max_body: int, verify: bool) -> tuple[Answer, str]:
        """One request to one origin; requests to the same origin take turns on its connection."""
        origin, target = split_url(url)
        async with self._turns.setdefault(origin, asyncio.Lock()):
            addresses = (origin[1],) if is_literal(origin[1]) else await self._resolver.addresses(origin[1], budget)
            kept = self._kept.get(origin)
            if kept is not None and (reused := await self._reuse(kept, origin, target, budget, max_body, verify)):
                return reused, kept.address
            return await self._fresh(addresses, origin, target, budget, max_body, verify)

    async def _reuse(
        self, kept: _Kept, origin: Origin, target: str, budget: Budget, max_body: int, verify: bool
    ) -> Answer | None:
        """Over the kept connection, None where it has gone meanwhile. A verified request never uses a kept one."""
        connection = kept.connection
        if connection is None or connection.closed or verify or connection.slot is None or not connection.slot.resume():
            return None
        try:
            return await self._exchange(kept, connection, origin, target, budget, max_body)
        except NoConnection:
            return None
        except NetFailure as error:
            if error.reason is not Reason.RESET:
                raise
            return None  # servers may close a kept connection at any moment; that is no reproach

    async def _fresh(
        self, addresses: tuple[str, ...], origin: Origin, target: str, budget: Budget, max_body: int, verify: bool
    ) -> tuple[Answer, str]:
        connection = await self._connect(addresses, origin, budget, verify)
        pool = Pool(origin[1], origin[2])
        pool.given = connection
        session = Session()
        session.mount(f"{origin[0]}://", Adapter(pool))
        kept = self._kept[origin] = _Kept(session, pool, connection.address)
        try:
            return await self._exchange(kept, connection, origin, target, budget, max_body), connection.address
        except NetFailure as error:
            if error.reason is Reason.RESET:
                self._gate.limiter.strike(connection.address)
            raise

    async def _connect(self, addresses: tuple[str, ...], origin: Origin, budget: Budget, verify: bool) -> Connection:
        """A connection, with TLS for https; a second one, unverified, where the chain is not trusted."""
        scheme, name, port = origin
        connection = await self._gate.dial_any(addresses, port, budget)
        if scheme == "http":
            return connection
        purpose = "strict" if verify else self._handshaker.purpose(name, connection)
        try:
            await self._wrap(connection, name, purpose, budget)
        except ssl.SSLCertVerificationError as error:
            connection.close()
            if verify:
                raise Untrusted(f"certificate not accepted: {error.verify_message}") from error
            self._handshaker.distrust(name, connection, error)
            return await self._connect(addresses, origin, budget, verify)
        except BaseException:
            connection.close()
            raise
        return connection

    async def _wrap(self, connection: Connection, name: str, purpose: str, budget: Budget) -> None:
        made_with = context(self._handshaker.ca_file, purpose)

        def handshake() -> ssl.SSLSocket:
            connection.sock.settimeout(READ_SECONDS)
            connection.sock.getpeername()  # OSError where it was reset: wrap_socket would take it, fail, and leave it open
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
    ) -> Answer:
        connection.sock.settimeout(READ_SECONDS)

        def speak() -> Answer:
            return speak_http(kept.session, origin, target, self._user_agent, max_body)

        try:
            answer = await self._in_thread(speak, connection, budget)
        except NoConnection:
            connection.close()
            raise
        except BaseException as error:
            connection.close()
            raise typed_failure(error) from error
        if answer.reusable and not connection.dropped and not connection.closed and connection.slot is not None:
            kept.connection = connection
            connection.slot.idle(connection.close)
        else:
            connection.close()
        return answer

    async def _in_thread(self, work: Callable[[], T], connection: Connection, budget: Budget) -> T:
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


def _location(url: str, answer: Answer) -> str:
    """Where this answer leads, absolute; "" where it is the end."""
    if answer.status not in (301, 302, 303, 307, 308):
        return ""
    return redirect_target(url, next(iter(header_values(answer.headers, "location")), ""))


def _stop_word(error: NetFailure) -> str:
    """Why a redirect was not followed, as `Response.stopped` says it."""
    words = {
        Reason.BLOCKED: "blocked",
        Reason.MALFORMED: "scheme",
        Reason.DNS_FAILURE: "unresolved",
        Reason.DNSSEC_BOGUS: "unresolved",
    }
    return words.get(error.reason, "unreachable")
