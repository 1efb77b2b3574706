"""HTTP/1.1 with keep-alive over plain TCP and TLS, virtual hosts by SNI and Host, and every kind of misbehaviour."""

from __future__ import annotations

import ssl
from http import HTTPStatus

from tests.lab.listeners import Connection, Listeners
from tests.lab.model import Page, VirtualHost, WebServer
from tests.lab.pki import Pki

NOT_FOUND = Page(
    404, (("content-type", "text/html; charset=utf-8"),), b"<!doctype html><title>404</title><h1>Page introuvable</h1>"
)
MAX_HEADER_LINES = 200


def serve(server: WebServer, listeners: Listeners, ports: dict[int, int], pki: Pki) -> None:
    """Listen on the plain and the TLS port of one address."""
    if server.http_port is not None:
        listeners.listen(server.address, ports[server.http_port], lambda peer: _talk(peer, server, secure=False))
    if server.https_port is not None:
        context = _context(server, pki)

        def talk_securely(peer: Connection) -> None:
            peer.start_tls(context)
            _talk(peer, server, secure=True)

        listeners.listen(server.address, ports[server.https_port], talk_securely)


def _context(server: WebServer, pki: Pki) -> ssl.SSLContext:
    """The default host's context, which hands over to the one of the name asked for (RFC 6066 3)."""
    contexts = {
        name: pki.context(host.certificate, host.names, server.tls) for host in server.hosts for name in host.names
    }  # fmt: skip
    first = contexts[server.hosts[0].names[0]]

    def choose(link: ssl.SSLObject | ssl.SSLSocket, name: str | None, _: ssl.SSLContext) -> None:
        link.context = contexts.get((name or "").lower(), first)

    first.sni_callback = choose
    return first


def _talk(peer: Connection, server: WebServer, *, secure: bool) -> None:
    """Answer one request after the other on the same connection."""
    while request := peer.line():
        method, _, rest = request.decode("latin-1").partition(" ")
        target = rest.partition(" ")[0]
        headers = _read_headers(peer)
        host = _host(server, headers.get("host", ""))
        pages = host.secure if secure else host.plain
        path = target.partition("?")[0]
        page = pages.get(target) or pages.get(path) or pages.get("*") or NOT_FOUND
        if page.raw is not None:
            _send_raw(peer, page)
            return
        last = headers.get("connection", "").lower() == "close"
        peer.send(_render(page, host, path, body=method != "HEAD", last=last))
        if last:
            return


def _read_headers(peer: Connection) -> dict[str, str]:
    headers: dict[str, str] = {}
    for _ in range(MAX_HEADER_LINES):
        line = peer.line()
        if not line:
            break
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    return headers


def _host(server: WebServer, asked: str) -> VirtualHost:
    name = asked.lower().partition(":")[0].rstrip(".")
    return next((host for host in server.hosts if name in host.names), server.hosts[0])


def _render(page: Page, host: VirtualHost, path: str, *, body: bool, last: bool) -> bytes:
    phrase = HTTPStatus(page.status).phrase
    lines = [f"HTTP/1.1 {page.status} {phrase}"]
    for name, value in (*host.headers, *page.headers):
        lines.append(f"{name}: {value.replace('{path}', path) if name.lower() == 'location' else value}")
    lines += [f"content-length: {len(page.body)}", f"connection: {'close' if last else 'keep-alive'}", "", ""]
    return "\r\n".join(lines).encode("latin-1") + (page.body if body else b"")


def _send_raw(peer: Connection, page: Page) -> None:
    """Piece after piece until the client leaves or the laboratory closes."""
    if page.raw is None:
        return
    for piece in page.raw():
        peer.send(piece)
        if peer.pause(page.pace):
            return
