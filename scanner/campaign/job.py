"""One member of a campaign, from its claim to its result. The same job for every runner, and it may be done twice (DESIGN 8)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from random import SystemRandom
from typing import Protocol

from scanner.campaign.campaigns import Campaigns
from scanner.campaign.canary import MAX_STAND_INS, USUAL, Canary, Pace
from scanner.campaign.model import Claim, MemberState
from scanner.campaign.patience import Patience
from scanner.catalogue import Catalogue
from scanner.history import History
from scanner.model import Domain, Reason, Unobserved
from scanner.net.door import Premises
from scanner.registry.model import MandateRow
from scanner.result import ScanResult
from scanner.scan import Order, ScanImpossible, scan
from scanner.settings import OptOut
from scanner.store.errors import StoreError

log = logging.getLogger(__name__)
MAX_ATTEMPTS = 3  # of a member that fails by our own fault
NO_NETWORK = "no_network"
CLAIM_SECONDS = 5.0  # until a claim that we do not want any more is left to whoever resumes
WITNESSES = 2  # members with a result that may be asked whether it is we who hear nothing


class Consents(Protocol):
    """What the register says of a domain on a day; `scanner.registry.Register` does."""

    def mandate_row(self, domain: str, on: date) -> MandateRow | None:
        """What opens the active level."""
        ...

    def opt_outs(self, on: date) -> tuple[OptOut, ...]:
        """Who asked not to be looked at."""
        ...

    def audit(self, who: str, what: str, *, about: str = "", mandate: MandateRow | None = None) -> None:
        """One more line of the log."""
        ...


@dataclass(frozen=True)
class Workplace:
    """All that a process needs to look at members, by the clock of `campaigns`. `who` stands in the log of the register."""

    campaigns: Campaigns
    history: History
    register: Consents
    catalogue: Catalogue
    premises: Premises
    canary: Canary
    who: str
    patience: Patience


def open_workplace(
    campaign: int,
    campaigns: Campaigns,
    history: History,
    register: Consents,
    premises: Premises,
    who: str,
    pace: Pace = USUAL,
) -> Workplace:
    """With a canary: the one that the settings name, else members of this campaign."""
    patience = Patience()

    async def stand_ins() -> tuple[str, ...]:
        refusals = (*premises.settings.opt_out, *await patience.call(register.opt_outs, campaigns.clock().date()))
        waiting = await patience.call(campaigns.members, campaign, (MemberState.WAITING, MemberState.RUNNING))
        answered = await patience.call(history.graded, campaign)
        return choose_stand_ins([each.domain for each in waiting], answered, refusals, campaigns.clock().date())

    canary = Canary(premises, premises.settings.canary, stand_ins, pace)
    return Workplace(campaigns, history, register, history.catalogue, premises, canary, who, patience)


def choose_stand_ins(waiting: Sequence[str], answered: Sequence[str], refusals: Sequence[OptOut], today: date) -> tuple[str, ...]:
    """Some that wait, whom we shall visit anyway; then some that have answered today, in case the others are all dead."""

    def some(names: Sequence[str], count: int) -> list[str]:
        free = [name for name in names if not any(entry.covers(name, today) for entry in refusals)]
        return SystemRandom().sample(free, min(count, len(free)))

    return (*some(waiting, MAX_STAND_INS - WITNESSES), *some(answered, WITNESSES))


class Ending(Enum):
    """What became of a member."""

    SETTLED = auto()
    AGAIN = auto()  # it waits for another attempt
    OURS = auto()  # our own side is ill: it waits, and whoever goes on would grade nobody rightly
    STOPPED = auto()  # a person stopped us: it waits


async def claim_next(campaign: int, place: Workplace, domain: str = "") -> Claim | None:
    """A member, ours alone, or the one that is named; one that we get although we were stopped meanwhile waits again."""
    token = place.campaigns.token()
    claiming = asyncio.create_task(place.patience.call(place.campaigns.claim, campaign, token, domain))
    try:
        return await asyncio.shield(claiming)
    except asyncio.CancelledError:
        await asyncio.wait((claiming,), timeout=CLAIM_SECONDS)
        if claiming.done() and (claim := claiming.result()) is not None:
            await _let_go(claim, place)
        claiming.cancel()
        raise


async def look_at(claim: Claim, place: Workplace) -> Ending:
    """Scan a claimed member and settle it, or put it back. Raises StoreError where the store cannot be used at all."""
    try:
        return await _look_at(claim, place)
    except asyncio.CancelledError:
        await _let_go(claim, place)
        raise
    except StoreError:
        raise
    except Exception as error:  # one member must not end the campaign of all
        log.exception("campaign %s: %s", claim.campaign, claim.domain)
        return await _after_a_bug(claim, place, error)


async def _look_at(claim: Claim, place: Workplace) -> Ending:
    began = place.canary.clock()
    try:
        result = await scan(await _order(claim, place), place.catalogue, place.premises, clock=place.campaigns.clock)
    except ScanImpossible as problem:
        return await _impossible(claim, place, problem, began)
    if result.interrupted:
        await _put_back(claim, place)
        return Ending.STOPPED
    if await place.canary.vouch(began, blind=result.score.grade is None) is not None:
        await _put_back(claim, place)
        return Ending.OURS
    if claim.attempts == 1 and _doubtful(result):
        await place.patience.call(place.campaigns.put_back, claim, attempts=claim.attempts)
        return Ending.AGAIN
    await place.patience.call(place.history.keep, result, claim.campaign)
    return Ending.SETTLED


async def _order(claim: Claim, place: Workplace) -> Order:
    """Under the mandate and the refusals of this very day, and noted in the log before the first packet."""
    today = place.campaigns.clock().date()
    mandate = await place.patience.call(place.register.mandate_row, claim.domain, today)
    opt_outs = await place.patience.call(place.register.opt_outs, today)
    await place.patience.call(place.register.audit, place.who, "scan", about=claim.domain, mandate=mandate)
    return Order(Domain(claim.domain), mandate.as_mandate() if mandate else None, opt_outs)


async def _impossible(claim: Claim, place: Workplace, problem: ScanImpossible, began: float) -> Ending:
    """Nothing to grade: the domain's own affair, unless our side is ill."""
    ours = problem.kind == NO_NETWORK
    if problem.kind != "opted_out":  # that was said by a person, not seen
        ours = await place.canary.vouch(began, blind=True) is not None or ours
    if ours:
        await _put_back(claim, place)
        return Ending.OURS
    await place.patience.call(place.campaigns.settle, claim, MemberState.IMPOSSIBLE, problem.kind, problem.detail)
    return Ending.SETTLED


async def _after_a_bug(claim: Claim, place: Workplace, error: Exception) -> Ending:
    if claim.attempts < MAX_ATTEMPTS:
        await place.patience.call(place.campaigns.put_back, claim, attempts=claim.attempts)
        return Ending.AGAIN
    detail = f"{type(error).__name__}: {error}"
    await place.patience.call(place.campaigns.settle, claim, MemberState.FAILED, Reason.BUG.value, detail)
    return Ending.SETTLED


async def _let_go(claim: Claim, place: Workplace) -> None:
    """The same at the end of our work, without patience: whoever resumes would find it by its dead process too."""
    with contextlib.suppress(StoreError):
        await asyncio.to_thread(place.campaigns.put_back, claim, attempts=claim.attempts - 1)


async def _put_back(claim: Claim, place: Workplace) -> None:
    """As if we had never begun."""
    await place.patience.call(place.campaigns.put_back, claim, attempts=claim.attempts - 1)


def _doubtful(result: ScanResult) -> bool:
    """Whether something stayed unseen by our own fault although our side is well now: a second look may see it."""
    return any(isinstance(sight, Unobserved) and sight.reason is Reason.OURS for _, _, sight in result.seen)
