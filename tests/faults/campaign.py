"""`python -m tests.faults campaign`: campaigns under faults, for both runners, as a table. Needs root and PostgreSQL."""

from __future__ import annotations

import contextlib
import random
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scanner.catalogue import load_catalogue
from tests.campaign.resolver import Tap
from tests.campaign.villages import villages
from tests.faults import campaign_faults as fault
from tests.faults.campaign_bench import Bench, Concluded, Tally
from tests.lab.lab import Lab
from tests.lab.towns import EXEMPLAIRE, NEGLIGEE
from tests.store.postgresql import Server, server

WORKERS = 2
MEGABYTES = {"sqlite": 64, "postgresql": 768}
_COLUMNS = ("campaigns", "members", "lost", "doubled", "false", "unknown", "faults", "at work", "seconds")


def run(members: int, kills: int, each: int, seed: int) -> tuple[Tally, ...]:
    """An undisturbed campaign, then both runners while processes are killed so often, and every other fault strikes."""
    towns = (*villages(members - 2), EXEMPLAIRE, NEGLIGEE)
    catalogue, chance = load_catalogue(), random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="beffroi-faults-") as made, Lab(towns) as lab, Tap(lab.resolver) as tap:
        folder = Path(made)
        folder.chmod(0o755)  # the server of PostgreSQL is another user

        def tried(
            url: str, store: Path, workers: int, faults: list[fault.Fault], known: Concluded | None
        ) -> tuple[Tally, Concluded]:
            chance.shuffle(faults)
            tally = Tally("cluster" if workers else "in-process")
            bench = Bench(lab, tap, towns, catalogue, store, folder / "log", url, workers, chance)
            bench.enrol()
            try:
                return tally, bench.run(tally, faults, known)
            finally:
                bench.close()

        with _disk(folder / "calm", MEGABYTES["sqlite"]) as disk:
            calm, reference = tried(_sqlite(disk), disk, 0, [], None)
            calm.runner = "undisturbed"
        with _disk(folder / "sqlite", MEGABYTES["sqlite"]) as disk:
            faults: list[fault.Fault] = [fault.kill_the_runner] * kills
            faults += [fault.resolver_silent, fault.resolver_failing, fault.sqlite_locked, fault.disk_full(disk)] * each
            faults.append(fault.resolver_down_for_a_minute)
            alone, _ = tried(_sqlite(disk), disk, 0, faults, reference)
        with _disk(folder / "pg", MEGABYTES["postgresql"]) as disk, _server_on(disk) as postgresql:
            faults = [fault.kill_the_runner] * (kills // 3)
            faults += [fault.kill_everybody] * (kills // 10)
            faults += [fault.kill_a_worker] * (kills - len(faults))
            faults += [fault.resolver_silent, fault.resolver_failing, fault.postgresql_locked] * each
            faults += [fault.disk_full(disk, postgresql), fault.restart(postgresql, "fast")] * each
            faults += [fault.restart(postgresql, "immediate")] * each
            faults.append(fault.resolver_down_for_a_minute)
            cluster, _ = tried(postgresql.address, disk, WORKERS, faults, reference)
    return calm, alone, cluster


def render(tallies: tuple[Tally, ...]) -> str:
    """A line a runner, the faults that struck, the reasons of what could not be seen, a verdict."""
    lines = [f"{'runner':<14}" + "".join(f"{each:>10}" for each in _COLUMNS)]
    lines.append("-" * len(lines[0]))
    for each in tallies:
        found = (each.lost, each.doubled, len(each.false), sum(each.unknown.values()))
        numbers = (each.campaigns, each.members, *found, sum(each.struck.values()), each.at_work, round(each.seconds))
        lines.append(f"{each.runner:<14}" + "".join(f"{number:>10}" for number in numbers) + ("" if each.right else " *"))
    for each in tallies:
        for title, counts in (("struck", each.struck), ("unknown", each.unknown)):
            if counts:
                lines.append(f"{each.runner}, {title}: " + ", ".join(f"{name} {number}" for name, number in counts.items()))
        lines += [f"{each.runner}, false: {line}" for line in each.false[:10]]
    right = "members lost 0, doubled 0, falsely graded 0; all else as undisturbed, but for the UNKNOWNs named above"
    lines.append(right if all(each.right for each in tallies) else "WRONG: see the lines marked with *")
    return "\n".join(lines)


def _sqlite(folder: Path) -> str:
    return f"sqlite:///{folder / 'beffroi.db'}"


@contextlib.contextmanager
def _disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own, which can be full."""
    folder.mkdir()
    subprocess.run(("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tmpfs", str(folder)), check=True)
    try:
        yield folder
    finally:
        subprocess.run(("umount", "--lazy", str(folder)), check=False)


@contextlib.contextmanager
def _server_on(disk: Path) -> Iterator[Server]:
    before, tempfile.tempdir = tempfile.tempdir, str(disk)
    try:
        with server() as made:
            yield made
    finally:
        tempfile.tempdir = before
