"""One connection to a relay, on top of smtplib: every step has a time limit, every reply a size, and the final dot a moment."""

from __future__ import annotations

import errno
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from scanner.model import Fact

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

MAX_REPLY = 2_000  # bytes of one reply line; RFC 5321 4.5.3.1.5 asks for 512
MAX_LINES = 100  # lines of one reply
CHUNK = 65_536
_LINE_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds for one address to connect, for a reply, for taking the content, for the reply to its final dot, and for
    one mail from beginning to end: RFC 5321 4.5.3.2 gives the lower bounds. `prompt` is for a reply to RSET or QUIT,
    which cost a relay nothing."""

    connect: float = 30
    reply: float = 300
    content: float = 300
    final: float = 600
    mail: float = 1_200
    prompt: float = 10


class Lost(smtplib.SMTPServerDisconnected):
    """The connection is of no more use. `key` says why (`relay.<key>` of the vocabulary), with its facts."""

    def __init__(self, key: str, **facts: Fact) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts


class CutAfterDot(Exception):
    """The whole content and its final dot were sent, and no reply to it was read."""

    def __init__(self, why: Lost) -> None:
        super().__init__(why.key)
        self.why = why


class Session(smtplib.SMTP):
    """A connection that raises Lost, once closed, whatever goes wrong under SMTP; replies of any code are returned.

    `name` is said in EHLO, `tls` is for TLS from the first byte. Raises smtplib.SMTPConnectError where the greeting
    is not 220.
    """

    def __init__(self, host: str, port: int, name: str, patience: Patience, tls: ssl.SSLContext | None) -> None:
        self._relay = host
        self._patience = patience
        self._tls = tls
        self._unread = bytearray()
        self.begin()
        with self._guarded():
            super().__init__(host, port, local_hostname=name, timeout=patience.connect)

    def begin(self) -> None:
        """The time of one mail begins now."""
        self._end = monotonic() + self._patience.mail
        self._allow(self._patience.reply)

    def alive(self) -> bool:
        """Whether the relay, asked to forget what was said before (RSET), still answers at once."""
        self._end = monotonic() + self._patience.prompt
        try:
            return self.rset()[0] == 250
        except Lost:
            return False

    def secure(self, context: ssl.SSLContext) -> tuple[int, bytes]:
        """STARTTLS (RFC 3207): 220 when the connection is encrypted and the certificate good. EHLO must follow."""
        code, text = self.docmd("STARTTLS")
        if code != 220:
            return code, text
        if self._unread:  # words in clear that would be believed as if they had come encrypted
            self.close()
            raise Lost("injected")
        self._encrypted(context)
        return code, text

    def hand_over(self, content: bytes) -> tuple[int, bytes]:
        """DATA: the relay's last word on this content, which has CRLF line ends.

        Raises Lost as long as the relay cannot have taken it, CutAfterDot as soon as it may have.
        """
        code, text = self.docmd("DATA")
        if code != 354:
            return self._refusal(code, text)
        self._allow(self._patience.content)
        self.send(_LINE_DOT.sub(b"..", content) + (b"" if content.endswith(b"\r\n") else b"\r\n"))
        if self._has_spoken():  # before its turn: the dot is never sent, so the connection ends here
            code, text = self.getreply()
            self.close()
            return self._refusal(code, text)
        # A send that raises has not passed on all of its bytes, and without its CRLF the dot ends nothing.
        self.send(b".\r\n")
        self._allow(self._patience.final)
        try:
            code, text = self.getreply()
        except Lost as why:
            raise CutAfterDot(why) from why
        if 300 <= code < 400:
            raise CutAfterDot(Lost("not_smtp"))
        return code, text

    def quit_politely(self) -> None:
        """QUIT; the connection is closed whatever the answer."""
        self._end = monotonic() + self._patience.prompt
        with suppress(Lost):
            self.docmd("QUIT")
        self.close()

    def putcmd(self, cmd: str, args: str = "") -> None:
        """See smtplib; each command has its own time."""
        self._allow(self._patience.reply)
        super().putcmd(cmd, args)

    def send(self, s: ReadableBuffer | str) -> None:
        """All of it, or Lost: `sendall` of an encrypted socket would begin its time-out anew with each part."""
        rest = memoryview(s.encode("ascii") if isinstance(s, str) else s)
        sock = self._open()
        with self._guarded():
            while rest:
                sock.settimeout(self._left())
                rest = rest[sock.send(rest[:CHUNK]) :]

    def _get_socket(self, host: str, port: int, timeout: float) -> object:
        self.sock = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        self._allow(self._patience.reply)
        return self.sock if self._tls is None else self._encrypted(self._tls)

    def _encrypted(self, context: ssl.SSLContext) -> ssl.SSLSocket:
        with self._guarded():
            self._open().getpeername()  # OSError where it was reset: wrap_socket would take it, fail, and leave it open
            made = context.wrap_socket(self._open(), server_hostname=self._relay, do_handshake_on_connect=False)
            self.sock = made
            made.settimeout(self._left())  # the handshake counts it as a whole, not by packet
            made.do_handshake()
        return made

    def getreply(self) -> tuple[int, bytes]:
        """See smtplib; bounded in lines, in bytes and in time."""
        lines: list[bytes] = []
        while len(lines) < MAX_LINES:
            line = self._line()
            lines.append(line[4:].strip())
            if not re.fullmatch(rb"[2-5][0-9][0-9]([ -].*)?", line, re.DOTALL):
                break
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(lines)
        self.close()
        raise Lost("not_smtp")

    def _line(self) -> bytes:
        sock = self._open()
        with self._guarded():
            while (end := self._unread.find(b"\n")) < 0:
                if len(self._unread) > MAX_REPLY:
                    raise Lost("not_smtp")
                sock.settimeout(self._left())
                if not (more := sock.recv(4_096)):
                    raise Lost("closed")
                self._unread += more
        line = bytes(self._unread[:end]).rstrip(b"\r")
        del self._unread[: end + 1]
        return line

    def _has_spoken(self) -> bool:
        """Whether the relay said something, or hung up, while it should only listen."""
        sock = self._open()
        sock.settimeout(0)
        with self._guarded():
            try:
                heard = sock.recv(4_096)
            except (BlockingIOError, ssl.SSLWantReadError):
                return bool(self._unread)
            if not heard:
                raise Lost("closed")
        self._unread += heard
        return True

    def _refusal(self, code: int, text: bytes) -> tuple[int, bytes]:
        """A reply that can only be a refusal, since nothing was handed over yet."""
        if code < 400:
            self.close()
            raise Lost("not_smtp")
        return code, text

    def _open(self) -> ssl.SSLSocket:
        """The socket; what we ask of it an encrypted one and a plain one both do."""
        if self.sock is None:
            raise Lost("closed")
        return self.sock  # type: ignore[return-value]

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Whatever the network does wrong closes the connection and is a Lost."""
        try:
            yield
        except smtplib.SMTPException:
            self.close()
            raise
        except OSError as error:
            self.close()
            raise lost(error) from error

    def _allow(self, seconds: float) -> None:
        self._until = monotonic() + seconds

    def _left(self) -> float:
        left = min(self._until, self._end) - monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def lost(error: OSError) -> Lost:
    """What an error of the network is, typed where it is caught."""
    if isinstance(error, TimeoutError):
        return Lost("timeout")
    if isinstance(error, ConnectionRefusedError):
        return Lost("refused")
    if isinstance(error, ssl.SSLCertVerificationError):
        return Lost("untrusted", detail=error.verify_message)
    if isinstance(error, ssl.SSLError):
        return Lost("tls", detail=error.reason or "TLS")
    if isinstance(error, ConnectionError):
        return Lost("closed")
    if isinstance(error, socket.gaierror):
        return Lost("no_name")
    return Lost("unreachable", detail=errno.errorcode.get(error.errno or 0, "?"))
