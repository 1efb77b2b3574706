"""What `beffroi outbox` shows and does: what waits for a person, each with its choice, and what settles it."""

from __future__ import annotations

import contextlib
import mailbox
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from scanner.campaign.alerting import CAMPAIGN as ALERTS
from scanner.campaign.campaigns import Campaigns
from scanner.cli.exits import Exit
from scanner.cli.messages import say
from scanner.cli.posting import REVIEW_SEND, SEND, moment
from scanner.cli.request import UsageError
from scanner.cli.troubles import system_trouble
from scanner.delivery.bounces import MAX_READ, Action, Bounce, read_bounce
from scanner.delivery.maillog import MailLog, read_log
from scanner.delivery.outbox import NoSuchMail, NotNow, Outbox
from scanner.delivery.reconcile import SETTLING, Word, reconcile
from scanner.delivery.rows import Entry
from scanner.delivery.states import Choice, State

#: A mail that came back is shown for so long without being asked for.
SHOWN_RETURNS = timedelta(days=30)


def show(outbox: Outbox, campaign: str, everything: bool, lang: str) -> Exit:
    """The counts, then what waits for a person; with `everything` each mail, a line each. PARTIAL while something is in doubt."""
    outbox.sweep()
    entries = outbox.entries(State, campaign or None)
    counts = {state: sum(entry.state is state for entry in entries) for state in State}
    _print(lang, "counts", **{state.value: count for state, count in counts.items()})
    if everything:
        for entry in entries:
            _print(lang, "line", **_facts(entry, lang), state=say(lang, f"outbox.state.{entry.state}"))
    doubtful = [entry for entry in entries if entry.state is State.DOUBTFUL]
    _section("doubtful", doubtful, lang, outbox)
    if doubtful:
        _print(lang, "reconcile")
    _section("rejected", [entry for entry in entries if entry.state is State.REJECTED], lang, outbox)
    since = outbox.clock() - SHOWN_RETURNS
    _section("returned", [entry for entry in entries if entry.returned and entry.returned.read >= since], lang, outbox)
    if waiting := [entry for entry in entries if entry.state is State.WAITING]:
        _print(
            lang,
            "waiting",
            count=len(waiting),
            command=_command(outbox, *waiting),
            when=moment(min(entry.due for entry in waiting), lang),
        )
    return Exit.PARTIAL if doubtful else Exit.DONE


def decide(outbox: Outbox, numbers: Iterable[int], choice: Choice, lang: str) -> Exit:
    """A person's choice about these mails; each is told. PARTIAL where one cannot be done, USAGE where there is no such mail."""
    outbox.sweep()
    code = Exit.DONE
    for number in numbers:
        try:
            outbox.resolve(number, choice)
        except NoSuchMail:
            print(say(lang, "outbox.no_such", number=number), file=sys.stderr)
            code = Exit.USAGE
        except NotNow as error:
            print(say(lang, f"outbox.not_now.{error.state}", number=number), file=sys.stderr)
            code = code or Exit.PARTIAL
        else:
            command = _command(outbox, *(entry for entry in outbox.entries(State) if entry.id == number))
            _print(lang, f"done.{choice}", number=number, command=command)
    return code


