"""Where the mails of the bench go: a real Postfix with Maildirs (root), or aiosmtpd in this process (anybody)."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

from scanner.delivery.maillog import read_log
from scanner.delivery.outbox import Outbox
from scanner.delivery.reconcile import reconcile
from scanner.delivery.states import Choice, State
from tests.delivery.postfix import PROGRAM, LocalPostfix, local_postfix
from tests.delivery.servers import Handler, aiosmtpd_server
from tests.faults.proxy import MESSAGE_ID

SETTLING = timedelta(seconds=1)  # a Postfix that nobody else uses has nothing to catch up on
PUT_OFF = "451 4.7.1 Try again later"


class Destination(Protocol):
    """A relay that can be made to fail, and whose mailboxes can be counted."""

    port: int

    def arrived(self) -> Counter[str]:
        """How often each Message-ID is in a mailbox, once nothing is under way any more."""

    def put_off(self, wanted: bool) -> None:
        """Answer 451 to every recipient, or no longer."""

    def settle(self, outbox: Outbox) -> None:
        """Decide what is in doubt, as a person would who can see what arrived here."""


class Policy:
    """Postfix's policy delegation (SMTPD_POLICY_README): DUNNO, or 451 as long as that is wanted."""

    def __init__(self) -> None:
        policy = self
        self.refuses = False

        class Answer(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                while line := self.rfile.readline():
                    if line == b"\n":
                        self.wfile.write(f"action={PUT_OFF if policy.refuses else 'DUNNO'}\n\n".encode())

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answer)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """No more answers."""
        self._server.shutdown()
        self._server.server_close()


class RealPostfix:
    """Debian's Postfix, which delivers to a Maildir for each authority by virtual(8)."""

    def __init__(self, postfix: LocalPostfix, policy: Policy) -> None:
        self._postfix = postfix
        self._policy = policy
        self._again: subprocess.Popen[bytes] | None = None
        self.port = postfix.port

    def put_off(self, wanted: bool) -> None:
        """By the policy server."""
        self._policy.refuses = wanted

    def stop(self) -> None:
        """`postfix stop`."""
        subprocess.run([PROGRAM, "-c", str(self._postfix.folder), "stop"], check=True, capture_output=True)

    def start(self) -> None:
        """Up again on the same port."""
        with (self._postfix.folder / "log").open("ab") as log:
            self._again = subprocess.Popen([PROGRAM, "-c", str(self._postfix.folder), "start-fg"], stdout=log, stderr=log)
        self._greeted()

    def _greeted(self) -> None:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as sock:
                if sock.recv(3) == b"220":
                    return
            time.sleep(0.05)
        raise TimeoutError("Postfix did not come back")

    def arrived(self) -> Counter[str]:
        """From the Maildirs, when Postfix has emptied its queue."""
        queues = [self._postfix.folder / "spool" / name for name in ("maildrop", "incoming", "active", "deferred")]
        end = time.monotonic() + 30
        while any(path.is_file() for queue in queues for path in queue.rglob("*")):
            if time.monotonic() > end:
                raise TimeoutError("Postfix does not empty its queue")
            time.sleep(0.1)
        found: Counter[str] = Counter()
        for path in self._postfix.boxes.glob("*/new/*"):
            if identity := MESSAGE_ID.search(path.read_bytes()):
                found[identity[1].decode()] += 1
        return found

    def settle(self, outbox: Outbox) -> None:
        """By Postfix's log alone."""
        time.sleep(SETTLING.total_seconds() + 1)
        self._greeted()  # a line of the log that is younger than every attempt
        time.sleep(0.5)
        read = partial(read_log, self._postfix.log().splitlines(), now=datetime.now(UTC))
        reconcile(outbox, read, Choice.RESEND, SETTLING)


@contextlib.contextmanager
def real_postfix(boxes: tuple[str, ...]) -> Iterator[RealPostfix]:
    """One instance of its own, as long as the block lasts."""
    policy = Policy()
    try:
        asked = f"check_policy_service inet:127.0.0.1:{policy.port}"
        with local_postfix(boxes, {"smtpd_recipient_restrictions": f"{asked}, permit_mynetworks, reject"}) as postfix:
            yield RealPostfix(postfix, policy)
    finally:
        policy.close()


class InProcess:
    """aiosmtpd: what it has answered for is in its list."""

    def __init__(self, port: int, handler: Handler) -> None:
        self.port = port
        self._handler = handler

    def put_off(self, wanted: bool) -> None:
        """At RCPT."""
        self._handler.answers = {"RCPT": PUT_OFF} if wanted else {}

    def arrived(self) -> Counter[str]:
        """From the list."""
        contents = [bytes(envelope.original_content or b"") for envelope in self._handler.delivered]
        return Counter(found[1].decode() for content in contents if (found := MESSAGE_ID.search(content)))

    def settle(self, outbox: Outbox) -> None:
        """A person looks into the list."""
        arrived = self.arrived()
        for entry in outbox.entries((State.DOUBTFUL,)):
            outbox.resolve(entry.id, Choice.MARK_SENT if arrived[entry.message_id] else Choice.RESEND)


@contextlib.contextmanager
def in_process() -> Iterator[InProcess]:
    """On a free port of the loopback."""
    handler = Handler()
    with aiosmtpd_server(handler) as port:
        yield InProcess(port, handler)
