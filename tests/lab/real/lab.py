"""Builds the laboratory inside a fresh process tree, and scans its towns. Runs as the first process of that tree."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.lab.real import dns, relay, world
from tests.lab.real.daemons import Daemons
from tests.lab.real.model import Daemon, RealTown
from tests.lab.real.pki import Pki
from tests.lab.real.table import Comparison, Row, compare
from tests.lab.real.towns import Certificate, certificates

SCAN_SECONDS = 900.0  # for all towns; a scan that hangs is a fault of the scanner
CONFIG = world.FOLDER / "beffroi.toml"


class CannotStart(Exception):
    """Something that every town needs does not run."""


@dataclass
class RealLab:
    """The running laboratory. `broken` says why a town could not be built, by its name; `more` are the certificates
    of towns that stand in no module of `towns/`."""

    towns: Sequence[RealTown]
    delay: float = 0.0  # milliseconds, there and back
    broken: dict[str, str] = field(default_factory=dict)
    more: Sequence[Certificate] = ()

    def start(self) -> None:
        """Ground, certificates, daemons, name servers, resolver, in this order. Raises CannotStart."""
        world.build()
        self._join()
        pki = Pki(world.FOLDER / "pki")
        for stem, kind, names in (*certificates(self.towns), *self.more):
            pki.certificate(stem, *names, kind=kind)
        daemons = Daemons(world.FOLDER / "daemons", pki.folder)
        hosting = dns.Hosting(zone for town in self.towns for zone in town.zones)
        shared = {daemon.name: daemon for town in self.towns for daemon in town.daemons}
        world.settle(address for daemon in shared.values() for address, _ in daemon.wait)
        world.firewall(dns.FIREWALL + "\n".join(town.firewall for town in self.towns))
        self._needed(daemons, hosting.hoster())
        above, anchor = hosting.above()
        self._needed(daemons, *above)
        listen = (dns.RESOLVER_LOOPBACK, world.SCANNER_IPV4)
        self._needed(daemons, dns.resolver(anchor, listen), prefix=world.IN_SCANNER)
        failed = daemons.start(shared.values())
        for town in self.towns:
            reasons = [f"{daemon.name}: {failed[daemon.name]}" for daemon in town.daemons if daemon.name in failed]
            if reasons:
                self.broken[town.name] = "; ".join(reasons)
        CONFIG.write_text(_config(pki), "utf-8")

    def scan(self, *, verbose: bool = False) -> dict[str, Any]:
        """What Beffroi concluded of every town that stands, see visit.py; one line a town on standard error where verbose."""
        names = [town.name for town in self.towns if town.name not in self.broken]
        if not names:
            return {}
        out = world.FOLDER / "seen.json"
        module = (sys.executable, "-m", "tests.lab.real.visit", str(CONFIG), str(out), *names)
        with (world.FOLDER / "visit.log").open("wb") as log:
            code = subprocess.call((*world.IN_SCANNER, *module), stderr=None if verbose else log, timeout=SCAN_SECONDS)
        if code or not out.exists():
            raise CannotStart(f"the scan ended with code {code}: {(world.FOLDER / 'visit.log').read_text()[-1500:]}")
        seen: dict[str, Any] = json.loads(out.read_text("utf-8"))
        return seen

    def compare(self, seen: dict[str, Any]) -> tuple[Comparison, ...]:
        """Every town against its truth."""
        compared = []
        for town in self.towns:
            scanned = seen.get(town.name, {})
            broken = self.broken.get(town.name) or scanned.get("impossible", "")
            rows = [Row(**row) for row in scanned.get("rows", ())]
            compared.append(Comparison(town, broken=broken) if broken else compare(town, rows))
        return tuple(compared)

    def _join(self) -> None:
        if not self.delay:
            world.join_by_veth()
            return
        command = (sys.executable, "-m", relay.__name__, str(self.delay))
        with (world.FOLDER / "relay.log").open("wb") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log)
        assert process.stdout is not None
        if process.stdout.readline() != b"ready\n":
            raise CannotStart(f"the relay: {(world.FOLDER / 'relay.log').read_text()[-500:]}")

    def _needed(self, daemons: Daemons, *needed: Daemon, prefix: tuple[str, ...] = ()) -> None:
        for name, why in daemons.start(needed, prefix=prefix).items():
            raise CannotStart(f"{name}: {why}")


def wait_for_resolver(seconds: float = 10.0) -> None:
    """Until the scanner's resolver answers for the root. Raises CannotStart."""
    question = (sys.executable, "-c", "import dns.resolver; dns.resolver.resolve('.', 'NS', lifetime=2)")
    deadline = time.monotonic() + seconds
    while subprocess.run((*world.IN_SCANNER, *question), capture_output=True, check=False).returncode:
        if time.monotonic() > deadline:
            raise CannotStart(
                "the resolver does not answer: " + Path(world.FOLDER, "daemons/dns-resolver/log").read_text()[-1000:]
            )


def _config(pki: Pki) -> str:
    allowed = ", ".join(f'"{network}"' for network in world.TOWN_NETWORKS)
    return (
        "# Written by the laboratory; no address outside it is opened by this file.\n[network]\n"
        f'resolvers = ["{dns.RESOLVER_LOOPBACK}"]\nvalidating = true\nallow = [{allowed}]\nca_file = "{pki.ca_file}"\n'
    )
