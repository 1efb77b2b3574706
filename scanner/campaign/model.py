"""The words of a campaign: its states, its members' states, what was taken and how far it is. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CampaignState(StrEnum):
    """Where a campaign stands; nothing leaves the house before APPROVED."""

    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"  # our side is ill, or a person stopped it; nobody is graded
    TO_REVIEW = "to_review"
    APPROVED = "approved"
    DONE = "done"  # everything that it gave rise to has left


class MemberState(StrEnum):
    """Where one domain of a campaign stands. The last three are final: it is not looked at again."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    IMPOSSIBLE = "impossible"  # nothing to grade; the reason is a key of the messages (`impossible.<reason>`)
    FAILED = "failed"  # our own fault, more than once


FINAL = (MemberState.DONE, MemberState.IMPOSSIBLE, MemberState.FAILED)
UNFINISHED = (CampaignState.PLANNED, CampaignState.RUNNING, CampaignState.PAUSED)

#: From where a campaign may go where.
MOVES: dict[CampaignState, tuple[CampaignState, ...]] = {
    CampaignState.PLANNED: (CampaignState.RUNNING,),
    CampaignState.RUNNING: (CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.TO_REVIEW),
    CampaignState.PAUSED: (CampaignState.RUNNING, CampaignState.PAUSED),
    CampaignState.TO_REVIEW: (CampaignState.APPROVED,),
    CampaignState.APPROVED: (CampaignState.DONE,),
    CampaignState.DONE: (),
}


class Pause(StrEnum):
    """Why a campaign is paused; keys of the messages (`campaign.pause.<pause>`)."""

    RESOLVER = "resolver"  # none of ours answers
    NETWORK = "network"  # names are found, and no machine outside answers
    STORE = "store"  # locked, full or out of reach
    STOPPED = "stopped"  # a person, or the end of the service


class NotAllowed(Exception):
    """The campaign is not in a state from which it may go there."""

    def __init__(self, state: CampaignState, to: CampaignState) -> None:
        super().__init__(f"{state} -> {to}")
        self.state = state
        self.to = to


class NameTaken(Exception):
    """There is a campaign of this name already."""


class NoMembers(Exception):
    """Nobody is to be looked at."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """One look at many domains. `planned` is the date of its plan; `choice` says in words who was chosen."""

    id: int
    name: str
    plan: str
    choice: str
    planned: datetime
    state: CampaignState
    reason: str = ""
    started: datetime | None = None
    finished: datetime | None = None
    approved_by: str = ""
    approved: datetime | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """One domain of a campaign."""

    domain: str
    state: MemberState
    attempts: int
    reason: str = ""
    detail: str = ""
    settled: datetime | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A member that is ours alone for now. `attempts` counts this one."""

    campaign: int
    domain: str
    token: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many members are in each state."""

    waiting: int = 0
    running: int = 0
    done: int = 0
    impossible: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.waiting + self.running + self.settled

    @property
    def settled(self) -> int:
        """Those that need nothing more."""
        return self.done + self.impossible + self.failed
