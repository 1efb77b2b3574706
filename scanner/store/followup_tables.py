"""The tables of correspondence and follow-up: what was decided, what leaves when, what is still asked. docs/correspondance.md."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from scanner.store.tables import Moment, metadata


def _campaign() -> Column[int]:
    return Column("campaign", Integer, ForeignKey("campaigns.id", ondelete="CASCADE"), nullable=False)


def _authority() -> Column[int]:
    """Erased with its authority; null where nobody of the register owns the domain."""
    return Column("authority", Integer, ForeignKey("authorities.id", ondelete="CASCADE"))


#: What a person decided of one domain of a campaign; the log of the register keeps every decision.
reviews = Table(
    "reviews",
    metadata,
    _campaign(),
    Column("domain", Text, nullable=False),
    _authority(),
    Column("decision", String(12), nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("note", Text, nullable=False),
    PrimaryKeyConstraint("campaign", "domain"),
)

#: One row a mail to be made. It is made when it is due, from what is known then of whom to write to.
planned_mails = Table(
    "planned_mails",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _campaign(),
    Column("domain", Text, nullable=False),
    _authority(),
    Column("recipient", Text, nullable=False),
    Column("documents", Text, nullable=False),  # separated by spaces, or the one word of a short mail
    Column("due", Moment, nullable=False),  # not before
    Column("state", String(12), nullable=False),
    Column("queued", Moment),  # when the outbox took it
    UniqueConstraint("campaign", "domain", "recipient", "documents"),
    sqlite_autoincrement=True,
)
Index(None, planned_mails.c.state, planned_mails.c.due)
Index(None, planned_mails.c.domain)

#: One row an alert, once for ever. `batch` is the mail that carries it.
alerts = Table(
    "alerts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False),
    Column("domain", Text, nullable=False),
    _authority(),
    Column("key", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("content", Text, nullable=False),  # JSON
    Column("batch", String(16), nullable=False),
    Column("mailed", Moment),  # when the outbox took it
    Column("posted", Moment),  # when the webhook took it
    UniqueConstraint("kind", "domain", "key"),
    sqlite_autoincrement=True,
)
Index(None, alerts.c.day)

#: One row for each who must act for one domain. The id stays from month to month (scanner/report/tickets.py).
tickets = Table(
    "tickets",
    metadata,
    Column("id", String(16), primary_key=True),
    _authority(),
    Column("domain", Text, nullable=False),
    Column("duty", String(16), nullable=False),
    Column("supplier", Text, nullable=False),  # as named when it was last asked, "" where nobody was known
    Column("subject", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("sent", Moment, nullable=False),
    Column("due", Moment, nullable=False),  # until when we hope for an answer, then for the correction
    Column("reminders", Integer, nullable=False),
    Column("reminded", Moment),
    Column("changed", Moment, nullable=False),  # when it came to its state
    Column("note", Text, nullable=False),
)
Index(None, tickets.c.domain)

ticket_points = Table(
    "ticket_points",
    metadata,
    Column("ticket", String(16), ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
    Column("check", Text, nullable=False),
    Column("subject", Text, nullable=False),  # a key such as site:www.mairie.fr
    Column("title", Text, nullable=False),  # as it was written to whoever must act
    Column("asked", Moment, nullable=False),  # for the first time
    Column("verified", Moment),  # when it was last looked at again
    Column("verdict", String(16), nullable=False),  # what was seen then
    PrimaryKeyConstraint("ticket", "check", "subject"),
)

#: What a registry said of a domain (RDAP), so that it is not asked each day.
domain_expiries = Table(
    "domain_expiries",
    metadata,
    Column("domain", Text, primary_key=True),
    _authority(),
    Column("ends", Moment),  # unknown where null
    Column("asked", Moment, nullable=False),
)
