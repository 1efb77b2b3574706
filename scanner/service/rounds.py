"""One round of the service: whoever is due is looked at, unless this machine does not see what the Internet sees."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from scanner.campaign.campaigns import Campaigns
from scanner.campaign.due import Plan
from scanner.campaign.model import Campaign
from scanner.campaign.opening import open_due
from scanner.campaign.patience import Patience
from scanner.campaign.runner import AlreadyAtWork, Progress, Runner, run_campaign
from scanner.doctor import Finding, before_grading, grading_allowed
from scanner.net.door import Premises
from scanner.registry.model import Authority

#: Hears of each campaign how far it is.
Hear = Callable[[Campaign, Progress], None]


class Outcome(StrEnum):
    """What a round came to; keys of the messages (`serve.<outcome>`)."""

    IDLE = "idle"  # nobody is due
    HELD = "held"  # our own side is ill: nobody was looked at
    ELSEWHERE = "elsewhere"  # another process of this installation looks at members
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Round:
    """`findings` say why nobody was looked at; `campaigns` are those that now wait to be read."""

    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    campaigns: tuple[Campaign, ...] = ()


@dataclass(frozen=True)
class Rounds:
    """What a round needs of the installation. `authorities` reads the register, `make_runner` is for one campaign, `tidy`
    forgets what is kept no longer."""

    campaigns: Campaigns
    plans: Sequence[Plan]
    authorities: Callable[[], Iterable[Authority]]
    make_premises: Callable[[], Premises]
    make_runner: Callable[[Campaign, Premises], Runner]
    tidy: Callable[[], object]
    clock: Callable[[], datetime]

    async def round(self, hear: Hear) -> Round:
        """Those that were begun, then those that are due. Raises StoreError where the store cannot be used at all."""
        patience = Patience()
        waiting = await patience.call(self._waiting)
        if not waiting:
            return Round(Outcome.IDLE)
        premises = self.make_premises()
        try:
            findings = await before_grading(await patience.call(self._domains, waiting), premises, self.clock)
            if not grading_allowed(findings):
                return Round(Outcome.HELD, tuple(finding for finding in findings if finding.stops))
            done = tuple([await self._one(each, premises, hear) for each in waiting])
            await patience.call(self.tidy)
            return Round(Outcome.FINISHED, campaigns=done)
        except AlreadyAtWork:
            return Round(Outcome.ELSEWHERE)
        finally:
            premises.close()

    async def _one(self, campaign: Campaign, premises: Premises, hear: Hear) -> Campaign:
        def tell(progress: Progress) -> None:
            hear(campaign, progress)

        return await run_campaign(campaign.id, self.make_runner(campaign, premises), self.campaigns, tell)

    def _waiting(self) -> tuple[Campaign, ...]:
        begun = self.campaigns.unfinished()
        return (*begun, *open_due(self.campaigns, self.plans, self.authorities(), self.clock()))

    def _domains(self, waiting: Sequence[Campaign]) -> tuple[str, ...]:
        return tuple(member.domain for campaign in waiting for member in self.campaigns.members(campaign.id))
