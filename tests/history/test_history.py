"""What is kept comes back as it was, from the right day, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from scanner.catalogue import Catalogue
from scanner.history import History
from scanner.history.upkeep import months_before
from scanner.model import Domain, Status
from scanner.result import ScanResult
from scanner.store.campaign_tables import campaign_members, campaigns, observations, outcomes, scans
from scanner.store.engine import Store
from tests.history.results import failing, on, seen_again, with_outcome
from tests.lab.towns import TOWNS
from tests.report.sample import hostile_result

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CAMPAIGN = {"name": "2026-11", "plan": "", "filter": "", "planned": NOW, "state": "running", "reason": "", "approved_by": ""}
TOWN = "bourg-ordinaire.fr"


def assert_same(found: ScanResult | None, wanted: ScanResult) -> None:
    assert found is not None
    for each in fields(ScanResult):
        assert getattr(found, each.name) == getattr(wanted, each.name), each.name


def count(store: Store, table: Any, *conditions: Any) -> int:
    with store.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(table).where(*conditions)) or 0)


@pytest.fixture
def town(scanned: dict[str, ScanResult]) -> ScanResult:
    return scanned[TOWN]


@pytest.fixture
def campaign(store: Store, town: ScanResult) -> int:
    """A campaign that runs, with this town as its member."""
    with store.write() as connection:
        number = int(connection.execute(insert(campaigns).values(CAMPAIGN).returning(campaigns.c.id)).scalar_one())
        member = {"campaign": number, "domain": town.domain.name, "place": 0, "state": "running", "attempts": 1}
        connection.execute(insert(campaign_members).values(member | {"token": "t", "lease": NOW, "reason": "", "detail": ""}))
    return number


@pytest.mark.lab
@pytest.mark.parametrize("name", [each.domain for each in TOWNS])
def test_a_town_comes_back_as_it_was(history: History, scanned: dict[str, ScanResult], name: str) -> None:
    history.keep(scanned[name])
    assert_same(history.latest(name), scanned[name])
    points = history.scores(name)
    assert [(point.score, point.given, point.at) for point in points] == [
        (scanned[name].score, scanned[name].score, scanned[name].started_at)
    ]


def test_what_hosts_send_can_be_stored_whatever_it_is(history: History, catalogue: Catalogue) -> None:
    made = replace(hostile_result(catalogue), interrupted=False)
    history.keep(made)
    found = history.latest(made.domain.name)
    assert found is not None
    assert found.seen == made.seen
    assert found.score == made.score


def test_each_day_has_its_own_result(history: History, town: ScanResult) -> None:
    changed = with_outcome(town, failing(next(each for each in town.outcomes if each.status is Status.PASS)))
    days = (on(town, 1, 9), on(changed, 1, 10), on(town, 1, 11))
    for each in days:
        history.keep(each)
    for each in days:
        assert_same(history.at(TOWN, each.started_at), each)
        assert_same(history.at(TOWN, each.started_at + timedelta(days=5)), each)
    assert_same(history.before(TOWN, days[1].started_at), days[0])
    assert_same(history.latest(TOWN), days[2])
    assert history.before(TOWN, days[0].started_at) is None
    assert history.latest("inconnu.fr") is None
    assert history.domains() == (TOWN,)


def test_what_a_check_says_again_takes_no_new_row(history: History, store: Store, town: ScanResult) -> None:
    for month in (8, 9, 10):
        history.keep(on(town, 1, month))
    at_first = count(store, outcomes)
    changed = with_outcome(town, failing(next(each for each in town.outcomes if each.status is Status.PASS)))
    history.keep(on(changed, 1, 11))
    assert count(store, outcomes) == at_first + 1
    assert count(store, outcomes, outcomes.c.last_scan.is_not(None)) == 1
    history.keep(on(town, 1, 12))
    assert count(store, outcomes) == at_first + 2


def test_a_subject_that_is_gone_says_nothing_any_more(history: History, town: ScanResult) -> None:
    history.keep(on(town, 1, 9))
    fewer = replace(town, outcomes=tuple(each for each in town.outcomes if each.family != "tls"))
    history.keep(on(fewer, 1, 10))
    assert_same(history.latest(TOWN), on(fewer, 1, 10))
    assert_same(history.before(TOWN, on(town, 1, 10).started_at), on(town, 1, 9))


def test_a_member_is_settled_with_its_result_and_kept_once(
    history: History, store: Store, town: ScanResult, campaign: int
) -> None:
    first, again = history.keep(town, campaign), history.keep(on(town, 2), campaign)
    assert (first.fresh, again.fresh, again.scan) == (True, False, first.scan)
    assert count(store, scans) == count(store, observations) == 1
    assert count(store, campaign_members, campaign_members.c.state == "done", campaign_members.c.token.is_(None)) == 1
    assert_same(history.of_campaign(campaign, TOWN), town)
    assert [result.domain.name for result in history.results(campaign)] == [TOWN]


def test_an_interrupted_scan_is_never_kept(history: History, store: Store, town: ScanResult, campaign: int) -> None:
    with pytest.raises(ValueError, match="interrupted"):
        history.keep(replace(town, interrupted=True), campaign)
    assert count(store, scans) == 0
    assert count(store, campaign_members, campaign_members.c.state == "running") == 1


@pytest.mark.parametrize(
    ("moment", "months", "wanted"),
    [
        ("2026-11-24", 13, "2025-10-24"), ("2026-03-31", 1, "2026-02-28"), ("2028-03-31", 1, "2028-02-29"),
        ("2026-01-15", 1, "2025-12-15"), ("2026-12-31", 12, "2025-12-31"), ("2024-02-29", 12, "2023-02-28"),
    ],
)  # fmt: skip
def test_months_are_counted_back_to_a_day_that_exists(moment: str, months: int, wanted: str) -> None:
    day = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert months_before(day, months).date().isoformat() == wanted


def test_what_is_older_than_thirteen_months_is_forgotten_and_the_rest_stays_as_it_was(
    history: History, store: Store, town: ScanResult, campaign: int
) -> None:
    changed = with_outcome(town, failing(next(each for each in town.outcomes if each.status is Status.PASS)))
    history.keep(on(changed, 1, 9, 2025), campaign)
    history.keep(on(town, 1, 11, 2025))
    history.keep(on(town, 1, 11))
    other = replace(town, domain=Domain("ancien.fr"))
    history.keep(on(replace(other, landscape=replace(town.landscape, domain=other.domain), outcomes=()), 1, 1, 2025))
    with store.write() as connection:
        connection.execute(update(campaigns).values(finished=on(town, 2, 9, 2025).started_at))
    pruned = history.prune(NOW)
    assert (pruned.scans, pruned.domains, pruned.campaigns) == (2, 1, 1)
    assert history.domains() == (TOWN,)
    assert_same(history.at(TOWN, on(town, 2, 11, 2025).started_at), on(town, 1, 11, 2025))
    assert_same(history.latest(TOWN), on(town, 1, 11))
    assert count(store, outcomes, outcomes.c.last_scan.is_not(None)) == 0
    assert count(store, observations) == 2
    assert history.prune(NOW).scans == 0


def test_a_domain_can_be_forgotten_at_once(history: History, store: Store, town: ScanResult, campaign: int) -> None:
    history.keep(town, campaign)
    assert history.forget(TOWN)
    assert not history.forget(TOWN)
    assert [count(store, table) for table in (outcomes, scans, observations, campaign_members)] == [0, 0, 0, 0]


def test_the_weight_is_told_by_town_month(history: History, town: ScanResult, catalogue: Catalogue) -> None:
    assert history.size().per_scan == 0
    for month in range(1, 13):
        history.keep(seen_again(town, catalogue, 1, month))
    size = history.size()
    assert (size.domains, size.scans) == (1, 12)
    assert size.seen > 0
    assert size.per_scan < 4_000
