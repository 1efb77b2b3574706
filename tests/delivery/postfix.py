"""Debian's own Postfix on a high port of the loopback: it takes mail for Maildirs, relays what it is told to, and bounces."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.lab.real.postfix import postfix

PROGRAM = "/usr/sbin/postfix"
HOST = "relais.syndicat-exemple.fr"
NOBODY = 65_534

needs_postfix = pytest.mark.skipif(
    os.geteuid() != 0 or not Path(PROGRAM).is_file(), reason="needs root and Postfix: apt-get install postfix"
)


@dataclass(frozen=True, slots=True)
class LocalPostfix:
    """A running instance: its port, and the folder under which each mailbox is a Maildir."""

    port: int
    folder: Path

    @property
    def boxes(self) -> Path:
        """`boxes/mairie` is the Maildir of every address that begins with `mairie@`."""
        return self.folder / "boxes"

    def mails(self, box: str, count: int = 1, seconds: float = 60) -> list[bytes]:
        """What arrived in a Maildir, once there are `count` of them."""
        end = monotonic() + seconds
        while len(found := sorted((self.boxes / box / "new").glob("*"))) < count:
            if monotonic() > end:
                raise AssertionError(f"{len(found)} of {count} mails in {box}:\n{self.log()[-3_000:]}")
            sleep(0.05)
        return [path.read_bytes() for path in found]

    def log(self) -> str:
        """What Postfix wrote so far."""
        return (self.folder / "log").read_text("utf-8", "replace")


@contextmanager
def local_postfix(boxes: tuple[str, ...], settings: Mapping[str, str] | None = None) -> Iterator[LocalPostfix]:
    """Mailboxes of these local parts at saint-exemple.fr and syndicat-exemple.fr; any other is unknown."""
    folder = Path(tempfile.mkdtemp(prefix="postfix-"))
    running = None
    try:
        folder.chmod(0o755)  # Postfix's own users walk through it
        port = _free_port()
        _prepare(folder, port, boxes, settings or {})
        with (folder / "log").open("wb") as log:
            running = subprocess.Popen([PROGRAM, "-c", str(folder), "start-fg"], stdout=log, stderr=log)
        made = LocalPostfix(port, folder)
        _await(made, running)
        yield made
    finally:
        if running is not None:
            subprocess.run([PROGRAM, "-c", str(folder), "stop"], check=False, capture_output=True)
            running.wait(30)
        shutil.rmtree(folder)


def _prepare(folder: Path, port: int, boxes: tuple[str, ...], settings: Mapping[str, str]) -> None:
    domains = ("saint-exemple.fr", "syndicat-exemple.fr")
    maps = " ".join(f"{{{box}@{domain} = {box}/}}" for box in boxes for domain in domains)
    daemon = postfix(
        HOST,
        "127.0.0.1",
        "localhost",
        tls=False,
        settings={
            "smtpd_relay_restrictions": "permit_mynetworks, reject_unauth_destination",
            "virtual_mailbox_domains": ", ".join(domains),
            "virtual_mailbox_maps": f"inline:{{{maps}}}",
            "virtual_mailbox_base": "{dir}/boxes",
            "virtual_uid_maps": f"static:{NOBODY}",
            "virtual_gid_maps": f"static:{NOBODY}",
            "disable_dns_lookups": "yes",
            **settings,
        },
    )
    for name, content in daemon.files.items():
        text = str(content).replace("{dir}", str(folder)).replace("smtp inet n", f"127.0.0.1:{port} inet n", 1)
        (folder / name).write_text(text, "utf-8")
    if daemon.prepare:
        daemon.prepare(folder)
    (folder / "boxes").mkdir()
    os.chown(folder / "boxes", NOBODY, NOBODY)


def _await(made: LocalPostfix, running: subprocess.Popen[bytes]) -> None:
    end = monotonic() + 30
    while monotonic() < end and running.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", made.port), 1) as sock:
                if sock.recv(3) == b"220":
                    return
        except OSError:
            sleep(0.05)
    raise AssertionError(f"Postfix did not start:\n{made.log()[-3_000:]}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
