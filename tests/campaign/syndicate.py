"""A syndicate in the laboratory: a store, a register with the towns as members, and campaigns over them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from scanner.campaign.campaigns import Campaigns
from scanner.campaign.canary import Pace
from scanner.campaign.job import Workplace, open_workplace
from scanner.campaign.model import Campaign
from scanner.campaign.plans import domains_of
from scanner.campaign.runner import InProcessRunner, Progress, Runner, run_campaign
from scanner.catalogue import Catalogue
from scanner.history import History
from scanner.model import Outcome
from scanner.net.door import Premises
from scanner.registry import Register
from scanner.registry.model import Authority, Kind, MandateRow, Origin, RegisteredDomain, Source
from scanner.settings import NetworkSettings
from scanner.store.engine import Store
from tests.lab.model import Town

#: Makes a runner for so many members side by side.
MakeRunner = Callable[[Workplace, int], Runner]
TODAY = datetime.now(UTC).date()
BY_HAND = Source(Origin.HAND, TODAY)
QUICK = Pace(beat=0.5, look=0.2, patience=4.0)


@dataclass
class Syndicate:
    """Members of a register, and the way to look at them."""

    store: Store
    network: NetworkSettings
    catalogue: Catalogue
    towns: Sequence[Town]
    pace: Pace = QUICK
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def __post_init__(self) -> None:
        self.register = Register(self.store, who="essai")
        self.campaigns = Campaigns(self.store, clock=self.clock)
        self.history = History(self.store, self.catalogue)
        self.premises = Premises(self.network)
        self.told: list[Progress] = []

    def enrol(self) -> None:
        """Each town becomes a member; those with machines of their own sign a mandate that names them."""
        for town in self.towns:
            if self.register.owner_of(town.domain) is not None:
                continue
            domain = RegisteredDomain(town.domain, BY_HAND)
            self.register.save(Authority(town.domain, Kind.COMMUNE, domains=(domain,), sources={"name": BY_HAND}))
            if town.dedicated:
                row = MandateRow("Laboratoire", (town.domain,), date(2020, 1, 1), date(2099, 1, 1), tuple(town.dedicated))
                self.register.consent.add_mandate(self.register.authority(town.domain).id or 0, row)

    def campaign(self, name: str = "2026-11") -> Campaign:
        """A new one over all members."""
        return self.campaigns.create(name, domains_of(self.register.authorities()), planned=self.clock())

    def workplace(self, campaign: Campaign) -> Workplace:
        """As the command line makes it, at a quicker pace."""
        return open_workplace(campaign.id, self.campaigns, self.history, self.register, self.premises, "essai", self.pace)

    def run(self, campaign: Campaign, side_by_side: int = 16, make_runner: MakeRunner = InProcessRunner) -> Campaign:
        """To its end."""
        return asyncio.run(self.go_on(campaign, side_by_side, make_runner))

    async def go_on(self, campaign: Campaign, side_by_side: int = 16, make_runner: MakeRunner = InProcessRunner) -> Campaign:
        """The same, so that something else may happen beside it."""
        runner = make_runner(self.workplace(campaign), side_by_side)
        return await run_campaign(campaign.id, runner, self.campaigns, self.told.append)

    def outcomes(self, campaign: Campaign) -> dict[str, tuple[Outcome, ...]]:
        """What the campaign concluded of each domain."""
        return {result.domain.name: result.outcomes for result in self.history.results(campaign.id)}

    def close(self) -> None:
        """End its threads."""
        self.premises.close()


async def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for something that happens beside us. Raises TimeoutError."""
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise TimeoutError
