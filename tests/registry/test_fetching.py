"""The national lists over the network, from a server of this machine. The bodies are synthetic."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from scanner.registry.fetching import NotFetched, fetch_list
from scanner.registry.model import Origin
from scanner.registry.open_data import read_list
from tests.registry.lists import ANCT_LINES, anct, service_public

AGENT = "Mozilla/5.0 (compatible; Beffroi/0.1; +https://syndicat-exemple.fr/contact)"


class Publisher(BaseHTTPRequestHandler):
    """Serves by path; `asked` are the User-Agents."""

    asked: list[str]

    def do_GET(self) -> None:
        self.server.asked.append(self.headers["User-Agent"])  # type: ignore[attr-defined]
        status, headers, body = {
            "/dataset": (200, {}, json.dumps({"resources": [{"url": "/notes.pdf"}, {"url": "/list.csv.gz"}]}).encode()),
            "/list.csv.gz": (200, {}, anct(*ANCT_LINES)),
            "/directory": (302, {"Location": "/export"}, b"x" * 100),
            "/export": (200, {}, service_public()),
            "/loop": (302, {"Location": "/loop"}, b""),
            "/ftp": (302, {"Location": "ftp://127.0.0.1/list"}, b""),
            "/large": (200, {}, b"x" * 200_000),
            "/no-list": (200, {}, b'{"resources": [{}]}'),
            "/rubbish": (200, {}, b"\xff["),
        }.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Quiet."""


@pytest.fixture
def publisher() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Publisher)
    server.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def url(server: ThreadingHTTPServer, path: str) -> str:
    return f"http://127.0.0.1:{server.server_port}{path}"


@pytest.mark.parametrize(
    ("origin", "path", "body"),
    [(Origin.ANCT, "/dataset", anct(*ANCT_LINES)), (Origin.SERVICE_PUBLIC, "/directory", service_public())],
)
def test_a_list_is_brought_under_our_own_name(publisher: ThreadingHTTPServer, origin: Origin, path: str, body: bytes) -> None:
    content = fetch_list(origin, AGENT, url(publisher, path))
    assert read_list(content) == read_list(body)
    assert read_list(content)[1] is origin
    assert publisher.asked == [AGENT, AGENT]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("origin", "path", "kind"),
    [
        (Origin.SERVICE_PUBLIC, "/missing", "status"), (Origin.SERVICE_PUBLIC, "/loop", "hops"),
        (Origin.SERVICE_PUBLIC, "/ftp", "downgrade"), (Origin.SERVICE_PUBLIC, "/large", "too_large"),
        (Origin.ANCT, "/no-list", "no_list"), (Origin.ANCT, "/rubbish", "no_list"),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_had_says_why(publisher: ThreadingHTTPServer, origin: Origin, path: str, kind: str) -> None:
    with pytest.raises(NotFetched) as refused:
        fetch_list(origin, AGENT, url(publisher, path), max_bytes=100_000)
    assert refused.value.kind == kind


def test_nobody_there_is_said_too() -> None:
    with pytest.raises(NotFetched) as refused:
        fetch_list(Origin.ANCT, AGENT, "http://127.0.0.1:9/")
    assert refused.value.kind == "network"
