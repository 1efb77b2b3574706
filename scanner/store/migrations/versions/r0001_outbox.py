"""The outbox: one row a mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The table, what makes a mail unique, and how the next one is found."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("documents", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("created", moment, nullable=False),
        sa.Column("due", moment, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("begun", moment),
        sa.Column("token", sa.String(40)),
        sa.Column("claimed", moment),
        sa.Column("lease", moment),
        sa.Column("settled", moment),
        sa.Column("settled_by", sa.String(12)),
        sa.Column("code", sa.Integer),
        sa.Column("answer", sa.Text),
        sa.Column("returned", moment),
        sa.Column("returned_status", sa.Text),
        sa.Column("returned_text", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("message_id", name="uq_outbox_message_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_outbox_dispatch", "outbox", ["campaign", "authority", sa.text("lower(recipient)"), "documents"], unique=True
    )
    op.create_index("ix_outbox_state_due", "outbox", ["state", "due"])


def downgrade() -> None:
    """Without an outbox; its rows are lost."""
    op.drop_index("ix_outbox_state_due", "outbox")
    op.drop_index("uq_outbox_dispatch", "outbox")
    op.drop_table("outbox")
