"""`[campaign]` and `[[campaign.plan]]`: who is looked at when, how many at once, and how long it is remembered."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from scanner.campaign.due import EPOCH, EVERYBODY, PARIS, EveryDays, Monthly, Plan, Rhythm, weekly
from scanner.settings.table import Table, wrong

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: Part of the name of each campaign, which stands in file names and mails.
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


class PlanSettings(Table):
    """One rhythm: `every` is `month` (on a `day` from 1 to 31), `week` (on a `weekday`) or a number of days."""

    name: Name
    tag: str = ""
    authority: str = ""
    every: Literal["month", "week"] | Annotated[int, Field(ge=1, le=400)] = "month"
    day: int = Field(default=1, ge=1, le=31)
    weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"
    at: time = time(20, 0)
    zone: str = PARIS
    starts: date | None = None

    @field_validator("zone")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:  # ZoneInfoNotFoundError is a KeyError
            raise wrong("no_zone", value=value[:80]) from error
        return value

    @field_validator("at")
    @classmethod
    def _on_the_wall(cls, value: time) -> time:
        if value.tzinfo is not None:
            raise wrong("hour_alone")
        return value

    @model_validator(mode="after")
    def _one_of_them(self) -> PlanSettings:
        if self.tag and self.authority:
            raise wrong("plan_for_both")
        return self

    def plan(self) -> Plan:
        """As `due` takes it."""
        return Plan(self.name, self.tag.lower(), self.authority, self._rhythm(), self.at, self.zone, self.starts)

    def _rhythm(self) -> Rhythm:
        if self.every == "month":
            return Monthly(self.day)
        return weekly(DAYS.index(self.weekday)) if self.every == "week" else EveryDays(self.every, self.starts or EPOCH)


class CampaignSettings(Table):
    """`[campaign]`. Without any plan for everybody, those whom no plan names are looked at on the first of each month."""

    side_by_side: int = Field(default=16, ge=1, le=64)
    keep_months: int = Field(default=13, ge=1, le=120)
    workers: bool = False  # leave the scans to `beffroi worker` processes, on PostgreSQL
    plan: tuple[PlanSettings, ...] = ()

    @field_validator("plan")
    @classmethod
    def _each_once(cls, value: tuple[PlanSettings, ...]) -> tuple[PlanSettings, ...]:
        names = [each.name for each in value]
        if len(set(names)) != len(names):
            raise wrong("plan_twice")
        if len([each for each in value if not each.tag and not each.authority]) > 1:
            raise wrong("plan_for_all")
        if any(each.name == EVERYBODY and (each.tag or each.authority) for each in value):
            raise wrong("plan_name", value=EVERYBODY)
        return value

    @property
    def plans(self) -> tuple[Plan, ...]:
        """Those that are written, and the one that nobody needs to write."""
        written = tuple(each.plan() for each in self.plan)
        general = any(not plan.tag and not plan.authority for plan in written)
        return written if general else (*written, Plan())
