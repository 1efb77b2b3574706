"""The outbox: each mail is handed over once, whatever fails at whatever instant (DESIGN 7; docs/delivery.md).

SMTP alone cannot promise that. So `sending` is on the disk before the relay is connected to, and a mail whose fate
nobody knows is never sent again by itself: it waits for a person, or for the relay's log.

A living sender is told from a dead one by the kernel where the store is a file (scanner/store/presence.py), else by a
lease: a moment that no delivery can outlast. Should a sender have lived after all, its answer still counts, because it
shows the token of the latest claim.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, and_, case, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from scanner.delivery.mail import Delivered, Mail, Result
from scanner.delivery.rows import ENTRY_COLUMNS, Claim, Dispatch, Entry, entry
from scanner.delivery.states import ALLOWED, Choice, Settler, State, verdict
from scanner.store.engine import Store
from scanner.store.tables import outbox as table

MAX_CONTENT = 10_000_000  # bytes; most relays take no more
#: Longer than the relay's patience with one mail (scanner/delivery/session.py), STALE, and clocks that differ.
LEASE = timedelta(minutes=30)
#: A claim that was not used by then (a machine that slept, a disk that hung) is given back instead.
STALE = timedelta(minutes=5)


class TooLarge(Exception):
    """A mail that hardly any relay would take; `size` in bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} bytes, at most {MAX_CONTENT}")
        self.size = size


class NoSuchMail(Exception):
    """Nothing in the outbox has this number."""


