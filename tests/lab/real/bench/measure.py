"""What one command costs: time and memory by the kernel, connections and questions by the laboratory's own counters."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.lab.real import world
from tests.lab.real.lab import wait_for_resolver

_QUESTIONS = "nft", "list", "chain", "inet", "bench", "questions"
_DNS = 53
#: A small process between ours and the tool: the kernel hands a parent's peak memory down to the child that it becomes.
_TIME = "/usr/bin/time"


@dataclass(frozen=True, slots=True)
class Cost:
    """`seconds` of wall clock, `cpu` seconds of all processes, `memory` in bytes of the largest single process, 0
    where it was cut off. `connections` are TCP SYN packets that reached the towns, retransmissions and port scans
    included; `at_worst` those at the address that got most. `questions` are DNS packets and connections to the
    scanner's resolver.
    """

    seconds: float
    cpu: float
    memory: int
    connections: int
    at_worst: int
    questions: int
    code: int = 0
    cut_off: bool = False


@dataclass(slots=True)
class Counted:
    """A point in the counters of the laboratory."""

    attempts: Mapping[tuple[str, int], int] = field(default_factory=world.attempts)
    questions: int = field(default_factory=lambda: sum(_packets(world.run(*world.IN_SCANNER, *_QUESTIONS))))

    def since(self) -> tuple[int, int, int]:
        """SYN packets, those at the busiest address, DNS questions, from this point until now."""
        now = Counted()
        fresh: dict[str, int] = {}
        for (address, port), count in now.attempts.items():
            if port != _DNS:  # the resolver's own way to the name servers
                fresh[address] = fresh.get(address, 0) + count - self.attempts.get((address, port), 0)
        return sum(fresh.values()), max(fresh.values(), default=0), now.questions - self.questions


def count_questions() -> None:
    """Rules of the scanner's namespace that count what is asked of its resolver, and change nothing."""
    rules = """table inet bench { chain questions {
      type filter hook output priority 0; policy accept;
      ip daddr 127.0.0.0/8 udp dport 53 counter
      ip daddr 127.0.0.0/8 tcp dport 53 tcp flags & (syn | ack) == syn counter
    }
    }
    """
    subprocess.run((*world.IN_SCANNER, "nft", "-f", "-"), input=rules.encode(), check=True, capture_output=True)


def cold_resolver() -> None:
    """Empty the resolver's cache, so that nobody profits from whoever came before; it reloads on SIGHUP."""
    os.kill(int((world.FOLDER / "daemons/dns-resolver/pid").read_text()), signal.SIGHUP)
    wait_for_resolver()


def run(command: Sequence[str], out: Path, seconds: float, env: Mapping[str, str]) -> Cost:
    """Run a command in the scanner's namespace, its output in `out`; after `seconds` it is killed with its children."""
    cold_resolver()
    before = Counted()
    peak = out.with_suffix(".peak")
    peak.unlink(missing_ok=True)
    began = time.monotonic()
    with out.open("wb") as file:
        process = subprocess.Popen(
            (*world.IN_SCANNER, _TIME, "--quiet", "--format=%M", f"--output={peak}", *command),
            stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, env=dict(env), cwd=world.FOLDER / "tmp",
            start_new_session=True,
        )  # fmt: skip
    cut = threading.Event()
    timer = threading.Timer(seconds, _kill, (process.pid, cut))
    timer.start()
    _, status, used = os.wait4(process.pid, 0)
    timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - began
    connections, at_worst, questions = before.since()
    memory = int(peak.read_text().split()[-1]) * 1024 if peak.exists() and peak.stat().st_size else 0
    cpu = used.ru_utime + used.ru_stime
    return Cost(wall, cpu, memory, connections, at_worst, questions, process.returncode, cut.is_set())


def _kill(group: int, cut: threading.Event) -> None:
    cut.set()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _packets(listed: str) -> list[int]:
    """The counters of a chain, in the order of its rules."""
    return [int(words.split()[0]) for words in listed.split("counter packets ")[1:]]
