"""What every runner promises: each member settled once, by the same job, whatever was settled before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select

from scanner.campaign.model import CampaignState, Counts, MemberState, Pause
from scanner.history import History, Kept
from scanner.model import Outcome, Reason, Status
from scanner.net.limits import MemoryLimiter
from scanner.result import ScanResult
from scanner.scoring import Perimeter
from scanner.store.campaign_tables import scans
from tests.campaign.conftest import VILLAGES
from tests.campaign.syndicate import MakeRunner, Syndicate, until
from tests.campaign.villages import MX, villages, web_address
from tests.lab.lab import Lab
from tests.lab.model import Town
from tests.lab.towns import EXEMPLAIRE, NEGLIGEE, TOWNS
from tests.lab.truth import differences

pytestmark = pytest.mark.lab
Make = Callable[..., Syndicate]


def test_the_towns_of_the_laboratory_are_told_the_truth_about(
    lab: Lab, syndicate: Make, make_runner: MakeRunner, scanned: dict[str, ScanResult]
) -> None:
    made = syndicate(TOWNS, resolvers=(f"{lab.resolver[0]}:{lab.resolver[1]}",), ports=lab.ports, ca_file=lab.ca_file)
    campaign = made.run(made.campaign(), make_runner=make_runner)
    found = made.outcomes(campaign)
    assert {town.domain: differences(town, found[town.domain]) for town in TOWNS} == {town.domain: () for town in TOWNS}
    for town in TOWNS:
        sides = (found[town.domain], scanned[town.domain].outcomes)
        certain = [{each for each in side if not town.tolerates_unknown(each.check)} for side in map(_statuses, sides)]
        assert certain[0] == certain[1]
    assert campaign.state is CampaignState.TO_REVIEW


@dataclass(frozen=True)
class Said:
    """What a check said of a subject, without the words."""

    check: str
    subject: str
    status: Status


def _statuses(outcomes: tuple[Outcome, ...]) -> set[Said]:
    return {Said(each.check, each.subject.key, each.status) for each in outcomes}


def test_every_member_has_one_result_and_the_campaign_waits_to_be_read(
    syndicate: Make, make_runner: MakeRunner, tmp_path: Path
) -> None:
    made = syndicate()
    campaign = made.run(made.campaign(), make_runner=make_runner)
    assert made.campaigns.counts(campaign.id) == Counts(done=len(VILLAGES))
    assert set(made.outcomes(campaign)) == {town.domain for town in VILLAGES}
    assert made.told[-1].counts == Counts(done=len(VILLAGES))
    assert (campaign.state, campaign.started is not None, campaign.finished is not None) == (CampaignState.TO_REVIEW, True, True)
    assert list(tmp_path.glob("*-sender-*")) == []  # who holds nothing is seen by nobody


def test_machines_that_towns_share_are_looked_at_once_and_never_pressed(
    country: Lab, syndicate: Make, make_runner: MakeRunner
) -> None:
    made = syndicate()
    before = country.connections(MX)
    made.run(made.campaign(), make_runner=make_runner)
    limiter = made.premises.limiter
    assert isinstance(limiter, MemoryLimiter)
    assert country.connections(MX) - before == 1
    assert made.premises.shared.reused == 2 * (len(VILLAGES) - 1)  # the conversation and the TLSA records of the one mail server
    assert {limiter.worst[web_address(number)] for number in range(len(VILLAGES))} == {2}


def test_only_a_mandate_opens_the_active_level(country: Lab, syndicate: Make, make_runner: MakeRunner) -> None:
    made = syndicate((EXEMPLAIRE, *VILLAGES[:1]))
    campaign = made.run(made.campaign(), make_runner=make_runner)
    with_mandate, without = (made.history.latest(name) for name in (EXEMPLAIRE.domain, VILLAGES[0].domain))
    assert with_mandate is not None
    assert without is not None
    assert (with_mandate.score.perimeter, without.score.perimeter) == (Perimeter.MANDATED, Perimeter.PUBLIC)
    assert with_mandate.authorisation is not None
    assert without.authorisation is None
    services = {each.reason for each in without.outcomes if each.family == "services" and each.status is Status.UNKNOWN}
    assert services == {Reason.NO_MANDATE}
    lines = {line.about: line.mandate for line in made.register.audit_log() if line.what == "scan"}
    assert lines[EXEMPLAIRE.domain] is not None
    assert lines[VILLAGES[0].domain] is None
    assert made.campaigns.counts(campaign.id).done == 2


def test_who_asked_to_be_left_alone_gets_no_packet_and_is_named(country: Lab, syndicate: Make, make_runner: MakeRunner) -> None:
    made = syndicate((NEGLIGEE, *VILLAGES[:2]))
    made.register.consent.opt_out(NEGLIGEE.domain, None, "demande du maire")
    address = NEGLIGEE.dedicated[0]
    before = country.connections(address)
    campaign = made.run(made.campaign(), make_runner=make_runner)
    (member,) = made.campaigns.members(campaign.id, (MemberState.IMPOSSIBLE,))
    assert (member.domain, member.reason) == (NEGLIGEE.domain, "opted_out")
    assert country.connections(address) == before
    assert made.history.latest(NEGLIGEE.domain) is None


def test_a_name_that_does_not_exist_is_impossible_and_the_others_go_on(syndicate: Make, make_runner: MakeRunner) -> None:
    nowhere = Town("nulle-part", "nulle-part.fr", ())
    made = syndicate((nowhere, *VILLAGES[:2]))
    campaign = made.run(made.campaign(), make_runner=make_runner)
    assert made.campaigns.counts(campaign.id) == Counts(done=2, impossible=1)
    (member,) = made.campaigns.members(campaign.id, (MemberState.IMPOSSIBLE,))
    assert (member.domain, member.reason) == ("nulle-part.fr", "no_such_domain")


class Faulty(History):
    """A history with a fault of ours in it, which shows at one town alone."""

    def keep(self, result: ScanResult, campaign_id: int | None = None) -> Kept:
        if result.domain.name == VILLAGES[0].domain:
            raise ZeroDivisionError("notre faute")
        return super().keep(result, campaign_id)


def test_a_fault_of_ours_fails_one_member_after_three_attempts_and_spares_the_others(
    syndicate: Make, make_runner: MakeRunner
) -> None:
    made = syndicate(VILLAGES[:3])
    made.history = Faulty(made.store, made.catalogue)
    campaign = made.run(made.campaign(), make_runner=make_runner)
    assert made.campaigns.counts(campaign.id) == Counts(done=2, failed=1)
    (member,) = made.campaigns.members(campaign.id, (MemberState.FAILED,))
    assert (member.domain, member.attempts, member.reason) == (VILLAGES[0].domain, 3, "bug")
    assert member.detail == "ZeroDivisionError: notre faute"


def test_a_campaign_that_was_stopped_goes_on_where_it_was(country: Lab, syndicate: Make, make_runner: MakeRunner) -> None:
    made = syndicate()
    campaign = made.campaign()

    async def stop() -> None:
        working = asyncio.create_task(made.go_on(campaign, 2, make_runner))
        await until(lambda: made.campaigns.counts(campaign.id).done >= 3)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        assert working.cancelled()

    asyncio.run(stop())
    stopped = made.campaigns.get(campaign.id)
    counts = made.campaigns.counts(campaign.id)
    assert (stopped.state, stopped.reason, counts.running) == (CampaignState.PAUSED, Pause.STOPPED, 0)
    assert counts.done >= 3
    done = {town.domain for town in VILLAGES} & {result.domain.name for result in made.history.results(campaign.id)}
    finished = {name: result.finished_at for name in done if (result := made.history.latest(name))}
    campaign = made.run(campaign, make_runner=make_runner)
    assert made.campaigns.counts(campaign.id) == Counts(done=len(VILLAGES))
    for name, moment in finished.items():  # nobody was looked at twice
        result = made.history.latest(name)
        assert result is not None
        assert result.finished_at == moment
    with made.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(scans)) == len(VILLAGES)


def test_a_campaign_without_anybody_left_is_over_at_once(syndicate: Make, make_runner: MakeRunner) -> None:
    made = syndicate(villages(1))
    campaign = made.run(made.campaign(), make_runner=make_runner)
    assert made.campaigns.counts(campaign.id) == Counts(done=1)
    assert campaign.state is CampaignState.TO_REVIEW
