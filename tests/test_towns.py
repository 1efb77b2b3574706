"""Each embedded town gives exactly its declared findings, at the declared cost."""

from __future__ import annotations

import time

import pytest

from scanner.model import Status
from scanner.result import ScanResult
from tests.conftest import Visits
from tests.lab.lab import Lab
from tests.lab.model import Town
from tests.lab.towns import TOWNS
from tests.lab.truth import differences

BY_NAME = {town.name: town for town in TOWNS}


@pytest.mark.parametrize("town", TOWNS, ids=lambda town: town.name)
def test_a_scan_gives_exactly_what_the_town_declares(town: Town, scanned: dict[str, ScanResult]) -> None:
    assert differences(town, scanned[town.domain].outcomes) == ()


def test_the_exemplary_town_has_no_finding_grade_a_and_full_coverage(scanned: dict[str, ScanResult]) -> None:
    result = scanned[BY_NAME["exemplaire"].domain]
    assert [outcome for outcome in result.outcomes if outcome.status is Status.FAIL] == []
    assert result.score.grade == "A"
    assert result.score.coverage >= 98


def test_the_neglected_town_is_capped(scanned: dict[str, ScanResult]) -> None:
    result = scanned[BY_NAME["negligee"].domain]
    assert result.score.grade == "E"
    assert "services.database-open" in result.score.caps


def test_the_silent_town_is_not_graded(scanned: dict[str, ScanResult]) -> None:
    result = scanned[BY_NAME["muette"].domain]
    assert result.score.grade is None
    assert [outcome for outcome in result.outcomes if outcome.status is Status.FAIL] == []


@pytest.mark.parametrize("town", TOWNS, ids=lambda town: town.name)
def test_a_scan_stays_within_its_cost(town: Town, scanned: dict[str, ScanResult]) -> None:
    cost = scanned[town.domain].cost
    assert cost.connections <= 60
    assert cost.attempts <= 80
    assert cost.dns_queries <= 40


@pytest.mark.parametrize("name", ["exemplaire", "negligee"])
def test_two_scans_agree_and_the_cost_is_what_the_towns_counted(
    name: str, visits: Visits, lab: Lab, scanned: dict[str, ScanResult]
) -> None:
    town = BY_NAME[name]
    addresses = sorted(scanned[town.domain].cost.per_host)
    before = {address: lab.connections(address) for address in addresses}
    began = time.process_time()
    again = visits.scan(town)[town.domain]
    seconds = time.process_time() - began
    counted = {address: lab.connections(address) - before[address] for address in addresses}
    stated = {address: cost.connections for address, cost in again.cost.per_host.items()}
    assert again.outcomes == scanned[town.domain].outcomes
    assert {address: count for address, count in stated.items() if count} == {a: c for a, c in counted.items() if c}
    assert seconds < 0.8  # CPU, the town itself included: it is served by threads of this very process