def settle_by_log(outbox: Outbox, logs: Iterable[Path], absent: Choice | None, lang: str) -> Exit:
    """What the relay's logs, oldest first, say of each mail in doubt. PARTIAL while something stays so. Raises UsageError."""
    outbox.sweep()
    said = reconcile(outbox, partial(_read_logs, tuple(logs), outbox.clock(), lang), absent)
    for entry, word in said:
        resent = word is Word.ABSENT and absent is Choice.RESEND
        _print(lang, "log_resent" if resent else f"log_{word}", **_facts(entry, lang), command=_command(outbox, entry))
    if any(word is Word.UNKNOWN for _, word in said):
        _print(lang, "log_why", minutes=SETTLING // timedelta(minutes=1))
    left = outbox.counts()[State.DOUBTFUL]
    _print(lang, "left", count=left)
    return Exit.PARTIAL if left else Exit.DONE


def _read_logs(logs: tuple[Path, ...], now: datetime, lang: str, wanted: set[str]) -> MailLog:
    return read_log((line for path in logs for line in _lines(path, lang)), wanted, now)


def _lines(path: Path, lang: str) -> Iterator[str]:
    try:
        with path.open("r", encoding="utf-8", errors="replace") as file:
            yield from file
    except OSError as error:
        raise UsageError(say(lang, "outbox.not_readable", path=path, why=system_trouble(error, lang))) from error


def read_bounces(outbox: Outbox, path: Path, lang: str) -> Exit:
    """Every mail of a file, an mbox or a Maildir: those that say that one of ours came back are noted. Raises UsageError."""
    try:
        found = [bounce for content in _mails(path) if (bounce := read_bounce(content)) and bounce.action is Action.FAILED]
    except OSError as error:
        raise UsageError(say(lang, "outbox.not_readable", path=path, why=system_trouble(error, lang))) from error
    unknown = 0
    for bounce in found:
        number = outbox.record_return(bounce.message_id, bounce.status, bounce.diagnostic) if bounce.message_id else None
        unknown += number is None
        if number is not None:
            _print(lang, "bounce", number=number, to=bounce.recipient, answer=_diagnosis(bounce))
    _print(lang, "bounces", known=len(found) - unknown, unknown=unknown)
    return Exit.DONE


def _diagnosis(bounce: Bounce) -> str:
    return " ".join(filter(None, (bounce.status, bounce.diagnostic)))


def _mails(path: Path) -> Iterator[bytes]:
    """The beginning of each mail; a bounce says what counts there."""
    if path.is_dir():
        folders = [path / name for name in ("new", "cur") if (path / name).is_dir()] or [path]
        for file in sorted(file for folder in folders for file in folder.iterdir() if file.is_file()):
            yield _beginning(file)
    elif (first := _beginning(path)).startswith(b"From "):
        with contextlib.closing(mailbox.mbox(path, create=False)) as box:
            yield from (message.as_bytes() for message in box)
    else:
        yield first


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_READ)


def _ours(outbox: Outbox, entries: Iterable[Entry]) -> bool:
    """Whether all of these are of campaigns and alerts: they are prepared and sent by another command than a result's."""
    campaigns = Campaigns(outbox.store)
    names = {entry.dispatch.campaign for entry in entries}
    return bool(names) and all(name == ALERTS or campaigns.find(name) is not None for name in names)


def _command(outbox: Outbox, *entries: Entry) -> str:
    return REVIEW_SEND if _ours(outbox, entries) else SEND


def _section(kind: str, entries: list[Entry], lang: str, outbox: Outbox) -> None:
    if entries:
        print()
        _print(lang, _for(f"{kind}_title", outbox, entries), count=len(entries))
    for entry in entries:
        print()
        _print(lang, _for(f"{kind}_entry", outbox, (entry,)), **_facts(entry, lang))


#: What is said otherwise where a mail comes from a campaign: its addresses are the register's.
_OF_CAMPAIGNS = ("rejected_title", "returned_entry")


def _for(key: str, outbox: Outbox, entries: Iterable[Entry]) -> str:
    return f"{key}_campaign" if key in _OF_CAMPAIGNS and _ours(outbox, entries) else key


def _facts(entry: Entry, lang: str) -> dict[str, object]:
    back = entry.returned
    answer = f"{entry.code} {entry.answer}" if entry.code else entry.answer
    return {
        "number": entry.id,
        "to": entry.dispatch.recipient,
        "domain": entry.dispatch.authority,
        "campaign": entry.dispatch.campaign,
        "message_id": entry.message_id,
        "needle": entry.message_id.strip("<>"),
        "when": moment(entry.claimed, lang) if entry.claimed else "–",
        "answer": answer or say(lang, "outbox.interrupted"),
        "status": " ".join(filter(None, (back.status, back.text))) if back else "",
        "read": moment(back.read, lang) if back else "",
    }


def _print(lang: str, key: str, **facts: object) -> None:
    print(say(lang, f"outbox.{key}", **facts))
