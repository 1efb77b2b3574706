"""Which plan an authority follows, what a campaign is called, and what the settings may say of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from itertools import pairwise
from pathlib import Path

import pytest

from scanner.campaign.campaigns import Campaigns
from scanner.campaign.due import EVERYBODY, EveryDays, Monthly, Plan, weekly
from scanner.campaign.model import CampaignState, NameTaken, NoMembers
from scanner.campaign.opening import open_due, open_for
from scanner.campaign.plans import Choice, campaign_name, domains_of, governing, members_of
from scanner.cli.troubles import settings_trouble
from scanner.registry.model import Authority, Origin, RegisteredDomain, Source
from scanner.settings import SettingsError, load_settings
from scanner.store.engine import Store

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SOURCE = Source(Origin.HAND, date(2026, 11, 24))


def authority(name: str, *tags: str, siren: str = "", scanned: bool = True) -> Authority:
    return Authority(name, siren=siren, domains=(RegisteredDomain(f"{name}.fr", SOURCE, scanned),), tags=tags)


NORTH, OWN = Plan("nord", tag="nord", rhythm=weekly(0)), Plan("capitale", authority="214900076")
GENERAL = Plan()
PLANS = (NORTH, GENERAL, OWN)


@pytest.mark.parametrize(
    ("member", "plan"),
    [
        (authority("a"), GENERAL), (authority("a", "sud"), GENERAL), (authority("a", "nord", "sud"), NORTH),
        (authority("a", "nord", siren="214900076"), OWN), (authority("a", siren="214900076"), OWN),
    ],
)  # fmt: skip
def test_the_closest_plan_counts_alone(member: Authority, plan: Plan) -> None:
    assert governing(member, PLANS) == plan
    assert [each for each in PLANS if members_of(each, PLANS, (member,))] == [plan]


def test_without_a_plan_for_everybody_some_follow_none() -> None:
    assert governing(authority("a"), (NORTH,)) is None


def test_an_authority_may_be_named_by_its_domain() -> None:
    plan = Plan("une", authority="a.fr")
    assert governing(authority("a"), (plan, GENERAL)) == plan


def test_a_domain_is_looked_at_once_and_one_that_is_only_known_never() -> None:
    members = (authority("a", "nord"), authority("b"), authority("c", scanned=False), authority("a", "nord"))
    assert sorted(domains_of(members)) == ["a.fr", "b.fr"]


def test_neighbours_in_a_list_are_apart_in_a_campaign_and_always_in_the_same_order() -> None:
    members = [authority(f"commune-{number:03}") for number in range(100)]
    found = domains_of(members)
    assert found == domains_of(reversed(members))
    numbers = [int(name.removeprefix("commune-").removesuffix(".fr")) for name in found]
    assert sum(abs(one - other) == 1 for one, other in pairwise(numbers)) < 10


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [((), "2026-11"), ((EVERYBODY,), "2026-11"), (("nord",), "2026-11-nord"), (("nord", "", "49"), "2026-11-nord-49")],
)
def test_a_campaign_is_called_by_its_date_and_its_choice(parts: tuple[str, ...], wanted: str) -> None:
    assert campaign_name("2026-11", *parts) == wanted


def test_a_choice_can_be_read() -> None:
    assert str(Choice(("nord", "pilote"), "49", "")) == "tag nord, tag pilote, 49"
    assert str(Choice()) == ""


def test_each_plan_that_is_due_gets_its_campaign_once(store: Store) -> None:
    campaigns = Campaigns(store)
    members = (authority("a", "nord"), authority("b"))
    opened = open_due(campaigns, PLANS, members, NOW)
    assert [(each.name, each.plan, each.choice) for each in opened] == [
        ("2026-11-23-nord", "nord", "nord"), ("2026-11", EVERYBODY, ""),
    ]  # fmt: skip
    assert [member.domain for member in campaigns.members(opened[0].id)] == ["a.fr"]
    assert open_due(campaigns, PLANS, members, NOW) == ()
    december = datetime(2026, 12, 2, tzinfo=UTC)
    assert [each.name for each in open_due(campaigns, (GENERAL,), members, december)] == ["2026-12"]


def test_a_name_that_a_person_used_does_not_stop_the_calendar(store: Store) -> None:
    campaigns = Campaigns(store)
    campaigns.create("2026-11", ("a.fr",), planned=NOW)
    (opened,) = open_due(campaigns, (GENERAL,), (authority("a"),), NOW)
    assert opened.name == "2026-11-2"


def test_what_a_person_asks_for_again_is_gone_on_with_until_it_is_over(store: Store) -> None:
    campaigns = Campaigns(store)
    first = open_for(campaigns, "essai", (authority("a"),), NOW)
    assert open_for(campaigns, "essai", (authority("b"),), NOW) == first
    campaigns.move(first.id, CampaignState.RUNNING)
    campaigns.move(first.id, CampaignState.TO_REVIEW)
    with pytest.raises(NameTaken):
        open_for(campaigns, "essai", (authority("a"),), NOW)
    with pytest.raises(NoMembers):
        open_for(campaigns, "personne", (), NOW)


def read(tmp_path: Path, text: str) -> tuple[Plan, ...]:
    path = tmp_path / "beffroi.toml"
    path.write_text(text, "utf-8")
    return load_settings(path).campaign.plans


def test_without_any_setting_everybody_is_looked_at_on_the_first_of_each_month(tmp_path: Path) -> None:
    assert read(tmp_path, "") == (Plan(EVERYBODY, rhythm=Monthly(1), at=time(20, 0), zone="Europe/Paris"),)


def test_plans_are_written_in_the_settings(tmp_path: Path) -> None:
    text = """