class NotNow(Exception):
    """The choice does not fit the state that the mail is in."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.state = state


@dataclass(frozen=True, slots=True)
class Enqueued:
    """The number of the mail; `fresh` is false where it was there already, and nothing was changed."""

    id: int
    fresh: bool


def _now() -> datetime:
    return datetime.now(UTC)


class Outbox:
    """The mails of one store. Every method is one transaction; StoreBusy means that it may be called again."""

    def __init__(self, store: Store, *, clock: Callable[[], datetime] = _now, lease: timedelta = LEASE) -> None:
        self.store = store
        self.clock = clock
        self._lease = lease

    def enqueue(self, dispatch: Dispatch, mail: Mail) -> Enqueued:
        """Keep the mail until its fate is known; the same dispatch a second time is left as it stands. Raises TooLarge."""
        if len(mail.content) > MAX_CONTENT:
            raise TooLarge(len(mail.content))
        now = self.clock()
        try:
            with self.store.write() as connection:
                if (known := _id_of(connection, dispatch)) is not None:
                    return Enqueued(known, fresh=False)
                made = insert(table).values(**dispatch.key, **_columns(mail), created=now, due=now).returning(table.c.id)
                return Enqueued(connection.execute(made).scalar_one(), fresh=True)
        except IntegrityError:  # another process was first
            with self.store.read() as connection:
                known = _id_of(connection, dispatch)
            if known is None:
                raise
            return Enqueued(known, fresh=False)

    def find(self, dispatch: Dispatch) -> Entry | None:
        """What became of it, None where it was never enqueued."""
        with self.store.read() as connection:
            row = connection.execute(select(*ENTRY_COLUMNS).where(dispatch.matches())).first()
        return entry(row) if row else None

    def token(self) -> str:
        """For one claim: which process, and which of its mails."""
        return f"{self.store.presence.name}/{uuid.uuid4().hex[:16]}"

    def leave(self) -> None:
        """This process holds no claim any more."""
        self.store.presence.leave()

    def claim(self, token: str) -> Claim | None:
        """The mail that has waited longest, ours alone from now on; None where nothing is due.

        The same token again gives the same mail, so a call whose end was not seen may be repeated.
        """
        now = self.clock()
        with self.store.write() as connection:
            held = and_(table.c.token == token, table.c.state == State.SENDING)
            free = and_(table.c.state == State.WAITING, table.c.due <= now)
            chosen = select(table).where(or_(held, free)).order_by(case((held, 0), else_=1), table.c.due, table.c.id)
            row = connection.execute(chosen.limit(1).with_for_update(skip_locked=True)).first()
            if row is None:
                return None
            begun = row.begun or now
            taken = {"state": State.SENDING, "token": token, "claimed": now, "lease": now + self._lease, "begun": begun}
            connection.execute(update(table).where(table.c.id == row.id).values(taken))
        mail = Mail(row.message_id, row.sender, row.recipient, row.subject, row.content)
        return Claim(row.id, token, mail, row.attempts, begun, now, now + self._lease)

    def settle(self, claim: Claim, result: Result) -> State | None:
        """Write down what the relay said; None where a person has decided meanwhile. May be repeated."""
        now = self.clock()
        said = verdict(result, claim.attempts, claim.begun, now)
        held = and_(table.c.id == claim.id, table.c.token == claim.token)
        if not isinstance(result, Delivered):  # what the relay has taken is sent, whatever anybody decided
            held = and_(held, table.c.state.in_((State.SENDING, State.DOUBTFUL)))
        values = {"state": said.state, "attempts": said.attempts, "code": said.code, "answer": said.answer}
        if said.due is not None:
            values["due"] = said.due
        if said.state is not State.WAITING:
            values |= {"settled": now, "settled_by": Settler.RELAY}
        if said.state is State.SENT:
            values["content"] = None
        with self.store.write() as connection:
            done = connection.execute(update(table).where(held).values(values))
            return said.state if done.rowcount else None

    def sweep(self) -> int:
        """Mails whose sender is dead become doubtful; how many."""
        now = self.clock()
        presence = self.store.presence
        known = presence.known()
        with self.store.write() as connection:
            sending = connection.execute(select(table.c.id, table.c.token, table.c.lease).where(table.c.state == State.SENDING))
            lives = {row.id: known.get(row.token.partition("/")[0], row.lease >= now) for row in sending}
            orphans = [number for number, alive in lives.items() if not alive]
            values = {"state": State.DOUBTFUL, "settled": now, "code": None, "answer": ""}
            connection.execute(update(table).where(table.c.id.in_(orphans), table.c.state == State.SENDING).values(values))
        for name, alive in known.items():
            if not alive:
                presence.forget(name)
        return len(orphans)

    def resolve(self, number: int, choice: Choice, by: Settler = Settler.PERSON) -> None:
        """What a person, or the relay's log, has decided. Raises NoSuchMail, NotNow."""
        now = self.clock()
        values: dict[str, object] = {"settled": now, "settled_by": by}
        match choice:
            case Choice.RESEND:
                values = {"state": State.WAITING, "due": now, "attempts": 0, "begun": None, "settled": None, "settled_by": None}
            case Choice.MARK_SENT:
                values |= {"state": State.SENT, "content": None}
            case Choice.DROP:
                values |= {"state": State.DROPPED, "content": None}
        allowed = and_(table.c.id == number, table.c.state.in_(ALLOWED[choice]))
        with self.store.write() as connection:
            if connection.execute(update(table).where(allowed).values(values)).rowcount:
                return
            state = connection.scalar(select(table.c.state).where(table.c.id == number))
        if state is None:
            raise NoSuchMail
        raise NotNow(State(state))

    def record_return(self, message_id: str, status: str, text: str) -> int | None:
        """A mail came back, so the relay had taken it; its number, None where it is not one of ours."""
        now = self.clock()
        ours = table.c.message_id == message_id
        back = {"returned": now, "returned_status": status[:20], "returned_text": text[:500]}
        sent = {"state": State.SENT, "content": None, "settled": now, "settled_by": Settler.LOG}
        with self.store.write() as connection:
            number = connection.scalar(select(table.c.id).where(ours))
            connection.execute(update(table).where(ours).values(back))
            connection.execute(update(table).where(ours, table.c.state == State.DOUBTFUL).values(sent))
        return number

    def entries(self, states: Iterable[State], campaign: str | None = None) -> tuple[Entry, ...]:
        """The mails in these states, oldest first."""
        chosen = select(*ENTRY_COLUMNS).where(table.c.state.in_(tuple(states))).order_by(table.c.id)
        if campaign is not None:
            chosen = chosen.where(table.c.campaign == campaign)
        with self.store.read() as connection:
            return tuple(map(entry, connection.execute(chosen)))

    def counts(self) -> dict[State, int]:
        """How many mails are in each state."""
        with self.store.read() as connection:
            rows = connection.execute(select(table.c.state, func.count()).group_by(table.c.state))
            return dict.fromkeys(State, 0) | {State(state): number for state, number in rows}


def _id_of(connection: Connection, dispatch: Dispatch) -> int | None:
    return connection.scalar(select(table.c.id).where(dispatch.matches()))


def _columns(mail: Mail) -> dict[str, object]:
    return {
        "message_id": mail.message_id,
        "sender": mail.sender,
        "subject": mail.subject,
        "content": mail.content,
        "digest": hashlib.sha256(mail.content).hexdigest(),
        "state": State.WAITING,
        "attempts": 0,
    }
