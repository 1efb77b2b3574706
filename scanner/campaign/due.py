"""Who is due? A pure function of plans, of what was done, and of the time (docs/campaigns.md, « Le calendrier »).

Nobody keeps a list of coming dates: a machine that slept for a month asks the same question as one that did not, and
gets the newest missed date, once.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = "Europe/Paris"
EVERYBODY = "all"  # the name of the plan that nobody needs to write
#: The first Monday of a year: days and weeks are counted from it where a plan names no first day.
EPOCH = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class Monthly:
    """Each month on a day from 1 to 31; the last day of a month that has no such day."""

    day: int = 1

    def on_or_before(self, today: date) -> date:
        """The newest date of this rhythm."""
        this = _in_month(today.year, today.month, self.day)
        if this <= today:
            return this
        last = today.replace(day=1) - timedelta(days=1)
        return _in_month(last.year, last.month, self.day)


@dataclass(frozen=True, slots=True)
class EveryDays:
    """Every so many days, counted from a first one; a week is seven."""

    days: int
    first: date = EPOCH

    def on_or_before(self, today: date) -> date:
        """The newest date of this rhythm."""
        return today - timedelta(days=(today - self.first).days % self.days)


def weekly(weekday: int) -> EveryDays:
    """Each week on a day: 0 is Monday, as `date.weekday()`."""
    return EveryDays(7, EPOCH + timedelta(days=weekday))


Rhythm = Monthly | EveryDays


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is looked at, how often, and from what hour on, in a named time zone.

    `authority` (a key of the register) is closer than `tag`; without either the plan is for everybody else. Dates
    before `starts` do not count.
    """

    name: str = EVERYBODY
    tag: str = ""
    authority: str = ""
    rhythm: Rhythm = Monthly()
    at: time = time(20, 0)
    zone: str = PARIS
    starts: date | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A plan whose date has come: `period` names the date (`2026-11` for a month), `since` is its moment."""

    plan: Plan
    period: str
    since: datetime


def due(plans: Iterable[Plan], last: Mapping[str, datetime], now: datetime) -> tuple[Due, ...]:
    """The plans to be carried out now, in their order.

    `last` gives, by name of the plan, the moment for which it was last carried out: `Due.since`, or later where a person
    was early or late. A plan that never was is due for its newest date.
    """
    found = (newest(plan, now) for plan in plans)
    return tuple(each for each in found if each is not None and (last.get(each.plan.name) or _NEVER) < each.since)


def newest(plan: Plan, now: datetime) -> Due | None:
    """The newest date of a plan that has come, None where its first one has not.

    An hour that a change of the clocks skips counts as one hour later; of one that comes twice the first counts.
    """
    zone = ZoneInfo(plan.zone)
    day = plan.rhythm.on_or_before(now.astimezone(zone).date())
    while (since := datetime.combine(day, plan.at, zone).astimezone(UTC)) > now:
        day = plan.rhythm.on_or_before(day - timedelta(days=1))
    return None if plan.starts is not None and day < plan.starts else Due(plan, _period(plan, day), since)


_NEVER = datetime.min.replace(tzinfo=UTC)


def _period(plan: Plan, day: date) -> str:
    return f"{day:%Y-%m}" if isinstance(plan.rhythm, Monthly) else day.isoformat()


def _in_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))
