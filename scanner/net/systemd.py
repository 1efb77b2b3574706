"""What a service tells systemd, over systemd's own socket on this machine (sd_notify(3)); nothing where there is none."""

from __future__ import annotations

import contextlib
import os
import socket


def tell(*lines: str) -> None:
    """`READY=1`, `STATUS=…`, `WATCHDOG=1`, `STOPPING=1`. A supervisor that does not listen is no reason to stop."""
    place = os.environ.get("NOTIFY_SOCKET", "")
    if not place:
        return
    address = "\0" + place[1:] if place.startswith("@") else place
    said = "\n".join(line.replace("\n", " ") for line in lines)
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
        sock.setblocking(False)
        sock.sendto(said.encode(), address)


def watchdog_seconds() -> float | None:
    """After how many seconds of silence systemd would restart us (sd_watchdog_enabled(3)); None where it would not."""
    ours = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    told = os.environ.get("WATCHDOG_USEC", "")
    return int(told) / 1_000_000 if ours and told.isdecimal() and int(told) else None
