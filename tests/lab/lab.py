"""Starts and stops the embedded towns."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from tests.lab import smtp_server, web_server
from tests.lab.dns_server import DnsServer
from tests.lab.listeners import Listeners
from tests.lab.model import Town
from tests.lab.pki import Pki
from tests.lab.ports import PortMap, standard_ports
from tests.lab.towns import TOWNS

#: Only exemplaire has an IPv6 address, the loopback itself.
ALLOWED = ("127.66.0.0/16", "::1/128")


class Lab:
    """`with Lab(towns) as lab:` serves them until the block ends. Several laboratories may run at once.

    `config_path` is what the scanner needs to see them; a scan can also be pointed at `resolver` and `ports`.
    """

    def __init__(self, towns: Sequence[Town] = TOWNS, *, config_path: Path | None = None) -> None:
        self.towns = tuple(towns)
        self._folder = tempfile.TemporaryDirectory(prefix="beffroi-lab-")
        folder = Path(self._folder.name)
        self.config_path = config_path or folder / "beffroi.toml"
        self._pki = Pki(folder)
        self.ca_file = self._pki.ca_file
        self._listeners = Listeners()
        self._ports = PortMap({address for town in towns for address in town.addresses()}, standard_ports())
        self.ports = dict(self._ports.mapped)
        self._dns = DnsServer((zone for town in towns for zone in town.zones), self._listeners)
        self.resolver = ("127.0.0.1", self._dns.port)

    def __enter__(self) -> Lab:
        try:
            for town in self.towns:
                self._serve(town)
            self._listeners.start()
            self._dns.start()
            self.config_path.write_text(self._config(), "utf-8")
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Stop everything, cut what is open, and remove the temporary folder."""
        self._dns.close()
        self._listeners.close()
        self._ports.close()
        self._folder.cleanup()

    @property
    def dns_queries(self) -> int:
        """Questions that the resolver received so far."""
        return self._dns.queries

    def connections(self, address: str) -> int:
        """TCP connections that this address accepted so far."""
        return self._listeners.accepted[address]

    def _serve(self, town: Town) -> None:
        for web in town.web:
            web_server.serve(web, self._listeners, self.ports, self._pki)
        for host in town.mail:
            smtp_server.serve(host, self._listeners, self.ports, self._pki)
        for service in town.services:
            self._listeners.listen(service.address, self.ports[service.port], service.handle)
        for spoken in town.datagrams:
            self._listeners.listen_datagrams(spoken.address, self.ports[spoken.port], spoken.answer)
        for queue in town.silent:
            for port in queue.ports:
                self._listeners.listen_silently(queue.address, self.ports[port])

    def _config(self) -> str:
        allowed = ", ".join(f'"{network}"' for network in ALLOWED)
        lines = [
            "# Written by the laboratory; no address outside it is opened by this file.",
            "[network]",
            f'resolvers = ["{self.resolver[0]}:{self.resolver[1]}"]',
            "validating = true",
            f"allow = [{allowed}]",
            f'ca_file = "{self.ca_file}"',
            "",
            "[network.ports]",
            *(f"{standard} = {free}" for standard, free in self.ports.items()),
        ]
        return "\n".join(lines) + "\n"
