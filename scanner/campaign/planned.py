"""Mails that are to be made, and what was decided of a domain: rows of the store. Each method is one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, and_, delete, func, insert, select, update

from scanner.campaign.model import CampaignState
from scanner.campaign.outgoing import EXPOSURE, Outgoing
from scanner.store.campaign_tables import campaigns
from scanner.store.engine import Store
from scanner.store.followup_tables import planned_mails, reviews

_MAIL = planned_mails


class MailState(StrEnum):
    """Where a planned mail stands; the outbox knows what became of one that it has taken."""

    WAITING = "waiting"
    HELD = "held"
    QUEUED = "queued"
    EMPTY = "empty"  # nothing that this one receives was left to say


class Decision(StrEnum):
    """What a person said of one domain of a campaign."""

    HELD = "held"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Planned:
    """One mail to be made."""

    id: int
    campaign: int
    campaign_name: str
    domain: str
    recipient: str
    documents: tuple[str, ...]
    due: datetime
    state: MailState


@dataclass(frozen=True, slots=True)
class Word:
    """A decision, who took it, when and why."""

    decision: Decision
    by: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Reported:
    """The last campaign whose mails about a domain have left, and whom they went to."""

    campaign: int
    recipients: frozenset[str]


class Plans:
    """The planned mails and the decisions of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def write(self, campaign: int, mails: Iterable[Outgoing], owners: Mapping[str, int | None]) -> int:
        """The plan of a campaign in place of an earlier one; what the outbox has taken stays. How many wait now."""
        rows = [
            {
                "campaign": campaign,
                "domain": mail.domain,
                "authority": owners.get(mail.domain),
                "recipient": mail.recipient,
                "documents": " ".join(mail.documents),
                "due": mail.due,
                "state": MailState.HELD if mail.held else MailState.WAITING,
            }
            for mail in mails
        ]
        taken = _MAIL.c.state == MailState.QUEUED
        key = (_MAIL.c.domain, _MAIL.c.recipient, _MAIL.c.documents)
        with self._store.write() as connection:
            connection.execute(delete(_MAIL).where(_MAIL.c.campaign == campaign, ~taken))
            known = {tuple(row) for row in connection.execute(select(*key).where(_MAIL.c.campaign == campaign))}
            fresh = [row for row in rows if (row["domain"], row["recipient"], row["documents"]) not in known]
            if fresh:
                connection.execute(insert(_MAIL), fresh)
        return len(fresh)

    def due(self, now: datetime) -> tuple[Planned, ...]:
        """What is to be made now, by campaign and domain: only of campaigns that a person has approved."""
        open_ = campaigns.c.state.in_((CampaignState.APPROVED, CampaignState.DONE))
        chosen = _PLANNED.where(open_, _MAIL.c.state == MailState.WAITING, _MAIL.c.due <= now)
        return self._read(chosen.order_by(_MAIL.c.campaign, _MAIL.c.domain, _MAIL.c.id))

    def of_campaign(self, campaign: int) -> tuple[Planned, ...]:
        """Everything planned, the first to leave first."""
        return self._read(_PLANNED.where(_MAIL.c.campaign == campaign).order_by(_MAIL.c.due, _MAIL.c.domain, _MAIL.c.id))

    def mark(self, number: int, state: MailState, now: datetime) -> None:
        """It was made, or there was nothing to make."""
        with self._store.write() as connection:
            connection.execute(update(_MAIL).where(_MAIL.c.id == number).values(state=state, queued=now))

    def hold(self, campaign: int, domain: str) -> None:
        """What waits shall not leave; the short mail to the syndicate's own person does."""
        ours = _of(campaign, domain, MailState.WAITING)
        with self._store.write() as connection:
            connection.execute(update(_MAIL).where(ours, _MAIL.c.documents != EXPOSURE).values(state=MailState.HELD))

    def release(self, campaign: int, domain: str, approved: datetime, now: datetime) -> int:
        """What was held leaves as if the campaign were approved now; how many mails."""
        held = _of(campaign, domain, MailState.HELD)
        with self._store.write() as connection:
            rows = connection.execute(select(_MAIL.c.id, _MAIL.c.due).where(held)).all()
            for row in rows:
                later = max(row.due, row.due + (now - approved))
                connection.execute(update(_MAIL).where(_MAIL.c.id == row.id).values(state=MailState.WAITING, due=later))
        return len(rows)

    def counts(self, campaign: int) -> dict[MailState, int]:
        """How many mails are in each state."""
        chosen = select(_MAIL.c.state, func.count()).where(_MAIL.c.campaign == campaign).group_by(_MAIL.c.state)
        with self._store.read() as connection:
            return dict.fromkeys(MailState, 0) | {MailState(row[0]): row[1] for row in connection.execute(chosen)}

    def last_reported(self, domain: str, campaign: int) -> Reported | None:
        """By an earlier campaign than this one; None where nobody had heard of us before."""
        sent = and_(_MAIL.c.domain == domain, _MAIL.c.state == MailState.QUEUED, _MAIL.c.documents != EXPOSURE)
        chosen = select(_MAIL.c.campaign, _MAIL.c.recipient).join(campaigns, campaigns.c.id == _MAIL.c.campaign)
        chosen = chosen.where(sent, _MAIL.c.campaign < campaign)
        with self._store.read() as connection:
            rows = connection.execute(chosen.order_by(campaigns.c.planned.desc(), campaigns.c.id.desc())).all()
        if not rows:
            return None
        last = rows[0].campaign
        return Reported(last, frozenset(row.recipient.lower() for row in rows if row.campaign == last))

    def decide(self, campaign: int, domain: str, authority: int | None, word: Word) -> None:
        """In place of an earlier decision."""
        key = {"campaign": campaign, "domain": domain}
        values = {"authority": authority, "decision": word.decision, "by": word.by, "at": word.at, "note": word.note}
        with self._store.write() as connection:
            connection.execute(delete(reviews).where(reviews.c.campaign == campaign, reviews.c.domain == domain))
            connection.execute(insert(reviews).values(**key, **values))

    def decisions(self, campaign: int) -> dict[str, Word]:
        """What was decided, by domain."""
        with self._store.read() as connection:
            rows = connection.execute(select(reviews).where(reviews.c.campaign == campaign))
            return {row.domain: Word(Decision(row.decision), row.by, row.at, row.note) for row in rows}

    def _read(self, chosen: Any) -> tuple[Planned, ...]:
        with self._store.read() as connection:
            return tuple(map(_planned, connection.execute(chosen)))


_PLANNED = select(_MAIL, campaigns.c.name.label("campaign_name")).join(campaigns, campaigns.c.id == _MAIL.c.campaign)


def _of(campaign: int, domain: str, state: MailState) -> Any:
    return and_(_MAIL.c.campaign == campaign, _MAIL.c.domain == domain, _MAIL.c.state == state)


def _planned(row: Row[Any]) -> Planned:
    documents = tuple(row.documents.split())
    return Planned(row.id, row.campaign, row.campaign_name, row.domain, row.recipient, documents, row.due, MailState(row.state))
