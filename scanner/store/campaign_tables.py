"""The tables of campaigns and of history: who is looked at when, and what was seen. docs/campaigns.md explains them."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from scanner.store.tables import Moment, metadata

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False),
    Column("plan", Text, nullable=False),  # the plan that asked for it, "" where a person did
    Column("filter", Text, nullable=False),  # in words: which members were chosen
    Column("planned", Moment, nullable=False),  # the date that the plan set; for a person's, the moment of the order
    Column("started", Moment),
    Column("finished", Moment),
    Column("state", String(12), nullable=False),
    Column("reason", String(24), nullable=False),  # why it is paused
    Column("approved_by", Text, nullable=False),
    Column("approved", Moment),
    Column("runner", String(16)),  # the process that carries it out, where it can be seen by others
    UniqueConstraint("name"),
    sqlite_autoincrement=True,
)
Index(None, campaigns.c.plan, campaigns.c.planned)

campaign_members = Table(
    "campaign_members",
    metadata,
    Column("campaign", Integer, ForeignKey("campaigns.id", ondelete="CASCADE"), nullable=False),
    Column("domain", Text, nullable=False),
    Column("place", Integer, nullable=False),  # neighbours of one list are rarely neighbours here: they share machines
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False),  # how often somebody has begun to look
    Column("token", String(40)),  # of the latest claim
    Column("lease", Moment),  # until when the claimant may still be alive
    Column("reason", String(24), nullable=False),  # why it is impossible, or failed
    Column("detail", Text, nullable=False),
    Column("settled", Moment),
    PrimaryKeyConstraint("campaign", "domain"),
)
Index(None, campaign_members.c.campaign, campaign_members.c.state, campaign_members.c.attempts, campaign_members.c.place)

#: A number for each domain that was ever looked at: a hundred rows a domain name it.
scanned_domains = Table(
    "scanned_domains",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False),
    UniqueConstraint("name"),
    sqlite_autoincrement=True,
)

scans = Table(
    "scans",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("domain", Integer, ForeignKey("scanned_domains.id", ondelete="CASCADE"), nullable=False),
    Column("campaign", Integer, ForeignKey("campaigns.id", ondelete="SET NULL")),
    Column("started", Moment, nullable=False),
    Column("finished", Moment, nullable=False),
    Column("value", SmallInteger),
    Column("grade", String(1)),
    Column("coverage", SmallInteger, nullable=False),
    Column("perimeter", String(12), nullable=False),
    Column("scoring", String(12), nullable=False),  # version of the scoring
    Column("score", LargeBinary, nullable=False),  # the whole of it, packed
    Column("given", LargeBinary),  # the score as it was first given, where the rules of today gave another
    Column("connections", Integer, nullable=False),
    UniqueConstraint("campaign", "domain"),  # a member is looked at once a campaign
    sqlite_autoincrement=True,  # later scans of a domain have higher numbers: intervals rest on it
)
Index(None, scans.c.domain, scans.c.started)

#: Everything of a scan but its outcomes and its score, packed (scanner/history/packing.py).
observations = Table(
    "observations",
    metadata,
    Column("scan", Integer, ForeignKey("scans.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)

#: What one check said of one subject, from one scan of the domain to another; it still says so where `last_scan` is null.
outcomes = Table(
    "outcomes",
    metadata,
    Column("domain", Integer, ForeignKey("scanned_domains.id", ondelete="CASCADE"), nullable=False),
    Column("check", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("first_scan", Integer, nullable=False),
    Column("last_scan", Integer),
    Column("content", Text, nullable=False),  # "" for a plain pass, which most are
    PrimaryKeyConstraint("domain", "check", "subject", "first_scan"),
    sqlite_with_rowid=False,  # the key is the table
)
