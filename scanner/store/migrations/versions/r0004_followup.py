"""Reviews, planned mails, alerts, tickets and their points, the expiries of domains."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Every table, and how their rows are found."""
    _correspondence()
    _alerts()
    _tickets()


def downgrade() -> None:
    """Without correspondence and follow-up; their rows are lost."""
    for table in ("domain_expiries", "ticket_points", "tickets", "alerts", "planned_mails", "reviews"):
        op.drop_table(table)


def _campaign(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    constraint = sa.ForeignKeyConstraint(["campaign"], ["campaigns.id"], name=f"fk_{table}_campaign", ondelete="CASCADE")
    return sa.Column("campaign", sa.Integer, nullable=False), constraint


def _authority(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    constraint = sa.ForeignKeyConstraint(["authority"], ["authorities.id"], name=f"fk_{table}_authority", ondelete="CASCADE")
    return sa.Column("authority", sa.Integer), constraint


def _correspondence() -> None:
    op.create_table(
        "reviews",
        *_campaign("reviews"),
        sa.Column("domain", sa.Text, nullable=False),
        *_authority("reviews"),
        sa.Column("decision", sa.String(12), nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("campaign", "domain", name="pk_reviews"),
    )
    op.create_table(
        "planned_mails",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        *_campaign("planned_mails"),
        sa.Column("domain", sa.Text, nullable=False),
        *_authority("planned_mails"),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("documents", sa.Text, nullable=False),
        sa.Column("due", _MOMENT, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("queued", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_planned_mails"),
        sa.UniqueConstraint(
            "campaign", "domain", "recipient", "documents", name="uq_planned_mails_campaign_domain_recipient_documents"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_planned_mails_state_due", "planned_mails", ["state", "due"])
    op.create_index("ix_planned_mails_domain", "planned_mails", ["domain"])


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("domain", sa.Text, nullable=False),
        *_authority("alerts"),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("batch", sa.String(16), nullable=False),
        sa.Column("mailed", _MOMENT),
        sa.Column("posted", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sa.UniqueConstraint("kind", "domain", "key", name="uq_alerts_kind_domain_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alerts_day", "alerts", ["day"])


def _tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", sa.String(16), nullable=False),
        *_authority("tickets"),
        sa.Column("domain", sa.Text, nullable=False),
        sa.Column("duty", sa.String(16), nullable=False),
        sa.Column("supplier", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("sent", _MOMENT, nullable=False),
        sa.Column("due", _MOMENT, nullable=False),
        sa.Column("reminders", sa.Integer, nullable=False),
        sa.Column("reminded", _MOMENT),
        sa.Column("changed", _MOMENT, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tickets"),
    )
    op.create_index("ix_tickets_domain", "tickets", ["domain"])
    op.create_table(
        "ticket_points",
        sa.Column("ticket", sa.String(16), nullable=False),
        sa.Column("check", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("asked", _MOMENT, nullable=False),
        sa.Column("verified", _MOMENT),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], name="fk_ticket_points_ticket", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("ticket", "check", "subject", name="pk_ticket_points"),
    )
    op.create_table(
        "domain_expiries",
        sa.Column("domain", sa.Text, nullable=False),
        *_authority("domain_expiries"),
        sa.Column("ends", _MOMENT),
        sa.Column("asked", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("domain", name="pk_domain_expiries"),
    )
