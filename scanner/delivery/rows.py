"""What the outbox says of a mail, and what makes it the same mail as another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func

from scanner.delivery.mail import Mail
from scanner.delivery.states import Settler, State
from scanner.store.tables import outbox as table


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What is sent once: these documents of this authority, to this address, in this campaign."""

    campaign: str
    authority: str
    recipient: str
    documents: tuple[str, ...]

    @property
    def key(self) -> dict[str, str]:
        """As the table holds it; the order of the documents does not matter."""
        named = " ".join(sorted(set(self.documents)))
        return {"campaign": self.campaign, "authority": self.authority, "recipient": self.recipient, "documents": named}

    def matches(self) -> ColumnElement[bool]:
        """The condition that finds its row, however the address is spelt."""
        key = self.key
        return and_(
            table.c.campaign == key["campaign"],
            table.c.authority == key["authority"],
            func.lower(table.c.recipient) == func.lower(key["recipient"]),
            table.c.documents == key["documents"],
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """A mail that this process alone may send until `lease`, and the token that proves it."""

    id: int
    token: str
    mail: Mail
    attempts: int
    begun: datetime
    claimed: datetime
    lease: datetime


@dataclass(frozen=True, slots=True)
class Return:
    """A mail that came back: when we read it, the status (RFC 3463) and what the server said."""

    read: datetime
    status: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One mail of the outbox as a person is told of it. `code` and `answer` are the relay's last words."""

    id: int
    dispatch: Dispatch
    message_id: str
    subject: str
    digest: str
    state: State
    due: datetime
    attempts: int
    claimed: datetime | None
    lease: datetime | None
    settled: datetime | None
    settled_by: Settler | None
    code: int | None
    answer: str
    returned: Return | None


#: Everything of an entry; the content stays where it is.
ENTRY_COLUMNS = tuple(column for column in table.c if column.name != "content")


def entry(row: Row[Any]) -> Entry:
    """From a row of ENTRY_COLUMNS."""
    came_back = row.returned is not None
    return Entry(
        id=row.id,
        dispatch=Dispatch(row.campaign, row.authority, row.recipient, tuple(row.documents.split())),
        message_id=row.message_id,
        subject=row.subject,
        digest=row.digest,
        state=State(row.state),
        due=row.due,
        attempts=row.attempts,
        claimed=row.claimed,
        lease=row.lease,
        settled=row.settled,
        settled_by=Settler(row.settled_by) if row.settled_by else None,
        code=row.code,
        answer=row.answer or "",
        returned=Return(row.returned, row.returned_status or "", row.returned_text or "") if came_back else None,
    )
