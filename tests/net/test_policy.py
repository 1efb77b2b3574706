import ipaddress

import pytest

from scanner.net.policy import AddressPolicy

LAB = (ipaddress.ip_network("127.66.0.0/16"),)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "2001:db8::1",
        "::ffff:10.0.0.1", "::ffff:8.8.8.8", "64:ff9b::a00:1", "2002:7f00:1::", "2001:0:1::1", "1.2.3", "", "localhost",
    ],
)  # fmt: skip
def test_what_is_not_a_public_address_is_refused(address: str) -> None:
    assert AddressPolicy().refusal(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "185.199.108.153", "2a01:e0a::1"])
def test_public_addresses_are_admitted(address: str) -> None:
    assert AddressPolicy().refusal(address) == ""


def test_a_laboratory_opens_its_own_range_only() -> None:
    policy = AddressPolicy(allow=LAB)
    assert policy.refusal("127.66.3.1") == ""
    assert policy.refusal("127.67.0.1")
    assert policy.refusal("::ffff:127.66.3.1")


def test_a_denied_range_wins_over_an_allowed_one() -> None:
    assert AddressPolicy(allow=LAB, deny=(ipaddress.ip_network("127.66.9.0/24"),)).refusal("127.66.9.1")
