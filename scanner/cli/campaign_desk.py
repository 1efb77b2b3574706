"""Which campaigns a command speaks of. Raises UsageError with one line that says what to do."""

from __future__ import annotations

import re

from scanner.campaign.campaigns import Campaigns
from scanner.campaign.model import UNFINISHED, Campaign, NameTaken, NoMembers
from scanner.campaign.opening import open_due, open_for
from scanner.campaign.plans import Choice, campaign_name
from scanner.cli.desk import Desk
from scanner.cli.messages import say
from scanner.cli.request import UsageError
from scanner.registry.columns import fold
from scanner.registry.model import Authority
from scanner.settings.campaign import CampaignSettings

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


def settings_of(desk: Desk) -> CampaignSettings:
    """`[campaign]`."""
    return desk.settings.campaign


def campaign_named(desk: Desk, name: str) -> Campaign:
    """One that exists; without a name the newest."""
    campaigns = Campaigns(desk.store)
    found = campaigns.find(name) if name else next(iter(campaigns.all()), None)
    if found is None and not name:
        raise UsageError(say(desk.lang, "campaign.none"))
    if found is None:
        raise UsageError(say(desk.lang, "campaign.unknown", name=name[:80]))
    return found


def campaign_to_resume(desk: Desk, name: str) -> Campaign:
    """One that has members left."""
    found = campaign_named(desk, name)
    if found.state not in UNFINISHED:
        raise UsageError(say(desk.lang, "campaign.over", name=name))
    return found


def chosen_campaigns(desk: Desk, choice: Choice, name: str, *, due: bool) -> tuple[Campaign, ...]:
    """Those that are due, after those that were begun; else the one that the options describe."""
    if name and not _NAME.fullmatch(name):
        raise UsageError(say(desk.lang, "campaign.bad_name", value=name[:80]))
    if due:
        if name or choice != Choice():
            raise UsageError(say(desk.lang, "campaign.due_alone"))
        return _due(desk)
    return (_asked(desk, choice, name),)


def _due(desk: Desk) -> tuple[Campaign, ...]:
    campaigns = Campaigns(desk.store)
    begun = campaigns.unfinished()
    return (*begun, *open_due(campaigns, settings_of(desk).plans, desk.register.authorities(), desk.register.clock()))


def _asked(desk: Desk, choice: Choice, name: str) -> Campaign:
    """Without any choice it is the campaign of the plan for everybody, which is then not due until its next date."""
    plans = settings_of(desk).plans
    same = (plan for plan in plans if not plan.authority and (plan.tag,) == (choice.tags or ("",)))
    plan = next(same, None) if not choice.departement and not choice.epci and not name else None
    now = desk.register.clock()
    parts = [fold(part).replace(" ", "-") for part in (*choice.tags, choice.departement, choice.epci) if part]
    if plan is not None:
        parts = [plan.name]
    named = name or campaign_name(f"{now:%Y-%m}", *parts)
    try:
        return open_for(Campaigns(desk.store), named, _chosen(desk, choice), now, plan.name if plan else "", str(choice))
    except NameTaken as error:
        raise UsageError(say(desk.lang, "campaign.name_taken", name=named)) from error
    except NoMembers as error:
        raise UsageError(say(desk.lang, "campaign.nobody")) from error


def _chosen(desk: Desk, choice: Choice) -> list[Authority]:
    found = [desk.register.authorities(tag=tag, departement=choice.departement, epci=choice.epci) for tag in choice.tags or ("",)]
    return [authority for each in found for authority in each]
