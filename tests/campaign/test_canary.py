"""When our own side is ill nobody is graded: a resolver that dies, one that lost its way out, a network without answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest

from scanner.campaign.canary import Canary, Pace
from scanner.campaign.model import CampaignState, Counts, Pause
from scanner.model import Outcome
from scanner.net.door import Premises
from scanner.settings import NetworkSettings
from tests.campaign.conftest import VILLAGES
from tests.campaign.resolver import Manner, Tap
from tests.campaign.syndicate import QUICK, Syndicate, until
from tests.campaign.villages import SILENT
from tests.lab.lab import Lab
from tests.lab.towns import EXEMPLAIRE, MUETTE, NEGLIGEE

pytestmark = pytest.mark.lab
Make = Callable[..., Syndicate]


@pytest.fixture
def tap(country: Lab) -> Iterator[Tap]:
    with Tap(country.resolver) as made:
        yield made


def canary(network: NetworkSettings, named: str = "", stand_ins: tuple[str, ...] = (), pace: Pace = QUICK) -> Canary:
    async def waiting() -> tuple[str, ...]:
        return stand_ins

    return Canary(Premises(network), named, waiting, pace)


@pytest.mark.parametrize(
    ("named", "stand_ins", "wanted"),
    [
        (EXEMPLAIRE.domain, (), None),
        (MUETTE.domain, (), None),  # 429 is an answer too
        (SILENT.domain, (EXEMPLAIRE.domain,), Pause.NETWORK),  # who names a canary means it
        ("", (SILENT.domain, EXEMPLAIRE.domain), None),  # one member that answers is enough
        ("", (SILENT.domain,) * 5, Pause.NETWORK),
        ("", (SILENT.domain,), None),  # one that is silent may simply be dead
        ("", (), None),
    ],
)
def test_a_machine_outside_must_answer(
    network: NetworkSettings, named: str, stand_ins: tuple[str, ...], wanted: Pause | None
) -> None:
    assert asyncio.run(canary(network, named, stand_ins).look()) is wanted


@pytest.mark.parametrize("manner", [Manner.SILENT, Manner.SERVFAIL])
def test_a_resolver_that_does_not_find_the_root_is_ill(network: NetworkSettings, tap: Tap, manner: Manner) -> None:
    tap.manner = manner
    asked = network.model_copy(update={"resolvers": (tap.address,)})
    assert asyncio.run(canary(asked, EXEMPLAIRE.domain).look()) is Pause.RESOLVER


def test_a_result_counts_only_where_our_side_was_well_from_its_first_to_its_last_moment(
    network: NetworkSettings, tap: Tap
) -> None:
    watch = canary(network.model_copy(update={"resolvers": (tap.address,)}), EXEMPLAIRE.domain)

    async def go() -> list[Pause | None]:
        before = watch.clock()
        said = [await watch.vouch(before, blind=False)]
        tap.manner = Manner.SERVFAIL
        said.append(await watch.vouch(before, blind=False))
        tap.manner = Manner.WELL
        said.append(await watch.vouch(before, blind=False))
        said.append(await watch.vouch(watch.clock(), blind=True))
        return said

    assert asyncio.run(go()) == [None, Pause.RESOLVER, Pause.RESOLVER, None]


def test_those_who_ask_at_once_share_one_look(country: Lab, network: NetworkSettings) -> None:
    watch = canary(network, EXEMPLAIRE.domain)
    address = EXEMPLAIRE.web[0].address

    async def go() -> int:
        before = country.connections(address)
        await asyncio.gather(*(watch.vouch(watch.clock(), blind=True) for _ in range(12)))
        return country.connections(address) - before

    assert asyncio.run(go()) == 1


@pytest.fixture
def undisturbed(syndicate: Make) -> dict[str, tuple[Outcome, ...]]:
    """What a campaign without any trouble concludes."""
    made = syndicate()
    return made.outcomes(made.run(made.campaign("sans-panne")))


@pytest.mark.parametrize("manner", [Manner.SILENT, Manner.SERVFAIL])
def test_a_resolver_that_dies_during_the_campaign_makes_nobody_look_worse_or_better(
    syndicate: Make, undisturbed: dict[str, tuple[Outcome, ...]], tap: Tap, manner: Manner
) -> None:
    made = syndicate(resolvers=(tap.address,))
    campaign = made.campaign()

    def paused() -> bool:
        found = made.campaigns.get(campaign.id)
        return (found.state, found.reason) == (CampaignState.PAUSED, Pause.RESOLVER)

    async def fail_and_recover() -> None:
        working = asyncio.create_task(made.go_on(campaign, 3))
        await until(lambda: made.campaigns.counts(campaign.id).done >= 3)
        tap.manner = manner
        await until(paused)
        done = made.campaigns.counts(campaign.id).done
        await until(lambda: made.campaigns.counts(campaign.id).running == 0)
        assert made.campaigns.counts(campaign.id).done == done
        tap.manner = Manner.WELL
        await working

    asyncio.run(fail_and_recover())
    assert made.campaigns.counts(campaign.id) == Counts(done=len(VILLAGES))
    assert made.outcomes(campaign) == undisturbed
    assert made.campaigns.get(campaign.id).state is CampaignState.TO_REVIEW


def test_a_resolver_that_is_dead_at_the_start_is_waited_for(syndicate: Make, tap: Tap) -> None:
    made = syndicate(VILLAGES[:2], resolvers=(tap.address,))
    campaign = made.campaign()
    tap.manner = Manner.SERVFAIL

    async def recover() -> None:
        working = asyncio.create_task(made.go_on(campaign))
        await until(lambda: Pause.RESOLVER in [progress.pause for progress in made.told])
        assert made.campaigns.get(campaign.id).state is CampaignState.PAUSED
        assert made.campaigns.counts(campaign.id) == Counts(waiting=2)
        tap.manner = Manner.WELL
        await working

    asyncio.run(recover())
    assert made.campaigns.counts(campaign.id) == Counts(done=2)


def test_towns_that_show_nothing_are_kept_as_such_once_somebody_else_answers(syndicate: Make) -> None:
    made = syndicate((SILENT, NEGLIGEE), canary=EXEMPLAIRE.domain)
    campaign = made.run(made.campaign())
    assert made.campaigns.counts(campaign.id) == Counts(done=2)
    silent = made.history.latest(SILENT.domain)
    assert silent is not None
    assert silent.score.grade is None
    assert {member.attempts for member in made.campaigns.members(campaign.id)} == {1}
