"""A TCP proxy before a relay that breaks an SMTP conversation at a chosen byte of a chosen mail."""

from __future__ import annotations

import contextlib
import re
import select
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

END = b"\r\n.\r\n"
HEAD = 4_096  # bytes in which the Message-ID is looked for
MESSAGE_ID = re.compile(rb"^Message-ID: (<[^>]*>)", re.MULTILINE | re.IGNORECASE)


class Cut(Enum):
    """Where the conversation ends. The relay has the mail only AFTER_DOT.

    IN_DATA the sender may already have written its final dot: a small mail fits into the buffers between the two.
    """

    AT_DATA = "instead of the reply to DATA"
    IN_DATA = "in the middle of the content"
    AT_DOT = "the final dot does not reach the relay"
    AFTER_DOT = "the relay's reply to the final dot does not come back"


@dataclass
class Trap:
    """Springs at the `nth` mail from now on; `on_spring` runs before the client sees anything."""

    cut: Cut
    nth: int
    on_spring: Callable[[], object] = lambda: None
    sprung: threading.Event = field(default_factory=threading.Event)


class Proxy:
    """Listens on a free port of the loopback and forwards to `port`; at most one trap is set.

    `limbo` are the Message-IDs of which some content came by, and to which no reply went back.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._trap: Trap | None = None
        self.limbo: set[str] = set()
        self._mails = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def set(self, trap: Trap | None) -> None:
        """From the next mail on; the mails that went by are forgotten."""
        with self._lock:
            self._trap = trap
            while self._mails.acquire(blocking=False):
                pass

    def wait_for(self, mails: int, seconds: float) -> bool:
        """Until so many mails have gone by whole, with the relay's reply."""
        return all(self._mails.acquire(timeout=seconds) for _ in range(mails))

    def close(self) -> None:
        """No more connections."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._to), 5) as relay:
            conversation = _Conversation(client, relay, self)
            try:
                conversation.run()
            finally:
                self.limbo |= conversation.unanswered()

    def due(self) -> Trap | None:
        """A mail begins: the trap that springs in it."""
        with self._lock:
            trap = self._trap
            if trap is None:
                return None
            trap.nth -= 1
            if trap.nth > 0:
                return None
            self._trap = None
            return trap

    def passed(self) -> None:
        """A mail has gone by."""
        self._mails.release()


class _Conversation:
    """One connection: SMTP as far as telling content from commands."""

    def __init__(self, client: socket.socket, relay: socket.socket, proxy: Proxy) -> None:
        self._client = client
        self._relay = relay
        self._proxy = proxy
        self._in_content = False
        self._awaits_reply = False
        self._head = self._tail = b""
        self._trap: Trap | None = None

    def unanswered(self) -> set[str]:
        """The mail whose content has begun, or gone by, without a reply."""
        under_way = self._in_content or self._awaits_reply
        return {found[1].decode() for found in [MESSAGE_ID.search(self._head)] if found} if under_way else set()

    def run(self) -> None:
        """Until one side hangs up or the trap has sprung."""
        while True:
            ready, _, _ = select.select((self._client, self._relay), (), ())
            if self._relay in ready:
                if not (said := self._relay.recv(65_536)):
                    return
                if self._awaits_reply and self._replied():
                    return
                self._client.sendall(said)
                continue
            if not (said := self._client.recv(65_536)):
                return
            if self._in_content:
                if self._content(said):
                    return
            elif self._command(said):
                return

    def _command(self, said: bytes) -> bool:
        """Pass it on; True where the conversation has ended here."""
        if said.upper() == b"DATA\r\n":  # nobody sends it together with what follows: 354 must come first
            self._trap = self._proxy.due()
            if self._trap is not None and self._trap.cut is Cut.AT_DATA:
                self._spring(self._trap)
                return True
            self._in_content, self._head, self._tail = True, b"", b"\r\n"
        self._relay.sendall(said)
        return False

    def _content(self, said: bytes) -> bool:
        """Pass it on; True where the conversation has ended here."""
        trap = self._trap
        self._head = (self._head + said)[:HEAD]
        if trap is not None and trap.cut is Cut.IN_DATA:
            self._relay.sendall(said[: len(said) // 2])
            self._spring(trap)
            return True
        self._tail = (self._tail + said)[-len(END) :]
        ended = self._tail == END
        if ended and trap is not None and trap.cut is Cut.AT_DOT:
            self._spring(trap)
            return True
        self._relay.sendall(said)
        if ended:
            self._in_content, self._awaits_reply = False, True
        return False

    def _replied(self) -> bool:
        """The relay has answered for the mail; True where nobody shall hear it."""
        if self._trap is not None:
            self._spring(self._trap)
            return True
        self._awaits_reply = False
        self._proxy.passed()
        return False

    def _spring(self, trap: Trap) -> None:
        trap.on_spring()
        for sock in (self._client, self._relay):  # RST, as a machine that has gone
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            sock.close()
        trap.sprung.set()
