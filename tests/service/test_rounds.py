"""A round of the service: who is looked at, and who is not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanner.campaign.campaigns import Campaigns
from scanner.campaign.due import Monthly, Plan
from scanner.campaign.model import Campaign, CampaignState
from scanner.campaign.runner import AlreadyAtWork, Tell
from scanner.cli.serving import Voice
from scanner.net.door import Premises
from scanner.registry import Authority, Register, RegisteredDomain
from scanner.registry.model import Origin, Source
from scanner.service.rounds import Outcome, Round, Rounds
from scanner.settings import NetworkSettings
from scanner.store.engine import Store, open_store
from tests.doctor.places import resolver, zone

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TOWN = "saint-exemple.fr"


class Recorded:
    """A runner that only notes which campaigns it was given; scanning is the campaign's own affair, tested there."""

    def __init__(self, given: list[int], trouble: Exception | None) -> None:
        self._given = given
        self._trouble = trouble

    async def run(self, campaign: int, tell: Tell) -> None:
        self._given.append(campaign)
        if self._trouble is not None:
            raise self._trouble


class Office:
    """An installation with one member."""

    def __init__(self, store: Store, server: tuple[str, int], trouble: Exception | None = None) -> None:
        self.campaigns = Campaigns(store, clock=lambda: NOW)
        self.given: list[int] = []
        self.tidied = 0
        register = Register(store)
        if not register.authorities():
            source = Source(Origin.HAND, NOW.date())
            register.save(Authority("Saint-Exemple", domains=(RegisteredDomain(TOWN, source),)))
        network = NetworkSettings(resolvers=(f"{server[0]}:{server[1]}",), validating=True)

        def runner(campaign: Campaign, premises: Premises) -> Recorded:
            return Recorded(self.given, trouble)

        def tidy() -> None:
            self.tidied += 1

        self.rounds = Rounds(
            self.campaigns, (Plan(rhythm=Monthly(1)),), register.authorities, lambda: Premises(network), runner, tidy, lambda: NOW
        )

    def round(self) -> Round:
        return asyncio.run(self.rounds.round(lambda campaign, progress: None))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'beffroi.db'}") as opened:
        yield opened


def test_who_is_due_is_looked_at_once(store: Store) -> None:
    with resolver(zone(TOWN, "80.67.169.12")) as server:
        office = Office(store, server)
        first, second = office.round(), office.round()
    assert [(each.name, each.state) for each in first.campaigns] == [("2026-11", CampaignState.TO_REVIEW)]
    assert second == Round(Outcome.IDLE)
    assert (len(office.given), office.tidied) == (1, 1)


def test_from_inside_the_network_nobody_is_looked_at_and_the_campaign_waits(store: Store) -> None:
    with resolver(zone(TOWN, "10.0.0.5")) as inside:
        office = Office(store, inside)
        held = office.round()
    assert (held.outcome, [finding.test for finding in held.findings]) == (Outcome.HELD, ["horizon"])
    assert office.given == []
    with resolver(zone(TOWN, "80.67.169.12")) as server:
        assert Office(store, server).round().outcome is Outcome.FINISHED


def test_another_process_at_work_is_waited_for(store: Store) -> None:
    with resolver(zone(TOWN, "80.67.169.12")) as server:
        assert Office(store, server, AlreadyAtWork()).round() == Round(Outcome.ELSEWHERE)


def spoken(say: Callable[[Voice], None]) -> list[str]:
    lines: list[str] = []
    say(Voice("fr", lines.append))
    return lines


def test_the_same_thing_is_said_once() -> None:
    def say(voice: Voice) -> None:
        for outcome in (Outcome.IDLE, Outcome.IDLE, Outcome.ELSEWHERE, Outcome.IDLE):
            voice.round(Round(outcome))

    assert len(spoken(say)) == 3


@pytest.mark.parametrize("outcome", [Outcome.IDLE, Outcome.ELSEWHERE])
def test_every_outcome_without_a_reason_has_its_words(outcome: Outcome) -> None:
    assert spoken(lambda voice: voice.round(Round(outcome)))
