"""Answers that hurt a careless client: the whole bytes of an HTTP answer, piece by piece."""

from __future__ import annotations

import gzip
import itertools
import zlib
from collections.abc import Callable, Iterator

Raw = Callable[[], Iterator[bytes]]

_HTML = b"content-type: text/html; charset=utf-8\r\n"
GIGABYTE = 1_000_000_000


def slow_drip() -> Iterator[bytes]:
    """A good start, then one byte at a time without end: a per-read time-out never fires."""
    yield b"HTTP/1.1 200 OK\r\n" + _HTML + b"content-length: 1000000\r\n\r\n"
    yield from itertools.repeat(b"a")


def endless_headers() -> Iterator[bytes]:
    """Header lines without end."""
    yield b"HTTP/1.1 200 OK\r\n" + _HTML
    for number in itertools.count():
        yield b"x-filler-%d: %s\r\n" % (number, b"f" * 1_000)


def endless_body() -> Iterator[bytes]:
    """Chunks without end."""
    yield b"HTTP/1.1 200 OK\r\n" + _HTML + b"transfer-encoding: chunked\r\n\r\n"
    yield from itertools.repeat(b"1000\r\n" + b"b" * 4_096 + b"\r\n")


def large_headers() -> Iterator[bytes]:
    """200 kB of headers before a small page."""
    lines = b"".join(b"x-filler-%d: %s\r\n" % (number, b"f" * 2_000) for number in range(100))
    yield b"HTTP/1.1 200 OK\r\n" + _HTML + lines + b"content-length: 2\r\n\r\nok"


def gzip_bomb() -> Iterator[bytes]:
    """About one megabyte that inflates to a gigabyte."""
    yield from _bomb(b"HTTP/1.1 200 OK\r\n" + _HTML)


def gzip_bomb_in_redirect() -> Iterator[bytes]:
    """The same in the body of a redirect, which nobody needs to read."""
    yield from _bomb(b"HTTP/1.1 302 Found\r\nlocation: /suite\r\n" + _HTML)


def _bomb(start: bytes) -> Iterator[bytes]:
    """Compressed piece by piece, so that the laboratory never holds it."""
    yield start + b"content-encoding: gzip\r\nconnection: close\r\n\r\n"
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = bytes(GIGABYTE // 1_000)
    for _ in range(1_000):
        if piece := squeeze.compress(zeros):
            yield piece
    yield squeeze.flush()


def gzip_then_junk() -> Iterator[bytes]:
    """A whole gzip stream of two letters, then zeros without end: zlib keeps what follows a stream, and copies it each time."""
    yield b"HTTP/1.1 200 OK\r\n" + _HTML + b"content-encoding: gzip\r\nconnection: close\r\n\r\n" + gzip.compress(b"hi")
    yield from itertools.repeat(bytes(16_384))


def gzip_endless_name() -> Iterator[bytes]:
    """A gzip header whose file name never ends (RFC 1952 2.3.1): nothing is ever inflated, so a cap on the body never bites."""
    yield b"HTTP/1.1 200 OK\r\n" + _HTML + b"content-encoding: gzip\r\nconnection: close\r\n\r\n"
    yield b"\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\x03"
    yield from itertools.repeat(b"n" * 16_384)


def stacked_encodings() -> Iterator[bytes]:
    """Gzip ten times over (RFC 9110 8.4 allows a list; no honest page uses one)."""
    body = b"<title>dix fois</title>"
    for _ in range(10):
        body = gzip.compress(body)
    names = b", ".join([b"gzip"] * 10)
    yield b"HTTP/1.1 200 OK\r\n" + _HTML + b"content-encoding: %s\r\ncontent-length: %d\r\n\r\n" % (names, len(body)) + body


def garbage() -> Iterator[bytes]:
    """No HTTP at all, with every control character."""
    yield bytes(range(256)) * 16


def nothing() -> Iterator[bytes]:
    """Silence after the request; to be paired with a pace of an hour."""
    yield b""
