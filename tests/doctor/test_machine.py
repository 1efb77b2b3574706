"""What is installed here, and how old it is."""

from __future__ import annotations

from datetime import date

import pytest

from scanner.doctor import machine
from scanner.doctor.findings import Verdict
from scanner.doctor.machine import ages, judge_age, look_at_machine, tls_versions
from scanner.net.tls_version import TlsVersion

TODAY = date(2026, 11, 24)


def test_every_table_that_we_carry_has_a_day() -> None:
    found = ages(TODAY)
    assert sorted(str(each.facts["table"]) for each in found) == ["countries", "csirt", "lifecycle", "suppliers"]
    assert all(each.case != "undated" for each in found)


@pytest.mark.parametrize(
    ("as_of", "case"),
    [(date(2026, 11, 24), "good"), (date(2026, 5, 28), "good"), (date(2026, 5, 27), "old"), (None, "undated")],
)
def test_a_table_is_old_from_the_day_after_its_term(as_of: date | None, case: str) -> None:
    assert judge_age("lifecycle", as_of, 180, TODAY).case == case


def test_our_tables_are_to_be_renewed_two_years_from_now() -> None:
    assert {each.verdict for each in ages(date(2029, 1, 1))} == {Verdict.TO_FIX}


def test_a_version_that_our_openssl_cannot_offer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "can_offer", lambda version: version >= TlsVersion.TLS1_2)
    found = tls_versions()
    assert (found.verdict, found.facts["versions"]) == (Verdict.UNVERIFIABLE, ("TLS 1.0", "TLS 1.1"))


def test_a_missing_nmap_is_said() -> None:
    cases = {each.test: each.case for each in look_at_machine(None, TODAY) if each.test != "data"}
    assert cases["nmap"] == "missing"
    assert {each.test: each.case for each in look_at_machine("/usr/bin/nmap", TODAY)}["nmap"] == "good"
