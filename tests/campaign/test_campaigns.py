"""Campaigns in the store, one transaction at a time, on SQLite and on PostgreSQL."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from scanner.campaign.campaigns import LEASE, Campaigns
from scanner.campaign.model import (
    FINAL,
    MOVES,
    Campaign,
    CampaignState,
    Claim,
    Counts,
    MemberState,
    NameTaken,
    NoMembers,
    NotAllowed,
)
from scanner.store.engine import Store, open_store
from scanner.store.presence import Unseen

NOW = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
TOWNS = ("a.fr", "b.fr", "c.fr")


class Clock:
    """A time that only the test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def campaigns(store: Store, clock: Clock) -> Campaigns:
    return Campaigns(store, clock=clock)


@pytest.fixture
def running(campaigns: Campaigns) -> Campaign:
    made = campaigns.create("2026-11", TOWNS, planned=NOW)
    return campaigns.move(made.id, CampaignState.RUNNING)


def take(campaigns: Campaigns, running: Campaign) -> Claim:
    claim = campaigns.claim(running.id, campaigns.token())
    assert claim is not None
    return claim


def test_a_campaign_has_its_members_once_in_the_order_given(campaigns: Campaigns) -> None:
    made = campaigns.create("2026-11", ("b.fr", "a.fr", "b.fr"), planned=NOW, plan="nord", choice="tag nord")
    assert (made.state, made.plan, made.choice, made.planned) == (CampaignState.PLANNED, "nord", "tag nord", NOW)
    assert [member.domain for member in campaigns.members(made.id)] == ["b.fr", "a.fr"]
    assert campaigns.counts(made.id) == Counts(waiting=2)
    assert campaigns.find("2026-11") == made
    assert campaigns.find("2026-12") is None


def test_a_name_is_given_once_and_never_to_nobody(campaigns: Campaigns, running: Campaign) -> None:
    with pytest.raises(NameTaken):
        campaigns.create("2026-11", TOWNS, planned=NOW)
    with pytest.raises(NoMembers):
        campaigns.create("2026-12", (), planned=NOW)
    assert campaigns.all() == (running,)


@pytest.mark.parametrize(("start", "to"), list(itertools.product(CampaignState, CampaignState)))
def test_nothing_leaves_before_it_was_read_and_approved(campaigns: Campaigns, start: CampaignState, to: CampaignState) -> None:
    made = campaigns.create("2026-11", TOWNS, planned=NOW)
    ways = {
        CampaignState.PLANNED: (),
        CampaignState.RUNNING: (CampaignState.RUNNING,),
        CampaignState.PAUSED: (CampaignState.RUNNING, CampaignState.PAUSED),
        CampaignState.TO_REVIEW: (CampaignState.RUNNING, CampaignState.TO_REVIEW),
        CampaignState.APPROVED: (CampaignState.RUNNING, CampaignState.TO_REVIEW, CampaignState.APPROVED),
        CampaignState.DONE: (CampaignState.RUNNING, CampaignState.TO_REVIEW, CampaignState.APPROVED, CampaignState.DONE),
    }
    for step in ways[start]:
        campaigns.move(made.id, step)
    if to in MOVES[start]:
        assert campaigns.move(made.id, to, "pourquoi", by="Jeanne Martin").state is to
    else:
        with pytest.raises(NotAllowed):
            campaigns.move(made.id, to)
        assert campaigns.get(made.id).state is start


def test_a_campaign_remembers_when_it_began_ended_and_was_approved(campaigns: Campaigns, clock: Clock) -> None:
    made = campaigns.create("2026-11", TOWNS, planned=NOW)
    for step in (CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.RUNNING, CampaignState.TO_REVIEW):
        clock.now += timedelta(hours=1)
        campaigns.move(made.id, step)
    clock.now += timedelta(hours=1)
    found = campaigns.move(made.id, CampaignState.APPROVED, by="Jeanne Martin")
    hours = [(moment - NOW) / timedelta(hours=1) for moment in (found.started, found.finished, found.approved) if moment]
    assert hours == [1, 4, 5]
    assert found.approved_by == "Jeanne Martin"
    assert campaigns.unfinished() == ()


def test_each_plan_remembers_the_date_that_it_was_carried_out_for(campaigns: Campaigns) -> None:
    for name, plan, days in (("1", "nord", 0), ("2", "nord", 30), ("3", "sud", 7), ("4", "", 90)):
        campaigns.create(name, TOWNS, planned=NOW + timedelta(days=days), plan=plan)
    assert campaigns.last_by_plan() == {"nord": NOW + timedelta(days=30), "sud": NOW + timedelta(days=7)}


