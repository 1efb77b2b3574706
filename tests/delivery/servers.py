"""Relays to deliver to: aiosmtpd, which none of us wrote, and a scripted socket that breaks off wherever a test wants."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from scanner.delivery.mail import Mail
from scanner.delivery.session import Patience
from scanner.settings.mail import MailSettings

#: Long enough for a busy machine, short enough that a silence is not waited out for minutes.
SHORT = Patience(connect=5, reply=5, content=5, final=5, mail=10, prompt=1)


def settings(port: int, **changes: Any) -> MailSettings:
    """The settings of a relay on this machine, in clear where the test does not say otherwise."""
    given = {"relay": "127.0.0.1", "port": port, "security": "none", "sender": "audit@syndicat-exemple.fr", **changes}
    return MailSettings(**given)


def mail(content: bytes = b"Subject: essai\r\n\r\nBonjour.\r\n", to: str = "mairie@saint-exemple.fr") -> Mail:
    """A small mail."""
    return Mail("<1@syndicat-exemple.fr>", "audit@syndicat-exemple.fr", to, "essai", content)


@dataclass
class Handler:
    """Answers as told and keeps what was delivered. `answers`: command -> reply, used up one at a time where it is a list."""

    answers: dict[str, str | list[str]] = field(default_factory=dict)
    delivered: list[Envelope] = field(default_factory=list)
    greeted: list[str] = field(default_factory=list)
    connections: int = 0
    encrypted: bool = False

    def _answer(self, command: str, otherwise: str) -> str:
        told = self.answers.get(command, otherwise)
        return (told.pop(0) if told else otherwise) if isinstance(told, list) else told

    async def handle_EHLO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str, lines: list[str]) -> list[str]:
        session.host_name = hostname
        self.greeted.append(hostname)
        self.connections += 0 if session.ssl else 1
        self.encrypted = session.ssl is not None
        return lines

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        envelope.mail_from = address
        return self._answer("MAIL", "250 2.1.0 Ok")

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        answer = self._answer("RCPT", "250 2.1.5 Ok")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self._answer("DATA", "250 2.0.0 Ok: queued as 4XyZ")
        if answer.startswith("2"):
            self.delivered.append(envelope)
        return answer


def accept(username: str, password: str) -> Callable[..., AuthResult]:
    """An authenticator that knows one person."""

    def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
        return AuthResult(success=(given.login, given.password) == (username.encode(), password.encode()), handled=False)

    return check


@contextmanager
def aiosmtpd_server(handler: Handler, tls: ssl.SSLContext | None = None, **options: Any) -> Iterator[int]:
    """aiosmtpd on a free port of 127.0.0.1; `tls` from the first byte. Gives the port."""
    loop = asyncio.new_event_loop()

    def session() -> SMTP:
        return SMTP(handler, hostname="relais.syndicat-exemple.fr", loop=loop, **options)

    server = loop.run_until_complete(loop.create_server(session, "127.0.0.1", 0, ssl=tls))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0)


@dataclass
class Peer:
    """One connection as a script sees it."""

    sock: socket.socket
    heard: bytearray = field(default_factory=bytearray)

    def say(self, text: str | bytes) -> None:
        """Send a reply line, or bytes as they are."""
        self.sock.sendall(text if isinstance(text, bytes) else f"{text}\r\n".encode())

    def hear(self, end: bytes = b"\r\n") -> bytes:
        """Read until `end`, one byte at a time so that nothing more is taken."""
        start = len(self.heard)
        while len(self.heard) - start < len(end) or not self.heard.endswith(end):
            more = self.sock.recv(1)
            if not more:
                raise ConnectionResetError
            self.heard += more
        return bytes(self.heard[start:])

    def answer(self, reply: str) -> None:
        """Hear a command, then reply."""
        self.hear()
        self.say(reply)

    def until_data(self) -> None:
        """Everything up to the reply 354."""
        self.say("220 relais")
        for reply in ("250 relais", "250 Ok", "250 Ok", "354 Go ahead"):
            self.answer(reply)

    def reset(self) -> None:
        """Cut with RST."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


@contextmanager
def scripted(*scripts: Callable[[Peer], None]) -> Iterator[int]:
    """A server that plays one script a connection, one after the other, then refuses. Gives the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def play() -> None:
        for script in scripts:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            sock.settimeout(20)
            with sock:
                try:
                    script(Peer(sock))
                except OSError:
                    continue
        listener.close()
        done.set()

    thread = threading.Thread(target=play)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        with _ignored():
            listener.shutdown(socket.SHUT_RDWR)
        thread.join()
        listener.close()


@contextmanager
def _ignored() -> Iterator[None]:
    try:
        yield
    except OSError:
        return
