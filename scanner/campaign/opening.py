"""Makes campaigns: those that are due, and the one that a person asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import count

from scanner.campaign.campaigns import Campaigns
from scanner.campaign.due import Plan, due
from scanner.campaign.model import UNFINISHED, Campaign, NameTaken
from scanner.campaign.plans import campaign_name, domains_of, members_of
from scanner.registry.model import Authority


def open_due(
    campaigns: Campaigns, plans: Sequence[Plan], authorities: Iterable[Authority], now: datetime
) -> tuple[Campaign, ...]:
    """A campaign for each plan that is due and has members; asked again, none. Raises StoreError as the store does."""
    everybody = tuple(authorities)
    opened = []
    for each in due(plans, campaigns.last_by_plan(), now):
        domains = members_of(each.plan, plans, everybody)
        if domains:
            name = campaign_name(each.period, each.plan.name)
            choice = each.plan.tag or each.plan.authority
            opened.append(_create(campaigns, name, domains, each.since, each.plan.name, choice))
    return tuple(opened)


def open_for(
    campaigns: Campaigns, name: str, authorities: Iterable[Authority], now: datetime, plan: str = "", choice: str = ""
) -> Campaign:
    """The campaign of this name, as far as it has come, else a new one. Raises NoMembers, and NameTaken where it is over."""
    known = campaigns.find(name)
    if known is None:
        return campaigns.create(name, domains_of(authorities), planned=now, plan=plan, choice=choice)
    if known.state not in UNFINISHED:
        raise NameTaken(name)
    return known


def _create(campaigns: Campaigns, name: str, domains: tuple[str, ...], since: datetime, plan: str, choice: str) -> Campaign:
    """A person may have used the name that a plan would give: a number tells the two apart."""
    for number in count(1):
        try:
            free = name if number == 1 else f"{name}-{number}"
            return campaigns.create(free, domains, planned=since, plan=plan, choice=choice)
        except NameTaken:
            continue
    raise AssertionError("count() has no end")
