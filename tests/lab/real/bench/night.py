"""`python -m tests.lab.real.bench.night`: campaigns over generated towns, by one process, one worker, two. Root, Debian."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from scanner.campaign.campaigns import Campaigns
from scanner.catalogue import load_catalogue
from scanner.history import History
from scanner.registry import Register
from scanner.registry.model import Authority, Kind, Origin, RegisteredDomain, Source
from scanner.store.engine import Store, open_store
from tests.lab.real import launch, relay, world
from tests.lab.real.bench import measure, peers, wire
from tests.lab.real.bench.generated import generate
from tests.lab.real.lab import CONFIG, RealLab
from tests.lab.real.model import RealTown
from tests.lab.real.table import Row, compare
from tests.store.postgresql import Server, server

DELAY = 20.0  # milliseconds there and back
PROCESS = "tests.lab.real.bench.night_process"
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Night:
    """One campaign. `cpu` seconds of our processes, `database_cpu` those of the server, `memory` the largest process."""

    what: str
    towns: int
    seconds: float
    cpu: float
    database_cpu: float
    memory: int
    held_on_wire: int
    database: int
    content: int
    settled: int
    wrong: int

    def __str__(self) -> str:
        """One line of the table."""
        numbers = (
            f"{self.towns / self.seconds * 60:7.0f} towns/min",
            f"{self.cpu / self.towns:6.2f} + {self.database_cpu / self.towns:.2f} CPU s/town",
            f"{self.memory / 2**20:5.0f} MB",
            f"worst {self.held_on_wire} on the wire",
            f"{self.database / self.towns:7.0f} bytes/town ({self.content} of content)",
            f"settled {self.settled}/{self.towns}",
            f"wrong {self.wrong}",
        )
        return f"{self.what:<24} {self.seconds:6.1f} s  " + "  ".join(numbers)


def main() -> int:
    """0 when measured, 2 where it cannot be."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab.real.bench.night", description=__doc__)
    parser.add_argument("--towns", type=int, default=2_000)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if refusal := launch.refusal("the bench", "make bench"):
        return launch.refuse(refusal)
    made, certificates = generate(options.towns)
    lab = RealLab(made, DELAY, more=certificates)
    if not options.inside:
        try:
            launch.provide(made, ("postgresql", "time"))
        except launch.NOT_PROVIDED as error:
            return launch.refuse(error)
        return abs(launch.tree("tests.lab.real.bench.night", (*sys.argv[1:], "--inside")).wait())
    try:
        launch.start(lab)
    except launch.NOT_STARTED as error:
        return launch.refuse(error)
    sqlite = f"sqlite:///{world.FOLDER / 'night.db'}"
    with open_store(sqlite) as store:
        _enrol(store, made)
        print(_night("one process, SQLite", store, sqlite, made, 0, None), flush=True)
    for workers in (1, 2):
        with server() as database, open_store(database.address) as store:
            _enrol(store, made)
            for month in ("first month", "second month"):
                what = f"{workers} worker{'s' * (workers > 1)}, {month}"
                print(_night(what, store, database.address, made, workers, database), flush=True)
    return 0


def _enrol(store: Store, towns: tuple[RealTown, ...]) -> None:
    register, by_hand = Register(store, who="banc"), Source(Origin.HAND, Campaigns(store).clock().date())
    for town in towns:
        domain = RegisteredDomain(town.domain, by_hand)
        register.save(Authority(town.domain, Kind.COMMUNE, domains=(domain,), sources={"name": by_hand}))


def _night(what: str, store: Store, url: str, towns: tuple[RealTown, ...], workers: int, database: Server | None) -> Night:
    campaigns = Campaigns(store)
    campaign = campaigns.create(what.replace(" ", "-"), (town.domain for town in towns), planned=campaigns.clock())
    config = world.FOLDER / "night.toml"
    config.write_text(f'{CONFIG.read_text("utf-8")}\n[store]\nurl = "{url}"\n', "utf-8")
    measure.cold_resolver()
    before, spent, began = _bytes(store, url), _cpu_of(database), time.monotonic()
    with wire.Watch(relay.WORLD_SIDE) as watch:
        crew = [_start("worker", config) for _ in range(workers)]
        runner = _start("cluster" if workers else "alone", config, str(campaign.id))
        cpu, memory = _ended(runner)
        seconds = time.monotonic() - began
        for worker in crew:
            worker.send_signal(signal.SIGTERM)
        used = [_ended(worker) for worker in crew]
    counts = campaigns.counts(campaign.id)
    history = History(store, load_catalogue())
    return Night(
        what, len(towns), seconds, cpu + sum(each[0] for each in used), _cpu_of(database) - spent,
        max(memory, *(each[1] for each in used), 0), watch.most(), _bytes(store, url) - before, history.size().per_scan,
        counts.settled, _wrong(history, campaign.id, towns),
    )  # fmt: skip


def _start(what: str, config: Path, *rest: str) -> subprocess.Popen[bytes]:
    command = ("env", f"PYTHONPATH={launch.REPOSITORY}", sys.executable, "-m", PROCESS, what, str(config), *rest)
    log = (world.FOLDER / f"night-{what}.log").open("ab")
    with log:
        return subprocess.Popen((*world.IN_SCANNER, *command), stdout=log, stderr=log, env=peers.environment())


def _ended(process: subprocess.Popen[bytes]) -> tuple[float, int]:
    """Seconds of CPU, and bytes at the most, of it and its children."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime, used.ru_maxrss * 1024


def _cpu_of(database: Server | None) -> float:
    """Seconds of the server: itself, those of its children that have ended, and those that live."""
    if database is None:
        return 0.0
    master = (database.folder / "data/postmaster.pid").read_text().split()[0]
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if stat.parent.name == master:
            ticks += sum(map(int, fields[11:15]))
        elif fields[1] == master:
            ticks += sum(map(int, fields[11:13]))
    return ticks / TICK


def _bytes(store: Store, url: str) -> int:
    """What the database weighs now."""
    query = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    if url.startswith("postgresql"):
        query = "SELECT pg_database_size(current_database())"
    with store.read() as connection:
        return int(connection.scalar(text(query)) or 0)


def _wrong(history: History, campaign: int, towns: tuple[RealTown, ...]) -> int:
    """Outcomes that differ from the declared truth."""
    by_domain = {town.domain: town for town in towns}
    kinds = Counter[str]()
    for result in history.results(campaign):
        one = compare(by_domain[result.domain.name], [Row.of(outcome) for outcome in result.outcomes])
        kinds.update(missed=len(one.missed), alarms=len(one.alarms), unexpected=len(one.unexpected))
    return kinds.total()


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
