"""Delays every packet between world and scanner: the kernel here has no netem.

Two TUN devices, one in each namespace, and a first-in first-out line per direction. A line adds half of the
round trip, plus what a poll costs (0.3 to 1.3 ms a round trip as measured).
"""

from __future__ import annotations

import fcntl
import os
import selectors
import struct
import sys
import time
from collections import deque

from tests.lab.real import world

_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
WORLD_SIDE, SCANNER_SIDE = "towns", "uplink"
_LARGEST, _LONGEST = 65_536, 10_000  # bytes a packet; packets that wait, more are dropped as a full router would


def device(name: str) -> int:
    """A TUN device in this namespace; it follows its file descriptor when it is moved to another one."""
    opened = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(opened, _TUNSETIFF, struct.pack("16sH", name.encode(), _IFF_TUN | _IFF_NO_PI))
    return opened


def main() -> None:
    """`python -m tests.lab.real.relay MILLISECONDS`: join world and scanner, say "ready", relay until killed."""
    seconds = float(sys.argv[1]) / 2000.0
    towns, uplink = device(WORLD_SIDE), device(SCANNER_SIDE)
    world.run("ip", "link", "set", SCANNER_SIDE, "netns", world.SCANNER)
    world.address(WORLD_SIDE, SCANNER_SIDE)
    print("ready", flush=True)
    relay(towns, uplink, seconds)


def relay(one: int, other: int, seconds: float) -> None:
    """Hand packets over, each `seconds` after it came; for ever."""
    other_end = {one: other, other: one}
    waiting: dict[int, deque[tuple[float, bytes]]] = {one: deque(), other: deque()}
    ready = selectors.DefaultSelector()
    for end in other_end:
        ready.register(end, selectors.EVENT_READ)
    while True:
        due = min((line[0][0] for line in waiting.values() if line), default=None)
        for key, _ in ready.select(None if due is None else max(0.0, due - time.monotonic())):
            _take(key.fd, waiting[key.fd], seconds)
        now = time.monotonic()
        for end, line in waiting.items():
            while line and line[0][0] <= now:
                _give(other_end[end], line.popleft()[1])


def _take(end: int, line: deque[tuple[float, bytes]], seconds: float) -> None:
    for _ in range(256):
        try:
            packet = os.read(end, _LARGEST)
        except BlockingIOError:
            return
        if len(line) < _LONGEST:
            line.append((time.monotonic() + seconds, packet))


def _give(end: int, packet: bytes) -> None:
    try:
        os.write(end, packet)
    except OSError:  # the device's own line is full, or the packet is not one: lost, as on any link
        return


if __name__ == "__main__":
    main()
