"""The tables of the store. Each change here needs a migration beside it; a test holds the two against each other."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    func,
)

#: Names that a later migration can rely on.
NAMING = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
}
metadata = MetaData(naming_convention=NAMING)


class Moment(TypeDecorator[datetime]):
    """A moment with its time zone; kept in UTC, since SQLite knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Raises ValueError on a moment without a zone, whose meaning nobody could tell later."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """In UTC, whatever the database speaks."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


#: One row a mail. What the columns mean together is said in docs/delivery.md and scanner/delivery/outbox.py.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("campaign", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("documents", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("content", LargeBinary),  # the whole mail; gone once nobody may need to send it again
    Column("digest", String(64), nullable=False),  # SHA-256 of the content, which stays as proof of what was sent
    Column("state", String(12), nullable=False),
    Column("created", Moment, nullable=False),
    Column("due", Moment, nullable=False),  # not before
    Column("attempts", Integer, nullable=False),  # how often the relay has put this mail off
    Column("begun", Moment),  # first attempt since it was queued, or queued again by a person
    Column("token", String(40)),  # of the latest claim; its holder alone may settle
    Column("claimed", Moment),
    Column("lease", Moment),  # until when the claimant may still be alive
    Column("settled", Moment),
    Column("settled_by", String(12)),
    Column("code", Integer),  # the relay's last answer
    Column("answer", Text),
    Column("returned", Moment),  # when a bounce was read
    Column("returned_status", Text),
    Column("returned_text", Text),
    UniqueConstraint("message_id"),
    sqlite_autoincrement=True,  # a number that a person has noted never means another mail
)
#: Once to a person for an authority in a campaign, however the address is spelt.
Index(
    "uq_outbox_dispatch",
    outbox.c.campaign,
    outbox.c.authority,
    func.lower(outbox.c.recipient),
    outbox.c.documents,
    unique=True,
)
Index(None, outbox.c.state, outbox.c.due)
