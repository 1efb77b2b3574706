"""requests and urllib3 made to speak over a connection that the gate opened, and to read no more than the caps allow."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException, IncompleteRead
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter

from scanner.model import Reason
from scanner.net.gate import Connection
from scanner.net.types import Headers, NetFailure
from scanner.net.urls import Origin

MAX_HEADER_VALUE = 8_192
CUT = "[…]"
RAW_MARGIN = 65_536  # compressed bytes beyond the cap of the body: an honest page needs far fewer than its own size
READ_SECONDS = 20.0  # one read of a thread; the whole exchange is bounded by the probe's budget


class NoConnection(Exception):
    """urllib3 wants a connection that the gate did not make: the kept one was dropped."""


class _Wire(urllib3.connection.HTTPConnection):
    """Speaks over the connection that it is given, plain or TLS; never opens one."""

    given: Connection | None = None

    def connect(self) -> None:
        if self.given is None or self.given.closed:
            raise NoConnection
        self.sock = self.given.sock

    def close(self) -> None:
        """Only let go: the socket is closed, and its bytes are counted, by its Connection."""
        given, self.given = self.given, None
        if given is not None:
            given.dropped = True
        self.sock = None
        super().close()


class Pool(urllib3.HTTPConnectionPool):
    """Holds the one connection of an origin."""

    def __init__(self, host: str, port: int) -> None:
        self.given: Connection | None = None
        super().__init__(host, port, maxsize=1, block=False, timeout=urllib3.Timeout(READ_SECONDS), retries=False)

    def _new_conn(self) -> _Wire:
        wire = _Wire(self.host, port=self.port, timeout=READ_SECONDS)
        wire.given = self.given
        return wire


class Adapter(HTTPAdapter):
    """Always answers with the one pool of its origin."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        super().__init__(max_retries=0)

    def get_connection_with_tls_context(self, *_: Any, **__: Any) -> Pool:
        return self.pool


class Session(requests.Session):
    """A session that follows nothing and takes nothing from the environment."""

    trust_env = False

    def get_redirect_target(self, resp: requests.Response) -> None:
        """requests would read the body of a redirect to find its target; we follow redirects ourselves."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request brought; `reusable` when its connection may serve the next one."""

    status: int
    headers: Headers
    body: bytes
    truncated: bool
    reusable: bool


def speak_http(session: Session, origin: Origin, target: str, user_agent: str, max_body: int) -> Answer:
    """One GET over the connection that the session's pool was given; blocks, so it runs in a thread."""
    scheme, name, port = origin
    host = f"[{name}]" if ":" in name else name
    host = host if port in (80, 443) else f"{host}:{port}"
    request = requests.Request(
        "GET",
        f"{scheme}://{host}{target}",
        headers={
            "Host": host,
            "User-Agent": user_agent,
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            "Accept-Language": "fr,en;q=0.5",
            "Accept-Encoding": "gzip",
        },
    ).prepare()
    answer = session.send(request, stream=True, verify=False, allow_redirects=False, timeout=READ_SECONDS)
    try:
        return read_answer(answer, max_body)
    finally:
        answer.close()


def read_answer(answer: requests.Response, max_body: int) -> Answer:
    """Headers, and the body decoded by us under the cap; the body of a redirect is never read."""
    headers = _headers(answer)
    if 300 <= answer.status_code < 400:
        return Answer(answer.status_code, headers, b"", truncated=False, reusable=answer.headers.get("content-length") == "0")
    encodings = [part.strip().lower() for value in header_values(headers, "content-encoding") for part in value.split(",")]
    encodings = [encoding for encoding in encodings if encoding not in ("", "identity")]
    if len(encodings) > 1 or any(encoding not in ("gzip", "x-gzip", "deflate") for encoding in encodings):
        raise NetFailure(Reason.MALFORMED, f"content-encoding {','.join(encodings)[:80]!r} was not asked for")
    body, ended = _read_body(answer, max_body, zlib.decompressobj(wbits=47) if encodings else None)
    return Answer(answer.status_code, headers, body[:max_body], truncated=ended is None, reusable=bool(ended))


def _read_body(answer: requests.Response, max_body: int, inflate: zlib._Decompress | None) -> tuple[bytes, bool | None]:
    """The body up to the cap, and whether its bytes ended with it; None where it goes on behind the cap.

    What follows the end of a compressed stream is never fed to zlib, which would keep all of it.
    """
    body, raw = bytearray(), 0
    while len(body) <= max_body and raw <= max_body + RAW_MARGIN:
        chunk = answer.raw.read(16_384, decode_content=False)
        if not chunk or (inflate and inflate.eof):
            return bytes(body), not chunk
        raw += len(chunk)
        body += inflate.decompress(chunk, max_body + 1 - len(body)) if inflate else chunk
        if inflate and inflate.unused_data:
            return bytes(body), False
    return bytes(body), None


def _headers(answer: requests.Response) -> Headers:
    lines = []
    for name, value in answer.raw.headers.items():
        text = value.encode("latin-1", "replace").decode("utf-8", "replace")
        lines.append((name.lower()[:200], text if len(text) <= MAX_HEADER_VALUE else text[:MAX_HEADER_VALUE] + CUT))
    return tuple(lines)


def header_values(headers: Headers, name: str) -> tuple[str, ...]:
    """Every value of a header, in order."""
    return tuple(value for key, value in headers if key == name)


def typed_failure(error: BaseException) -> BaseException:
    """The typed failure of an exchange; what is not an answer's fault passes unchanged."""
    if isinstance(error, NetFailure):
        return error
    if not isinstance(error, Exception):
        return error
    causes = tuple(_causes(error))
    if any(isinstance(cause, TimeoutError | urllib3.exceptions.ReadTimeoutError) for cause in causes):
        return NetFailure(Reason.TIMEOUT, "no complete answer in time")
    if any(isinstance(cause, OSError | IncompleteRead) and not isinstance(cause, requests.RequestException) for cause in causes):
        return NetFailure(Reason.RESET, "the connection was cut before the answer was complete")
    for kind in (HTTPException, requests.RequestException, urllib3.exceptions.HTTPError, zlib.error, ValueError, LookupError):
        for cause in causes:
            if isinstance(cause, kind):
                return NetFailure(Reason.MALFORMED, f"{type(cause).__name__}: {cause}"[:200])
    return error


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it wraps; requests and urllib3 hide the first one in `args`."""
    for _ in range(6):
        if error is None:
            return
        yield error
        inner = next((argument for argument in reversed(error.args) if isinstance(argument, BaseException)), None)
        error = inner or error.__cause__ or error.__context__
