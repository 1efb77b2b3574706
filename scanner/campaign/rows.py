"""Campaigns and members from their rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from scanner.campaign.model import Campaign, CampaignState, Member, MemberState
from scanner.store.campaign_tables import campaigns


def row_of(connection: Connection, number: int) -> Row[Any]:
    """The row of a campaign. Raises LookupError."""
    row = connection.execute(select(campaigns).where(campaigns.c.id == number)).first()
    if row is None:
        raise LookupError(f"no campaign {number}")
    return row


def campaign(row: Row[Any]) -> Campaign:
    """From a whole row."""
    return Campaign(
        id=row.id,
        name=row.name,
        plan=row.plan,
        choice=row.filter,
        planned=row.planned,
        state=CampaignState(row.state),
        reason=row.reason,
        started=row.started,
        finished=row.finished,
        approved_by=row.approved_by,
        approved=row.approved,
    )


def member(row: Row[Any]) -> Member:
    """From a whole row."""
    return Member(row.domain, MemberState(row.state), row.attempts, row.reason, row.detail, row.settled)
