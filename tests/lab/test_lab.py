"""The laboratory as a whole: what it declares is what a client meets."""

from __future__ import annotations

import socket
import time
import tomllib

import pytest

from scanner.catalogue import Catalogue
from tests.lab.clients import BY_NAME, ask
from tests.lab.lab import Lab
from tests.lab.towns import TOWNS, TRAPS


def test_the_configuration_maps_every_port_that_the_scanner_may_ask(lab: Lab) -> None:
    network = tomllib.loads(lab.config_path.read_text("utf-8"))["network"]
    assert network["validating"] is True
    assert {"443", "80", "25", "53", "3389", "6379"} <= set(network["ports"])
    assert len(set(network["ports"].values())) == len(network["ports"])


def test_two_laboratories_run_at_once(lab: Lab) -> None:
    with Lab() as other:
        assert not set(other.ports.values()) & set(lab.ports.values())
        assert ask(other, "saint-exemple.fr", "A").answer


def test_it_starts_within_two_seconds() -> None:
    begun = time.monotonic()
    with Lab():
        assert time.monotonic() - begun < 2


def test_what_no_town_serves_is_refused(lab: Lab) -> None:
    for port in (8291, 443):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.66.1.25", lab.ports[port]), 2)


@pytest.mark.parametrize(
    ("port", "sent", "expected"),
    [
        (6379, b"PING\r\n", b"+PONG"),
        (3306, b"", b"5.5.5-10.5.23-MariaDB"),
        (23, b"", b"\xff\xfd\x18"),
        (21, b"", b"220 ProFTPD"),
        (3389, bytes.fromhex("030000130ee000000000000100080003000000"), bytes.fromhex("0200080001000000")),
        (445, b"\0\0\0\x04\xfeSMB", b"\xfeSMB"),
    ],
)
def test_the_neglected_town_lets_anyone_in(lab: Lab, port: int, sent: bytes, expected: bytes) -> None:
    with socket.create_connection(("127.66.3.1", lab.ports[port]), 2) as link:
        link.sendall(sent)
        time.sleep(0.05)
        assert expected in link.recv(1_000)


def test_no_two_towns_share_an_address_or_a_domain() -> None:
    addresses = [address for town in BY_NAME.values() for address in town.addresses()]
    domains = [town.domain for town in BY_NAME.values()]
    assert len(addresses) == len(set(addresses))
    assert len(domains) == len(set(domains)) == len((*TOWNS, *TRAPS))


def test_what_the_towns_declare_names_real_checks(catalogue: Catalogue) -> None:
    known = {spec.id for spec in catalogue.checks}
    assert {check for town in BY_NAME.values() for check, _ in town.must} <= known
