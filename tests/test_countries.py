import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.countries import EU_MEMBERS, EU_REGIONS, countries_as_of, country_of, in_european_union


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("193.0.6.139", "NL"),  # the RIPE NCC itself
        ("2001:67c:2e8::1", "NL"),
        ("130.59.31.80", "CH"),  # SWITCH
        ("192.134.5.37", "FR"),  # Afnic
        ("::ffff:192.134.5.37", "FR"),
        ("8.8.8.8", "US"),
        ("127.0.0.1", None),
        ("192.168.1.1", None),
        ("203.0.113.7", None),
        ("2001:db8::7", None),
        ("::1", None),
        ("", None),
        ("mx1.mairie-exemple.fr", None),
    ],
)
def test_an_address_has_the_country_of_its_registration_or_none(address: str, country: str | None) -> None:
    assert country_of(address) == country


@given(st.one_of(st.text(max_size=60), st.ip_addresses().map(str)))
def test_whatever_is_asked_the_answer_is_a_code_or_nothing(address: str) -> None:
    country = country_of(address)
    assert country is None or (len(country) == 2 and country.isupper() and country != "EU")


def test_the_union_has_27_members_and_regions_with_codes_of_their_own() -> None:
    assert len(EU_MEMBERS) == 27
    assert EU_MEMBERS.isdisjoint(EU_REGIONS)
    assert all(in_european_union(code) for code in ("FR", "IE", "RE", "GP"))
    assert not any(in_european_union(code) for code in ("CH", "GB", "NO", "US", "NC", "PF", "PM"))


def test_the_table_says_of_which_day_it_is() -> None:
    day = countries_as_of()
    assert day is not None, "iptocc no longer ships its bill of materials: find its date elsewhere, or RPNT 2.8 stays unknown"
    assert day > date(2026, 1, 1)


def test_the_table_is_read_only_where_a_country_is_asked_for() -> None:
    code = "import sys, scanner.rpnt; assert 'iptocc' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
