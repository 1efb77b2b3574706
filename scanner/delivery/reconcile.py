"""Settles what is in doubt by the relay's own log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum

from scanner.delivery.maillog import Fate, MailLog
from scanner.delivery.outbox import NotNow, Outbox
from scanner.delivery.rows import Entry
from scanner.delivery.states import Choice, Settler, State

#: So long after we gave the attempt up, a slow relay may still take the mail; its silence counts only afterwards.
SETTLING = timedelta(minutes=5)


class Word(StrEnum):
    """What the log says of one mail: a key of the messages (`cli.outbox.log_<word>`)."""

    SENT = "sent"  # the relay has taken it
    RETURNED = "returned"  # it has taken it, and sent it back
    ABSENT = "absent"  # the log speaks of the whole time, and not of this mail
    UNKNOWN = "unknown"  # the log does not speak of the whole time, so that its silence proves nothing


def reconcile(
    outbox: Outbox, read: Callable[[set[str]], MailLog], absent: Choice | None = None, settling: timedelta = SETTLING
) -> tuple[tuple[Entry, Word], ...]:
    """Mark as sent what the relay has taken; do with what it provably has not what `absent` says, by default nothing.

    `read` follows these Message-IDs through the log. The mails that were in doubt, each with the log's word on it.
    """
    doubtful = outbox.entries((State.DOUBTFUL,))
    log = read({entry.message_id for entry in doubtful})
    words = []
    for entry in doubtful:
        fate = log.fates.get(entry.message_id, Fate())
        word = _word(entry, fate, log, settling)
        if fate.returned is not None:
            outbox.record_return(entry.message_id, *fate.returned)
        elif word is Word.SENT:
            _decide(outbox, entry, Choice.MARK_SENT)
        elif word is Word.ABSENT and absent is not None:
            _decide(outbox, entry, absent)
        words.append((entry, word))
    return tuple(words)


def _word(entry: Entry, fate: Fate, log: MailLog, settling: timedelta) -> Word:
    if fate.returned is not None:
        return Word.RETURNED
    if fate.taken:
        return Word.SENT
    if entry.claimed and entry.settled and log.covers(entry.claimed, entry.settled + settling):
        return Word.ABSENT
    return Word.UNKNOWN


def _decide(outbox: Outbox, entry: Entry, choice: Choice) -> None:
    try:
        outbox.resolve(entry.id, choice, Settler.LOG)
    except NotNow:  # a person was faster
        return
