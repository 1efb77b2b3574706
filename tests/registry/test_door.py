"""Nothing active without a mandate of the register in force, through a real scan of an embedded town."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from scanner.catalogue import Catalogue
from scanner.model import Domain, Host, Reason, Status
from scanner.net.door import Premises
from scanner.registry import MandateRow, Register
from scanner.registry.model import RegisteredDomain
from scanner.result import ScanResult
from scanner.scan import Order, ScanImpossible, scan
from scanner.settings import load_settings
from tests.lab.lab import Lab
from tests.lab.towns import TOWNS
from tests.registry.samples import FROM_FILE, LAB, town

TOWN = next(each for each in TOWNS if each.name == "negligee")
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LAST_SECOND = datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC)


@pytest.fixture
def premises(lab: Lab) -> Iterator[Premises]:
    made = Premises(load_settings(lab.config_path).network)
    yield made
    made.close()


@pytest.fixture
def mandated(register: Register) -> Register:
    register.save(town("Négligée", domains=(RegisteredDomain(TOWN.domain, FROM_FILE),)))
    day = NOON.date()
    row = MandateRow("Jeanne Martin", (TOWN.domain,), day, day, addresses=tuple(TOWN.dedicated))
    register.add_mandate(TOWN.domain, row, LAB)
    return register


def look(register: Register, catalogue: Catalogue, premises: Premises, start: datetime, questions: int = 10**9) -> ScanResult:
    """A scan whose clock passes midnight after so many questions."""
    asked = 0

    def clock() -> datetime:
        nonlocal asked
        asked += 1
        return start if asked <= questions else start + timedelta(seconds=2)

    mandate = register.mandate_for(TOWN.domain, start.date())
    return asyncio.run(scan(Order(Domain(TOWN.domain), mandate), catalogue, premises, clock=clock))


def closed(result: ScanResult) -> set[Reason | None]:
    """Why the services were not looked at."""
    found = (outcome for outcome in result.outcomes if outcome.family == "services" and isinstance(outcome.subject, Host))
    return {outcome.reason for outcome in found if outcome.status is Status.UNKNOWN}


def test_a_mandate_of_the_register_opens_the_active_level(mandated: Register, catalogue: Catalogue, premises: Premises) -> None:
    result = look(mandated, catalogue, premises, NOON)
    assert Reason.NO_MANDATE not in closed(result)
    assert any(outcome.family == "services" and outcome.status is Status.FAIL for outcome in result.outcomes)
    assert result.authorisation is not None
    assert (result.authorisation.authority, result.authorisation.signatory) == ("Négligée", "Jeanne Martin")


def test_without_a_mandate_or_after_it_nothing_active_leaves(
    mandated: Register, catalogue: Catalogue, premises: Premises
) -> None:
    late = look(mandated, catalogue, premises, NOON + timedelta(days=1))
    assert closed(late) == {Reason.NO_MANDATE}
    assert late.authorisation is None


def test_a_revoked_mandate_opens_nothing(mandated: Register, catalogue: Catalogue, premises: Premises) -> None:
    mandated.consent.revoke(mandated.consent.mandates()[0].id)
    assert closed(look(mandated, catalogue, premises, NOON)) == {Reason.NO_MANDATE}


@pytest.mark.parametrize("questions", [4, 15])
def test_a_mandate_that_ends_during_a_scan_closes_the_door_at_once(
    mandated: Register, catalogue: Catalogue, premises: Premises, questions: int
) -> None:
    """The clock passes midnight before the first active packet; the mandate was in force when the scan began."""
    result = look(mandated, catalogue, premises, LAST_SECOND, questions)
    assert result.authorisation is not None
    assert closed(result) == {Reason.NO_MANDATE}
    assert not any(outcome.family == "services" and outcome.status is Status.FAIL for outcome in result.outcomes)


def test_an_opt_out_of_the_register_is_respected(mandated: Register, catalogue: Catalogue, premises: Premises) -> None:
    mandated.consent.opt_out(TOWN.domain, None, "")
    settings = premises.settings.model_copy(update={"opt_out": mandated.opt_outs(NOON.date())})
    other = Premises(settings)
    try:
        with pytest.raises(ScanImpossible, match="opted_out"):
            look(mandated, catalogue, other, NOON)
    finally:
        other.close()
