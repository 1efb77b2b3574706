"""Campaigns and their members, and the history: scans, observations, outcomes by interval."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every table, and how their rows are found."""
    _campaigns()
    _history()


def downgrade() -> None:
    """Without campaigns and without history; their rows are lost."""
    for table in ("outcomes", "observations", "scans", "scanned_domains", "campaign_members", "campaigns"):
        op.drop_table(table)


def _campaigns() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("filter", sa.Text, nullable=False),
        sa.Column("planned", moment, nullable=False),
        sa.Column("started", moment),
        sa.Column("finished", moment),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("approved_by", sa.Text, nullable=False),
        sa.Column("approved", moment),
        sa.Column("runner", sa.String(16)),
        sa.PrimaryKeyConstraint("id", name="pk_campaigns"),
        sa.UniqueConstraint("name", name="uq_campaigns_name"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_campaigns_plan_planned", "campaigns", ["plan", "planned"])
    op.create_table(
        "campaign_members",
        sa.Column("campaign", sa.Integer, nullable=False),
        sa.Column("domain", sa.Text, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("token", sa.String(40)),
        sa.Column("lease", moment),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("settled", moment),
        sa.ForeignKeyConstraint(["campaign"], ["campaigns.id"], name="fk_campaign_members_campaign", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("campaign", "domain", name="pk_campaign_members"),
    )
    order = ["campaign", "state", "attempts", "place"]
    op.create_index("ix_campaign_members_campaign_state_attempts_place", "campaign_members", order)


def _history() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "scanned_domains",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_scanned_domains"),
        sa.UniqueConstraint("name", name="uq_scanned_domains_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "scans",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("domain", sa.Integer, nullable=False),
        sa.Column("campaign", sa.Integer),
        sa.Column("started", moment, nullable=False),
        sa.Column("finished", moment, nullable=False),
        sa.Column("value", sa.SmallInteger),
        sa.Column("grade", sa.String(1)),
        sa.Column("coverage", sa.SmallInteger, nullable=False),
        sa.Column("perimeter", sa.String(12), nullable=False),
        sa.Column("scoring", sa.String(12), nullable=False),
        sa.Column("score", sa.LargeBinary, nullable=False),
        sa.Column("given", sa.LargeBinary),
        sa.Column("connections", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["domain"], ["scanned_domains.id"], name="fk_scans_domain", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["campaign"], ["campaigns.id"], name="fk_scans_campaign", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_scans"),
        sa.UniqueConstraint("campaign", "domain", name="uq_scans_campaign_domain"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_scans_domain_started", "scans", ["domain", "started"])
    op.create_table(
        "observations",
        sa.Column("scan", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["scan"], ["scans.id"], name="fk_observations_scan", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("scan", name="pk_observations"),
    )
    op.create_table(
        "outcomes",
        sa.Column("domain", sa.Integer, nullable=False),
        sa.Column("check", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("first_scan", sa.Integer, nullable=False),
        sa.Column("last_scan", sa.Integer),
        sa.Column("content", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["domain"], ["scanned_domains.id"], name="fk_outcomes_domain", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("domain", "check", "subject", "first_scan", name="pk_outcomes"),
        sqlite_with_rowid=False,
    )
