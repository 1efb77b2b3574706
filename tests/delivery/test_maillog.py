"""A Postfix log is read for what it proves, and for no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.delivery.mail import InDoubt
from scanner.delivery.maillog import Fate, read_log
from scanner.delivery.outbox import Outbox
from scanner.delivery.reconcile import Word, reconcile
from scanner.delivery.states import Choice, State
from scanner.store.engine import open_store
from tests.delivery.boxes import Clock, dispatch, mail_of

ID = "<beffroi.1@syndicat-exemple.fr>"
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CLEANUP = "postfix/cleanup[77]: 4XyZ1q2w3e: message-id=" + ID
QUEUED = "postfix/qmgr[12]: 4XyZ1q2w3e: from=<audit@syndicat-exemple.fr>, size=900, nrcpt=1 (queue active)"
SENT = "postfix/smtp[80]: 4XyZ1q2w3e: to=<m@ville.fr>, relay=mx[192.0.2.1]:25, delay=1, dsn=2.0.0, status=sent (250 Ok)"
LATER = "postfix/smtp[80]: 4XyZ1q2w3e: to=<m@ville.fr>, relay=none, delay=1, dsn=4.4.1, status=deferred (timed out)"
BACK = "postfix/smtp[80]: 4XyZ1q2w3e: to=<m@ville.fr>, relay=mx, delay=1, dsn=5.1.1, status=bounced (no such user)"
LOST = "postfix/smtpd[70]: lost connection after DATA (512 bytes) from localhost[127.0.0.1]"


def fate(*texts: str) -> Fate:
    lines = [f"2026-11-24T09:00:0{number}.000000+00:00 relais {text}\n" for number, text in enumerate(texts)]
    return read_log(lines, {ID}, NOW).fates.get(ID, Fate())


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([CLEANUP, QUEUED, SENT], Fate(taken=True)),
        ([CLEANUP, QUEUED, LATER], Fate(taken=True)),
        ([CLEANUP, QUEUED], Fate(taken=True)),
        ([CLEANUP, QUEUED, BACK], Fate(taken=True, returned=("5.1.1", "(no such user)"))),
        ([CLEANUP, LOST], Fate()),
        ([CLEANUP], Fate()),
        ([SENT], Fate()),
        ([CLEANUP, CLEANUP.replace(ID, "<autre@x.fr>"), QUEUED, SENT], Fate()),
        ([CLEANUP.replace("4XyZ1q2w3e", "0A1B2C3D4E"), QUEUED, SENT], Fate()),
        ([text.replace("postfix/", "postfix/submission/") for text in (CLEANUP, QUEUED)], Fate(taken=True)),
        ([text.replace("postfix/", "postfix-relais/") for text in (CLEANUP, QUEUED)], Fate(taken=True)),
        ([CLEANUP.replace(ID, "<autre@x.fr>"), QUEUED, SENT], Fate()),
        ([], Fate()),
    ],
)
def test_a_mail_was_taken_only_where_the_queue_manager_or_a_delivery_says_so(texts: list[str], expected: Fate) -> None:
    assert fate(*texts) == expected


def test_a_queue_number_that_comes_back_belongs_to_the_later_mail() -> None:
    assert fate(CLEANUP, QUEUED, CLEANUP.replace(ID, "<autre@x.fr>"), QUEUED, BACK) == Fate(taken=True)


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("2026-11-24T09:00:00.123456+01:00 relais x", datetime(2026, 11, 24, 8, 0, 0, 123456, tzinfo=UTC)),
        ("2026-11-24T09:00:00Z relais x", datetime(2026, 11, 24, 9, tzinfo=UTC)),
        ("Nov 24 09:00:00 relais x", datetime(2026, 11, 24, 9).astimezone(UTC)),
        ("Nov  4 09:00:00 relais x", datetime(2026, 11, 4, 9).astimezone(UTC)),
        ("Dec 31 23:59:59 relais x", datetime(2025, 12, 31, 23, 59, 59).astimezone(UTC)),
        ("Feb 30 23:59:59 relais x", None), ("Foo 30 23:59:59 relais x", None), ("2026-99-24T09:00:00Z x", None), ("", None),
    ],
)  # fmt: skip
def test_both_forms_of_time_are_read(line: str, moment: datetime | None) -> None:
    log = read_log([line], set(), NOW)
    assert (log.first, log.last) == (moment, moment)


@given(st.lists(st.text() | st.from_regex(r"postfix/\w+\[1\]: [0-9A-F]{6}: .*")))
def test_no_line_is_too_strange(lines: list[str]) -> None:
    assert read_log(lines, {ID}, NOW).fates.get(ID, Fate()).returned is None


TAKEN_AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def in_doubt(outbox: Outbox) -> str:
    mail = mail_of(dispatch())
    outbox.enqueue(dispatch(), mail)
    claim = outbox.claim(outbox.token())
    assert claim is not None
    outbox.settle(claim, InDoubt("coupé"))
    return mail.message_id


@pytest.mark.parametrize(
    ("texts", "from_minute", "to_minute", "word", "state"),
    [
        ([CLEANUP, QUEUED, SENT], 0, 0, Word.SENT, State.SENT),
        ([CLEANUP, QUEUED, BACK], 0, 0, Word.RETURNED, State.SENT),
        ([CLEANUP, LOST], -5, 10, Word.ABSENT, State.WAITING),
        ([LOST], -5, 10, Word.ABSENT, State.WAITING),
        ([LOST], -5, 2, Word.UNKNOWN, State.DOUBTFUL),
        ([LOST], 1, 10, Word.UNKNOWN, State.DOUBTFUL),
        ([], 0, 0, Word.UNKNOWN, State.DOUBTFUL),
    ],
)
def test_the_log_settles_what_it_can_and_leaves_the_rest(
    tmp_path: Path, texts: list[str], from_minute: int, to_minute: int, word: Word, state: State
) -> None:
    with open_store(f"sqlite:///{tmp_path / 'beffroi.db'}") as store:
        outbox = Outbox(store, clock=Clock(TAKEN_AT))
        identity = in_doubt(outbox)
        times = [TAKEN_AT + timedelta(minutes=minute) for minute in (from_minute, to_minute)]
        middle = [f"{times[0].isoformat()} relais {text.replace(ID, identity)}" for text in texts]
        edges = [f"{time.isoformat()} relais postfix/anvil[1]: statistics" for time in times] if texts else []
        lines = [*edges[:1], *middle, *edges[1:]]
        said = reconcile(outbox, partial(read_log, lines, now=NOW), Choice.RESEND)
        assert [each for _, each in said] == [word]
        assert [entry.state for entry in outbox.entries(State)] == [state]


def test_without_a_choice_what_the_log_does_not_know_stays_in_doubt(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / 'beffroi.db'}") as store:
        outbox = Outbox(store, clock=Clock(TAKEN_AT))
        in_doubt(outbox)
        lines = [f"2026-11-24T{hour}:00:00Z relais x" for hour in ("08", "10")]
        assert [word for _, word in reconcile(outbox, partial(read_log, lines, now=NOW))] == [Word.ABSENT]
        assert outbox.counts()[State.DOUBTFUL] == 1