[campaign]
side_by_side = 8
keep_months = 24

[[campaign.plan]]
name = "nord"
tag = "Nord"
every = "week"
weekday = "tuesday"
at = 21:30:00

[[campaign.plan]]
name = "reunion"
authority = "219740016"
every = 10
starts = 2026-12-01
zone = "Indian/Reunion"

[[campaign.plan]]
name = "mensuel"
day = 31
"""
    assert read(tmp_path, text) == (
        Plan("nord", tag="nord", rhythm=weekly(1), at=time(21, 30)),
        Plan(
            "reunion", authority="219740016", rhythm=EveryDays(10, date(2026, 12, 1)), zone="Indian/Reunion",
            starts=date(2026, 12, 1),
        ),
        Plan("mensuel", rhythm=Monthly(31)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[campaign.plan]]\nname = "a"\nzone = "Europe/Pari"\n', "no time zone"),
        ('[[campaign.plan]]\nname = "a"\nzone = "../../etc/passwd"\n', "no time zone"),
        ('[[campaign.plan]]\nname = "a"\ntag = "x"\nauthority = "y"\n', "not for both"),
        ('[[campaign.plan]]\nname = "a"\n[[campaign.plan]]\nname = "a"\ntag = "x"\n', "same name"),
        ('[[campaign.plan]]\nname = "a"\n[[campaign.plan]]\nname = "b"\n', "for everybody"),
        ('[[campaign.plan]]\nname = "all"\ntag = "x"\n', "choose another"),
        ('[[campaign.plan]]\nname = "Nord !"\n', "campaign.plan.0.name"),
        ('[[campaign.plan]]\nname = "a"\nday = 32\n', "campaign.plan.0.day"),
        ('[[campaign.plan]]\nname = "a"\nevery = "year"\n', "campaign.plan.0.every"),
        ("[campaign]\nside_by_side = 500\n", "campaign.side_by_side"),
    ],
)
def test_settings_that_cannot_be_kept_are_refused_in_one_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, text)
    said = settings_trouble(refused.value, "en")
    assert words in said
    assert "\n" not in said
