"""SMTP up to STARTTLS (RFC 5321, RFC 3207); no message is ever accepted."""

from __future__ import annotations

import ssl

from tests.lab.listeners import Connection, Listeners
from tests.lab.model import MailHost, MailManner
from tests.lab.pki import Pki

MAX_COMMANDS = 50


def serve(host: MailHost, listeners: Listeners, ports: dict[int, int], pki: Pki) -> None:
    """Listen on port 25 of one address."""
    context = pki.context(host.certificate, (host.name,), host.tls)
    listeners.listen(host.address, ports[25], lambda peer: _session(peer, host, context))


def _session(peer: Connection, host: MailHost, context: ssl.SSLContext) -> None:
    if host.manner is MailManner.BUSY:
        peer.send(f"421 4.7.0 {host.name} Too many connections, try again later\r\n".encode())
        return
    if host.manner is MailManner.TARPIT:
        while not peer.pause(1):
            peer.send(f"220-{host.name} un instant\r\n".encode())
        return
    if host.manner is MailManner.NOT_UTF8:
        peer.send(b"220 \xe9\xff\xfe\x1b[31m\x1b]0;titre\x07 ESMTP <script>alert(1)</script>\r\n")
    else:
        peer.send(f"220 {host.name} ESMTP\r\n".encode())
    if _commands(peer, host, encrypted=False):
        peer.start_tls(context)
        _commands(peer, host, encrypted=True)


def _commands(peer: Connection, host: MailHost, *, encrypted: bool) -> bool:
    """Answer until the end; true where TLS begins."""
    for _ in range(MAX_COMMANDS):
        line = peer.line()
        verb = line.partition(b" ")[0].upper()
        if not line:
            return False
        if verb == b"QUIT":
            peer.send(f"221 2.0.0 {host.name} closing\r\n".encode())
            return False
        if verb == b"STARTTLS" and not encrypted and host.manner is not MailManner.NO_STARTTLS:
            _accept_starttls(peer, host)
            return True
        peer.send(_reply(verb, host, encrypted=encrypted))
    return False


def _accept_starttls(peer: Connection, host: MailHost) -> None:
    if host.manner is MailManner.INJECTION:
        # The reply to a command that was not sent yet stands in clear text behind ours, and what the client
        # sent in clear text behind STARTTLS stays in our buffer and is obeyed once TLS is up.
        peer.send(b"220 2.0.0 Ready to start TLS\r\n250 2.0.0 Ok\r\n")
        return
    peer.pending = b""
    peer.send(b"220 2.0.0 Ready to start TLS\r\n")


def _reply(verb: bytes, host: MailHost, *, encrypted: bool) -> bytes:
    if verb == b"EHLO":
        lines = [host.name, "PIPELINING", "SIZE 52428800", "8BITMIME"]
        if not encrypted and host.manner is not MailManner.NO_STARTTLS:
            lines.append("STARTTLS")
        shown = "".join(f"250{'-' if line is not lines[-1] else ' '}{line}\r\n" for line in lines).encode()
        return shown.replace(b"PIPELINING", b"X-\xe9\xff\x1b[2J") if host.manner is MailManner.NOT_UTF8 else shown
    if verb == b"HELO":
        return f"250 {host.name}\r\n".encode()
    if verb in (b"NOOP", b"RSET"):
        return b"250 2.0.0 Ok\r\n"
    if verb in (b"MAIL", b"RCPT", b"DATA"):
        return b"550 5.7.1 This laboratory takes no mail\r\n"
    return b"502 5.5.2 Command not implemented\r\n"
