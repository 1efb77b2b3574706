"""One accept loop for all listening sockets of the laboratory, one short-lived thread for each connection."""

from __future__ import annotations

import contextlib
import logging
import selectors
import socket
import ssl
import struct
import threading
from collections import Counter
from collections.abc import Callable

from tests.lab.ports import family

log = logging.getLogger(__name__)
IDLE_SECONDS = 20.0
MAX_LINE = 65_536


class Connection:
    """One accepted connection; `pending` holds what was received and not yet used."""

    def __init__(self, raw: socket.socket, stopping: threading.Event) -> None:
        self._socket = raw
        self._stopping = stopping
        self.pending = b""
        raw.settimeout(IDLE_SECONDS)

    def send(self, data: bytes) -> None:
        """Send everything; raises OSError where the client left."""
        self._socket.sendall(data)

    def receive(self) -> bytes:
        """What is pending, else whatever comes next; b"" at the end."""
        if self.pending:
            data, self.pending = self.pending, b""
            return data
        return self._socket.recv(65_536)

    def line(self) -> bytes:
        """The next line without its end; b"" at the end or after 64 kB without one."""
        while b"\n" not in self.pending and len(self.pending) < MAX_LINE:
            data = self._socket.recv(65_536)
            if not data:
                return b""
            self.pending += data
        line, found, self.pending = self.pending.partition(b"\n")
        return line.rstrip(b"\r") if found else b""

    def start_tls(self, context: ssl.SSLContext) -> None:
        """Become the server side of a TLS session; raises ssl.SSLError where the client refuses."""
        self._socket = context.wrap_socket(self._socket, server_side=True)

    def pause(self, seconds: float) -> bool:
        """Wait; true where the laboratory is closing."""
        return self._stopping.wait(seconds)

    def reset(self) -> None:
        """Cut the connection with a TCP reset instead of a polite end."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def shut(self) -> None:
        """End both directions, which wakes a thread that reads or writes."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Release the socket."""
        with contextlib.suppress(OSError):
            self._socket.close()


class Listeners:
    """`accepted` counts TCP connections by our own address."""

    def __init__(self) -> None:
        self.accepted: Counter[str] = Counter()
        self._stopping = threading.Event()
        self._selector = selectors.DefaultSelector()
        self._silent: list[socket.socket] = []
        self._open: set[Connection] = set()
        self._threads: set[threading.Thread] = set()
        self._wake, self._woken = socket.socketpair()
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._loop = threading.Thread(target=self._accept, name="lab-accept", daemon=True)

    def listen(self, address: str, port: int, handle: Callable[[Connection], None]) -> None:
        """Serve an address; to be called before start(). Raises OSError where the port is taken."""
        server = _bind(address, port)
        server.listen(128)
        server.setblocking(False)
        self._selector.register(server, selectors.EVENT_READ, (address, handle))

    def listen_silently(self, address: str, port: int) -> None:
        """Fill a queue of length zero: Linux then drops every SYN, so that a connect gets no answer."""
        server = _bind(address, port)
        server.listen(0)
        filler = socket.socket(family(address), socket.SOCK_STREAM)
        filler.connect((address, port))
        self._silent += (server, filler)

    def listen_datagrams(self, address: str, port: int, answer: Callable[[bytes], bytes]) -> None:
        """Answer each datagram to this port, or keep silent where `answer` gives b""; to be called before start()."""
        server = socket.socket(family(address), socket.SOCK_DGRAM)
        server.bind((address, port))
        server.setblocking(False)
        self._selector.register(server, selectors.EVENT_READ, answer)

    def start(self) -> None:
        """Begin to accept."""
        self._loop.start()

    def close(self) -> None:
        """Stop accepting, cut what is open, and wait for the threads (two seconds at the most each)."""
        self._stopping.set()
        self._wake.send(b".")
        if self._loop.is_alive():
            self._loop.join(2)
        for connection in tuple(self._open):
            connection.shut()
        for thread in tuple(self._threads):
            thread.join(2)
        for key in tuple(self._selector.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
        self._selector.close()
        self._wake.close()
        while self._silent:
            self._silent.pop().close()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            for key, _ in self._selector.select():
                if key.data is None or not isinstance(key.fileobj, socket.socket):
                    continue
                with contextlib.suppress(OSError):
                    if callable(key.data):
                        _answer(key.fileobj, key.data)
                        continue
                    address, handle = key.data
                    raw, _ = key.fileobj.accept()
                    self.accepted[address] += 1
                    self._begin(Connection(raw, self._stopping), handle)

    def _begin(self, connection: Connection, handle: Callable[[Connection], None]) -> None:
        thread = threading.Thread(target=self._run, args=(connection, handle), name="lab-connection", daemon=True)
        self._open.add(connection)
        self._threads.add(thread)
        thread.start()

    def _run(self, connection: Connection, handle: Callable[[Connection], None]) -> None:
        try:
            handle(connection)
        except OSError as error:  # the client left, or refused our certificate: its right
            log.debug("connection ended: %s", error)
        finally:
            connection.close()
            self._open.discard(connection)
            self._threads.discard(threading.current_thread())


def _answer(server: socket.socket, answer: Callable[[bytes], bytes]) -> None:
    asked, sender = server.recvfrom(MAX_LINE)
    if said := answer(asked):
        server.sendto(said, sender)


def _bind(address: str, port: int) -> socket.socket:
    server = socket.socket(family(address), socket.SOCK_STREAM)
    try:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((address, port))
    except OSError:
        server.close()
        raise
    return server
