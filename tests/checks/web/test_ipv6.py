import asyncio

import pytest

from checks.web.ipv6 import SiteFamilies, ipv6_missing, site_families
from scanner.discovery import Addresses
from scanner.model import Domain, Reason, Site, Status, Unobserved
from tests.judging import Row, row

APEX, WWW = "mairie-exemple.fr", "www.mairie-exemple.fr"

ROWS = [
    row(ipv6_missing, Status.PASS, sites=(SiteFamilies(APEX, True), SiteFamilies(WWW, True))),
    row(ipv6_missing, Status.FAIL, sites=(SiteFamilies(APEX, False), SiteFamilies(WWW, True))),
    row(ipv6_missing, Status.FAIL, sites=(SiteFamilies(APEX, False), Unobserved(Reason.DNS_FAILURE))),
    row(ipv6_missing, Status.UNKNOWN, sites=(SiteFamilies(APEX, True), Unobserved(Reason.DNS_FAILURE))),
    row(ipv6_missing, Status.UNKNOWN, sites=(SiteFamilies(APEX, None),)),
    row(ipv6_missing, Status.NOT_APPLICABLE, sites=()),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_ipv6_missing(line: Row) -> None:
    line.hold()


@pytest.mark.parametrize(
    ("addresses", "ipv6"),
    [
        (Addresses(("203.0.113.7",), ("2001:db8::7",)), True),
        (Addresses(("203.0.113.7",), ()), False),
        (Addresses(("203.0.113.7",), (), ipv6_unseen=True), None),
    ],
)
def test_an_unanswered_aaaa_question_is_not_an_absence(addresses: Addresses, ipv6: bool | None) -> None:
    seen = asyncio.run(site_families(Site(WWW, Domain(APEX)), addresses))
    assert seen == SiteFamilies(WWW, ipv6)
