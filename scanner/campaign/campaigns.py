"""Campaigns in the store: made, moved from state to state, their members taken one by one and given back (docs/campaigns.md).

A member that is being looked at is RUNNING, under a token that names the process. A living process is told from a dead
one by the kernel where the store is a file (scanner/store/presence.py), else by a lease that the living renew. History
settles a member in the same transaction as its result, so neither is ever there without the other.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from scanner.campaign import rows
from scanner.campaign.model import (
    FINAL,
    MOVES,
    UNFINISHED,
    Campaign,
    CampaignState,
    Claim,
    Counts,
    Member,
    MemberState,
    NameTaken,
    NoMembers,
    NotAllowed,
)
from scanner.store.campaign_tables import campaign_members, campaigns
from scanner.store.engine import Store

LEASE = timedelta(minutes=5)  # renewed each minute while its process lives
MAX_DETAIL = 300
_MEMBER = campaign_members


def _now() -> datetime:
    return datetime.now(UTC)


class Campaigns:
    """The campaigns of one store. Every method is one transaction; StoreBusy means that it may be called again."""

    def __init__(self, store: Store, *, clock: Callable[[], datetime] = _now, lease: timedelta = LEASE) -> None:
        self._store = store
        self.clock = clock
        self._lease = lease

    def create(self, name: str, domains: Iterable[str], *, planned: datetime, plan: str = "", choice: str = "") -> Campaign:
        """A new campaign with its members, in the order given. Raises NameTaken, NoMembers."""
        places = [{"domain": domain, "place": place} for place, domain in enumerate(dict.fromkeys(domains))]
        if not places:
            raise NoMembers
        values = {"name": name, "plan": plan, "filter": choice, "planned": planned, "state": CampaignState.PLANNED}
        try:
            with self._store.write() as connection:
                made = insert(campaigns).values(**values, reason="", approved_by="").returning(campaigns.c.id)
                number = connection.execute(made).scalar_one()
                usual = {"campaign": number, "state": MemberState.WAITING, "attempts": 0, "reason": "", "detail": ""}
                connection.execute(insert(_MEMBER), [usual | each for each in places])
        except IntegrityError as error:
            raise NameTaken(name) from error
        return self.get(number)

    def get(self, number: int) -> Campaign:
        """By its number. Raises LookupError."""
        with self._store.read() as connection:
            return rows.campaign(rows.row_of(connection, number))

    def find(self, name: str) -> Campaign | None:
        """By its name."""
        with self._store.read() as connection:
            row = connection.execute(select(campaigns).where(campaigns.c.name == name)).first()
        return rows.campaign(row) if row else None

    def all(self, states: Iterable[CampaignState] = tuple(CampaignState)) -> tuple[Campaign, ...]:
        """Those in these states, the newest first."""
        chosen = select(campaigns).where(campaigns.c.state.in_(tuple(states)))
        with self._store.read() as connection:
            return tuple(
                map(rows.campaign, connection.execute(chosen.order_by(campaigns.c.planned.desc(), campaigns.c.id.desc())))
            )

    def unfinished(self) -> tuple[Campaign, ...]:
        """Those that have members left, the oldest first."""
        return self.all(UNFINISHED)[::-1]

    def last_by_plan(self) -> dict[str, datetime]:
        """For what date each plan was last carried out, or begun: what `due` asks."""
        chosen = select(campaigns.c.plan, func.max(campaigns.c.planned)).where(campaigns.c.plan != "").group_by(campaigns.c.plan)
        with self._store.read() as connection:
            return {row[0]: row[1] for row in connection.execute(chosen)}

    def counts(self, number: int) -> Counts:
        """How far it is."""
        chosen = select(_MEMBER.c.state, func.count()).where(_MEMBER.c.campaign == number).group_by(_MEMBER.c.state)
        with self._store.read() as connection:
            return Counts(**{row[0]: row[1] for row in connection.execute(chosen)})

    def members(self, number: int, states: Iterable[MemberState] = tuple(MemberState)) -> tuple[Member, ...]:
        """The members in these states, in their order."""
        ours = and_(_MEMBER.c.campaign == number, _MEMBER.c.state.in_(tuple(states)))
        with self._store.read() as connection:
            return tuple(map(rows.member, connection.execute(select(_MEMBER).where(ours).order_by(_MEMBER.c.place))))

    def move(self, number: int, to: CampaignState, reason: str = "", by: str = "") -> Campaign:
        """Into another state; `by` approves. Raises NotAllowed."""
        now = self.clock()
        with self._store.write() as connection:
            row = rows.row_of(connection, number)
            if to not in MOVES[CampaignState(row.state)]:
                raise NotAllowed(CampaignState(row.state), to)
            values: dict[str, object] = {"state": to, "reason": reason}
            if to is CampaignState.RUNNING and row.started is None:
                values["started"] = now
            if to is CampaignState.TO_REVIEW:
                values["finished"] = now
            if to is CampaignState.APPROVED:
                values |= {"approved": now, "approved_by": by}
            connection.execute(update(campaigns).where(campaigns.c.id == number).values(values))
        return self.get(number)

    def token(self) -> str:
        """For one claim: which process, and which of its members."""
        return f"{self._store.presence.name}/{uuid.uuid4().hex[:16]}"

    def claim(self, number: int, token: str, domain: str = "") -> Claim | None:
        """The next member, or the one that is named, ours alone from now on; None where none waits or the campaign does not run.

        The same token again gives the same member, so a call whose end was not seen may be repeated.
        """
        named = (_MEMBER.c.domain == domain,) if domain else ()
        mine = (_MEMBER.c.campaign == number, *named)
        held = select(_MEMBER).where(*mine, _MEMBER.c.state == MemberState.RUNNING, _MEMBER.c.token == token)
        free = select(_MEMBER).where(*mine, _MEMBER.c.state == MemberState.WAITING)
        next_ = free.order_by(_MEMBER.c.attempts, _MEMBER.c.place).limit(1).with_for_update(skip_locked=True)
        with self._store.write() as connection:
            if connection.scalar(select(campaigns.c.state).where(campaigns.c.id == number)) != CampaignState.RUNNING:
                return None
            row = connection.execute(held).first() or connection.execute(next_).first()
            if row is None:
                return None
            attempts = row.attempts + (row.state == MemberState.WAITING)
            values = {"state": MemberState.RUNNING, "token": token, "lease": self.clock() + self._lease, "attempts": attempts}
            connection.execute(update(_MEMBER).where(*_this(number, row.domain)).values(values))
        return Claim(number, row.domain, token, attempts)

    def renew(self) -> None:
        """Whoever holds members in this process lives."""
        with self._store.write() as connection:
            connection.execute(update(_MEMBER).where(self._ours()).values(lease=self.clock() + self._lease))

    def enter(self, number: int) -> bool:
        """This process carries the campaign out; false where another living one of this machine carries any out.

        On a server nobody can tell; claims alone keep two processes apart there.
        """
        ours, known = self._store.presence.name, self._store.presence.known()
        with self._store.write() as connection:
            runners = set(connection.scalars(select(campaigns.c.runner).where(campaigns.c.runner.is_not(None))))
            if any(known.get(name, False) for name in runners - {ours}):
                return False
            connection.execute(update(campaigns).where(campaigns.c.runner.is_not(None)).values(runner=None))
            connection.execute(update(campaigns).where(campaigns.c.id == number).values(runner=ours))
        return True

    def leave(self) -> None:
        """This process carries nothing out any more; where it holds a member still, its death will be seen."""
        with self._store.write() as connection:
            connection.execute(update(campaigns).where(campaigns.c.runner == self._store.presence.name).values(runner=None))
            holds = connection.execute(select(_MEMBER.c.domain).where(self._ours()).limit(1)).first() is not None
        if not holds:
            self._store.presence.leave()

    def put_back(self, claim: Claim, *, attempts: int) -> None:
        """It waits again, after `attempts` attempts that count; nothing where it is no longer ours."""
        values = {"state": MemberState.WAITING, "token": None, "lease": None, "attempts": attempts}
        with self._store.write() as connection:
            connection.execute(update(_MEMBER).where(*_held(claim)).values(values))

    def settle(self, claim: Claim, state: MemberState, reason: str, detail: str = "") -> None:
        """It needs nothing more; a member with a result is settled by History."""
        clean = "".join(letter if letter.isprintable() else " " for letter in detail)[:MAX_DETAIL]
        values = {"state": state, "token": None, "lease": None, "reason": reason, "detail": clean, "settled": self.clock()}
        with self._store.write() as connection:
            connection.execute(update(_MEMBER).where(*_held(claim)).values(values))

    def sweep(self, number: int) -> int:
        """Members whose process is dead wait again; how many."""
        now = self.clock()
        known = self._store.presence.known()
        held = and_(_MEMBER.c.campaign == number, _MEMBER.c.state == MemberState.RUNNING)
        with self._store.write() as connection:
            taken = connection.execute(select(_MEMBER.c.domain, _MEMBER.c.token, _MEMBER.c.lease).where(held)).all()
            dead = [row.domain for row in taken if not known.get(row.token.partition("/")[0], row.lease >= now)]
            values = {"state": MemberState.WAITING, "token": None, "lease": None}
            for domain in dead:
                connection.execute(update(_MEMBER).where(*_this(number, domain)).values(values))
        for name in {row.token.partition("/")[0] for row in taken if row.domain in dead}:
            self._store.presence.forget(name)
        return len(dead)

    def _ours(self) -> ColumnElement[bool]:
        return and_(_MEMBER.c.state == MemberState.RUNNING, _MEMBER.c.token.startswith(f"{self._store.presence.name}/"))


def _this(number: int, domain: str) -> tuple[Any, Any]:
    return _MEMBER.c.campaign == number, _MEMBER.c.domain == domain


def _held(claim: Claim) -> tuple[Any, ...]:
    return (*_this(claim.campaign, claim.domain), _MEMBER.c.token == claim.token, _MEMBER.c.state.not_in(FINAL))
