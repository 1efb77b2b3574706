"""Who is due: tables over months, changes of the clocks and sleeping machines, then laws over any plan and any time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.campaign.due import EveryDays, Monthly, Plan, due, newest, weekly

PARIS = ZoneInfo("Europe/Paris")


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def period(plan: Plan, now: datetime) -> str:
    found = newest(plan, now)
    return found.period if found else ""


@pytest.mark.parametrize(
    ("day", "now", "wanted"),
    [
        (1, "2026-11-01 19:59", "2026-10-01"), (1, "2026-11-01 20:00", "2026-11-01"), (1, "2026-11-30 23:59", "2026-11-01"),
        (1, "2027-01-01 20:00", "2027-01-01"), (1, "2027-01-01 00:30", "2026-12-01"),
        (28, "2026-02-28 20:00", "2026-02-28"), (28, "2026-03-27 20:00", "2026-02-28"),
        (29, "2026-02-28 20:00", "2026-02-28"), (29, "2028-02-28 20:00", "2028-01-29"), (29, "2028-02-29 20:00", "2028-02-29"),
        (30, "2026-02-28 20:00", "2026-02-28"), (30, "2026-04-30 20:00", "2026-04-30"), (30, "2028-03-01 20:00", "2028-02-29"),
        (31, "2026-01-31 20:00", "2026-01-31"), (31, "2026-02-28 20:00", "2026-02-28"), (31, "2026-03-30 20:00", "2026-02-28"),
        (31, "2026-03-31 20:00", "2026-03-31"), (31, "2026-04-30 20:00", "2026-04-30"), (31, "2026-05-30 20:00", "2026-04-30"),
        (31, "2026-12-31 20:00", "2026-12-31"), (31, "2100-02-28 20:00", "2100-02-28"),
    ],
)  # fmt: skip
def test_a_month_has_its_day_or_else_its_last(day: int, now: str, wanted: str) -> None:
    found = newest(Plan(rhythm=Monthly(day)), paris(now))
    assert found is not None
    assert found.since.astimezone(PARIS) == paris(f"{wanted} 20:00")
    assert found.period == wanted[:7]


@pytest.mark.parametrize("day", [1, 15, 28, 29, 30, 31])
@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_each_month_of_a_year_has_exactly_one_date(day: int, year: int) -> None:
    plan, noons = Plan(rhythm=Monthly(day)), (datetime(year, 1, 1, 22, tzinfo=UTC) + timedelta(days=n) for n in range(366))
    seen = {found.since for now in noons if now.year == year and (found := newest(plan, now)) and found.since.year == year}
    assert len(seen) == 12
    assert sorted(moment.month for moment in seen) == list(range(1, 13))


@pytest.mark.parametrize(
    ("at", "now", "is_due"),
    [
        # 29 March 2026: 02:00 to 03:00 does not take place; the date counts one hour later
        (time(2, 30), "2026-03-29T01:29:00+00:00", False), (time(2, 30), "2026-03-29T01:30:00+00:00", True),
        # 25 October 2026: 02:00 to 03:00 takes place twice; the first time counts
        (time(2, 30), "2026-10-25T00:29:00+00:00", False), (time(2, 30), "2026-10-25T00:30:00+00:00", True),
        (time(2, 30), "2026-10-25T01:30:00+00:00", True),
    ],
)  # fmt: skip
def test_a_change_of_the_clocks_neither_hides_nor_doubles_a_date(at: time, now: str, is_due: bool) -> None:
    moment = datetime.fromisoformat(now)
    day = moment.date()
    plan = Plan(rhythm=EveryDays(365, day), at=at, starts=day)
    assert bool(newest(plan, moment)) is is_due
    if is_due:
        done = due([plan], {}, moment)[0].since
        assert all(due([plan], {plan.name: done}, moment + timedelta(minutes=n)) == () for n in range(0, 240, 10))


def test_the_hour_is_that_of_the_clock_on_the_wall_in_summer_and_in_winter() -> None:
    plan = Plan(rhythm=Monthly(1))
    found = [newest(plan, paris(text)) for text in ("2026-07-15 12:00", "2026-12-15 12:00")]
    assert [each.since.hour for each in found if each] == [18, 19]


@pytest.mark.parametrize(
    ("zone", "wanted"),
    [("Europe/Paris", "2026-11-01T19:00"), ("Indian/Reunion", "2026-11-01T16:00"), ("Pacific/Noumea", "2026-11-01T09:00")],
)
def test_each_plan_has_the_time_of_its_place(zone: str, wanted: str) -> None:
    found = newest(Plan(zone=zone), datetime(2026, 11, 15, tzinfo=UTC))
    assert found is not None
    assert found.since.isoformat()[:16] == wanted


@pytest.mark.parametrize(
    ("rhythm", "now", "wanted"),
    [
        (weekly(0), "2026-11-24 21:00", "2026-11-23"), (weekly(1), "2026-11-24 21:00", "2026-11-24"),
        (weekly(1), "2026-11-24 19:00", "2026-11-17"), (weekly(6), "2026-11-24 21:00", "2026-11-22"),
        (EveryDays(10, date(2026, 11, 1)), "2026-11-24 21:00", "2026-11-21"),
        (EveryDays(10, date(2026, 11, 1)), "2026-10-24 21:00", "2026-10-22"),
        (EveryDays(1), "2026-11-24 21:00", "2026-11-24"), (EveryDays(1), "2026-11-24 01:00", "2026-11-23"),
    ],
)  # fmt: skip
def test_weeks_and_days_are_counted_from_a_fixed_day(rhythm: EveryDays, now: str, wanted: str) -> None:
    assert period(Plan(rhythm=rhythm), paris(now)) == wanted


def test_a_machine_that_slept_for_months_is_due_once() -> None:
    plan = Plan(rhythm=Monthly(1))
    awake = paris("2026-11-24 09:00")
    found = due([plan], {plan.name: paris("2026-05-01 20:00")}, awake)
    assert [each.period for each in found] == ["2026-11"]
    assert due([plan], {plan.name: found[0].since}, awake) == ()
    assert [each.period for each in due([plan], {plan.name: found[0].since}, paris("2026-12-01 20:00"))] == ["2026-12"]


def test_a_plan_that_never_was_is_due_unless_it_begins_later() -> None:
    now = paris("2026-11-24 09:00")
    assert [each.period for each in due([Plan()], {}, now)] == ["2026-11"]
    assert due([Plan(starts=date(2026, 12, 1))], {}, now) == ()
    assert [each.period for each in due([Plan(starts=date(2026, 12, 1))], {}, paris("2026-12-01 20:00"))] == ["2026-12"]


def test_plans_are_asked_each_for_itself() -> None:
    north, south = Plan("nord", tag="nord"), Plan("sud", tag="sud", rhythm=weekly(0))
    now = paris("2026-11-24 09:00")
    assert [each.plan.name for each in due([north, south], {"nord": now}, now)] == ["sud"]


ZONES = st.sampled_from(["Europe/Paris", "America/Martinique", "Pacific/Noumea", "America/Miquelon", "Pacific/Apia", "UTC"])
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
RHYTHMS = st.one_of(st.builds(Monthly, st.integers(1, 31)), st.builds(EveryDays, st.integers(1, 400), DAYS))
PLANS = st.builds(Plan, rhythm=RHYTHMS, at=st.times(), zone=ZONES)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))
PAUSES = st.lists(st.timedeltas(timedelta(0), timedelta(days=100)), min_size=1, max_size=40)


@given(plan=PLANS, begin=MOMENTS, pauses=PAUSES)
def test_however_one_asks_no_period_is_due_twice_and_the_newest_always_is(
    plan: Plan, begin: datetime, pauses: list[timedelta]
) -> None:
    now, done = begin, []
    last: dict[str, datetime] = {}
    for pause in pauses:
        now += pause
        found = due([plan], last, now)
        newer = newest(plan, now)
        assert newer is not None
        assert newer.since <= now
        if found:
            done.append(found[0])
            last = {plan.name: found[0].since}
        assert last[plan.name] == newer.since  # what has come is never passed over
        assert due([plan], last, now) == ()
    assert all(one.since < other.since for one, other in pairwise(done))
    assert len({each.period for each in done}) == len(done)


@given(plan=PLANS, begin=MOMENTS)
def test_one_who_asks_each_hour_carries_out_every_date(plan: Plan, begin: datetime) -> None:
    last: dict[str, datetime] = {}
    since: list[datetime] = []
    for hour in range(0, 24 * 70, 6):
        for each in due([plan], last, begin + timedelta(hours=hour)):
            last[plan.name] = each.since
            since.append(each.since)
    zone = ZoneInfo(plan.zone)
    days = [moment.astimezone(zone).date() for moment in since]
    longest = timedelta(days=31) if isinstance(plan.rhythm, Monthly) else timedelta(days=plan.rhythm.days + 1)
    assert all(other - one <= longest for one, other in pairwise(days))