def test_a_member_is_taken_once_and_the_same_token_gives_the_same_one(campaigns: Campaigns, running: Campaign) -> None:
    token = campaigns.token()
    first, again = campaigns.claim(running.id, token), campaigns.claim(running.id, token)
    assert first == again
    taken = {take(campaigns, running).domain for _ in range(2)} | {first.domain if first else ""}
    assert taken == set(TOWNS)
    assert campaigns.claim(running.id, campaigns.token()) is None
    assert campaigns.counts(running.id) == Counts(running=3)


def test_one_member_can_be_asked_for_by_name(campaigns: Campaigns, running: Campaign) -> None:
    claim = campaigns.claim(running.id, campaigns.token(), "b.fr")
    assert claim is not None
    assert (claim.domain, claim.attempts) == ("b.fr", 1)
    assert campaigns.claim(running.id, campaigns.token(), "b.fr") is None
    assert campaigns.claim(running.id, campaigns.token(), "inconnu.fr") is None


@pytest.mark.parametrize("state", [CampaignState.PLANNED, CampaignState.PAUSED, CampaignState.TO_REVIEW])
def test_nobody_is_taken_from_a_campaign_that_does_not_run(campaigns: Campaigns, state: CampaignState) -> None:
    made = campaigns.create("2026-11", TOWNS, planned=NOW)
    if state is not CampaignState.PLANNED:
        campaigns.move(made.id, CampaignState.RUNNING)
        campaigns.move(made.id, state)
    assert campaigns.claim(made.id, campaigns.token()) is None


def test_who_was_begun_most_often_comes_last(campaigns: Campaigns, running: Campaign) -> None:
    first = take(campaigns, running)
    campaigns.put_back(first, attempts=first.attempts)
    assert [take(campaigns, running).domain for _ in TOWNS] == ["b.fr", "c.fr", "a.fr"]
    assert campaigns.members(running.id)[0].attempts == 2


def test_a_look_that_does_not_count_leaves_no_trace(campaigns: Campaigns, running: Campaign) -> None:
    before = campaigns.members(running.id)
    claim = take(campaigns, running)
    campaigns.put_back(claim, attempts=claim.attempts - 1)
    assert campaigns.members(running.id) == before


@pytest.mark.parametrize("state", [MemberState.IMPOSSIBLE, MemberState.FAILED])
def test_what_is_settled_stays_so_whatever_a_late_process_says(
    campaigns: Campaigns, running: Campaign, clock: Clock, state: MemberState
) -> None:
    claim = take(campaigns, running)
    campaigns.settle(claim, state, "no_such_domain", "réponse\x1b[31m\n")
    campaigns.put_back(claim, attempts=0)
    campaigns.settle(claim, MemberState.FAILED, "bug")
    (member,) = campaigns.members(running.id, FINAL)
    assert (member.domain, member.state, member.reason, member.settled) == ("a.fr", state, "no_such_domain", clock.now)
    assert member.detail == "réponse [31m "


def test_a_member_belongs_to_its_latest_claim_alone(campaigns: Campaigns, running: Campaign) -> None:
    old = take(campaigns, running)
    campaigns.put_back(old, attempts=0)
    campaigns.claim(running.id, campaigns.token(), old.domain)
    campaigns.put_back(old, attempts=0)
    campaigns.settle(old, MemberState.FAILED, "bug")
    assert campaigns.counts(running.id) == Counts(waiting=2, running=1)


def test_the_living_keep_their_members_and_the_dead_lose_them_with_their_lease(
    campaigns: Campaigns, running: Campaign, clock: Clock, store: Store
) -> None:
    store.presence = Unseen()  # as on a server: nobody sees the processes of another machine
    take(campaigns, running)
    clock.now += LEASE - timedelta(seconds=1)
    assert campaigns.sweep(running.id) == 0
    campaigns.renew()
    clock.now += timedelta(seconds=2)
    assert campaigns.sweep(running.id) == 0
    clock.now += LEASE
    assert campaigns.sweep(running.id) == 1
    assert campaigns.counts(running.id) == Counts(waiting=3)


def test_one_process_of_a_machine_carries_campaigns_out(file_store: Store) -> None:
    """Two open stores are seen as two processes."""
    first = Campaigns(file_store)
    made = [first.create(name, TOWNS, planned=NOW).id for name in ("un", "deux")]
    with open_store(file_store.place) as other_store:
        other = Campaigns(other_store)
        assert first.enter(made[0])
        assert first.enter(made[1])
        assert not other.enter(made[0])
        first.leave()
        assert other.enter(made[0])
        assert not first.enter(made[1])
        other.leave()
    assert first.enter(made[0])
    first.leave()


def test_who_holds_a_member_still_is_seen_until_it_dies(file_store: Store) -> None:
    campaigns = Campaigns(file_store)
    made = campaigns.create("2026-11", TOWNS, planned=NOW)
    campaigns.move(made.id, CampaignState.RUNNING)
    name = take(campaigns, made).token.partition("/")[0]
    campaigns.leave()
    assert file_store.presence.known() == {name: True}
    file_store.presence.leave()
