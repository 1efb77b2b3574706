import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.dns.name_servers import NameServerPlaces, in_one_network, networks, ns_one_network, ns_redundancy, on_one_address
from scanner.discovery import NameServer
from scanner.model import Absent, Proof, Reason, Status, Unobserved
from tests.judging import Row, row


def places(*addresses: tuple[str, ...] | None) -> NameServerPlaces:
    return NameServerPlaces(tuple(NameServer(f"ns{number}.exemple.fr", known) for number, known in enumerate(addresses, 1)))


SPREAD = places(("192.0.2.1",), ("198.51.100.1",))
ROWS = [
    row(ns_redundancy, Status.PASS, ns=SPREAD),
    row(ns_redundancy, Status.PASS, ns=places(("192.0.2.1",), ("198.51.100.1",), None)),
    row(ns_redundancy, Status.PASS, ns=places(("192.0.2.1",), ("192.0.2.2",))),
    row(ns_redundancy, Status.PASS, ns=places(("192.0.2.1", "192.0.2.2"), ("192.0.2.1", "192.0.2.2"))),
    row(ns_redundancy, Status.FAIL, variant="", ns=places(("192.0.2.1",))),
    row(ns_redundancy, Status.FAIL, variant="", ns=places(None)),
    row(ns_redundancy, Status.FAIL, variant="one-address", ns=places(("192.0.2.1",), ("192.0.2.1",))),
    row(ns_redundancy, Status.FAIL, variant="one-address", ns=places(("192.0.2.1",), ())),
    row(ns_redundancy, Status.UNKNOWN, ns=places(("192.0.2.1",), None)),
    row(ns_redundancy, Status.UNKNOWN, ns=places((), ())),
    row(ns_redundancy, Status.UNKNOWN, ns=Unobserved(Reason.DNS_FAILURE)),
    row(ns_redundancy, Status.NOT_APPLICABLE, ns=Absent(Proof.NODATA)),
    row(ns_one_network, Status.PASS, ns=SPREAD),
    row(ns_one_network, Status.PASS, ns=places(("192.0.2.1", "2001:db8:1::1"), ("192.0.2.2", "2001:db8:2::1"))),
    row(ns_one_network, Status.FAIL, ns=places(("192.0.2.1",), ("192.0.2.2",))),
    row(ns_one_network, Status.FAIL, ns=places(("192.0.2.1", "2001:db8:1::1"), ("192.0.2.2", "2001:db8:1:2::1"))),
    row(ns_one_network, Status.PASS, ns=places(("192.0.2.1",), ("2001:db8::1",))),
    row(ns_one_network, Status.UNKNOWN, ns=places(("192.0.2.1",), ("192.0.2.2",), None)),
    row(ns_one_network, Status.NOT_APPLICABLE, ns=places(("192.0.2.1",))),
    row(ns_one_network, Status.NOT_APPLICABLE, ns=places(("192.0.2.1",), ("192.0.2.1",))),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_name_servers(line: Row) -> None:
    line.hold()


def test_the_finding_names_the_shared_network() -> None:
    (finding,) = row(ns_one_network, Status.FAIL, ns=places(("192.0.2.1",), ("192.0.2.2",))).hold()
    assert finding.facts["networks"] == ("192.0.2.0/24",)
    assert finding.facts["servers"] == ("ns1.exemple.fr", "ns2.exemple.fr")


def test_ipv6_networks_are_48_bits_long() -> None:
    assert networks(places(("2001:db8:1:2::3",)).servers, 6, 48) == ["2001:db8:1::/48"]


@given(st.lists(st.one_of(st.none(), st.lists(st.ip_addresses().map(str), max_size=3).map(tuple)), max_size=5))
def test_any_addresses_are_judged_without_an_error(addresses: list[tuple[str, ...] | None]) -> None:
    servers = places(*addresses).servers
    on_one_address(servers)
    in_one_network(servers)
