"""The laboratory of the bench: ten named towns and any number of generated ones, behind the same delay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.lab.real import dns, world
from tests.lab.real.daemons import Daemons
from tests.lab.real.lab import CONFIG, RealLab
from tests.lab.real.pki import Pki
from tests.lab.real.towns import Certificate, certificates


@dataclass
class BenchLab(RealLab):
    """A laboratory whose towns need not stand in a module of `towns/`: it is given their certificates."""

    more: Sequence[Certificate] = ()

    def start(self) -> None:
        """As the laboratory's own. Raises CannotStart."""
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
        allowed = ", ".join(f'"{network}"' for network in world.TOWN_NETWORKS)
        CONFIG.write_text(
            f'[network]\nresolvers = ["{dns.RESOLVER_LOOPBACK}"]\nvalidating = true\nallow = [{allowed}]\n'
            f'ca_file = "{pki.ca_file}"\n',
            "utf-8",
        )
