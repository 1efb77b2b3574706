"""Mails into the outbox and from there to the relay: what a person sees of it, and how it is stopped."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from scanner.cli.exits import Exit
from scanner.cli.messages import say
from scanner.cli.request import UsageError
from scanner.cli.sending import Composer, Errand
from scanner.cli.troubles import store_trouble
from scanner.delivery.deliver import STORE_PATIENCE, End, Round, Unrecorded, deliver_all, patiently
from scanner.delivery.mail import Deferred, Delivered, InDoubt, Rejected, Result
from scanner.delivery.outbox import Outbox, TooLarge
from scanner.delivery.relay import Relay
from scanner.delivery.rows import Claim
from scanner.delivery.states import State
from scanner.report.values import instant
from scanner.settings import Settings
from scanner.store.engine import open_store
from scanner.store.errors import StoreBusy, StoreError

_SPACES = str.maketrans("\u00a0\u202f", "  ")


#: What is typed to go on.
SEND, REVIEW_SEND = "beffroi send", "beffroi review send"


def post(errands: tuple[Errand, ...], composer: Composer, settings: Settings, lang: str, command: str = SEND) -> Exit:
    """Queue what is new, then hand over what is due; `command` is what a person types to go on.

    Raises UsageError where the store or a word cannot be used.
    """
    with opened(settings, lang) as outbox, stopping() as stop:
        _queue(outbox, errands, composer, stop, lang)
        try:
            with Relay(settings.mail, lang) as relay, _progress(outbox, lang) as told:
                done = deliver_all(outbox, relay, per_minute=settings.mail.per_minute, stop=stop, told=told)
        except Unrecorded as told_too_late:
            return _unrecorded(told_too_late, lang)
        return _summary(outbox, done, settings, lang, command)


@contextlib.contextmanager
def opened(settings: Settings, lang: str) -> Iterator[Outbox]:
    """The outbox of the settings. Raises UsageError with the store's own reason."""
    try:
        with open_store(settings.store.url) as store:
            yield Outbox(store)
    except StoreError as error:
        raise UsageError(store_trouble(error, lang)) from error


def _queue(outbox: Outbox, errands: tuple[Errand, ...], composer: Composer, stop: threading.Event, lang: str) -> None:
    """What is there already is neither made nor queued again."""
    known = 0
    with progress_bar("send.preparing", len(errands), lang) as (console, advance):
        for errand in errands:
            if stop.is_set():
                break
            advance()
            if outbox.find(errand.dispatch) is not None:
                known += 1
                continue
            to, domain = errand.recipient.to, errand.dispatch.authority
            mail = composer.mail(errand, errands)
            if mail is None:
                console.print(say(lang, "send.nothing_for", to=to, domain=domain), markup=False, highlight=False)
                continue
            try:
                patiently(partial(outbox.enqueue, errand.dispatch, mail), STORE_PATIENCE, time.sleep)
            except TooLarge as error:
                raise UsageError(say(lang, "send.too_large", to=to, domain=domain, size=error.size)) from error
    if known:
        print(say(lang, "send.known", count=known))


def _summary(outbox: Outbox, done: Round, settings: Settings, lang: str, command: str) -> Exit:
    counts = outbox.counts()
    waiting, doubtful, rejected = counts[State.WAITING], counts[State.DOUBTFUL], done.states[State.REJECTED]
    if done.end is End.RELAY and isinstance(done.trouble, Deferred):
        said = f"{done.trouble.code} {done.trouble.text}" if done.trouble.code else done.trouble.text
        print(say(lang, "send.end_relay", name=settings.mail.relay, answer=said), file=sys.stderr)
    if done.end is End.STORE and isinstance(done.trouble, StoreBusy):
        print(store_trouble(done.trouble, lang), file=sys.stderr)
    print(say(lang, "send.summary", sent=done.states[State.SENT], waiting=waiting, doubtful=doubtful, rejected=rejected))
    if counts[State.SENDING]:
        print(say(lang, "send.elsewhere", count=counts[State.SENDING]))
    if waiting:
        due = min(entry.due for entry in outbox.entries((State.WAITING,)))
        print(say(lang, "send.again", command=command, when=moment(max(due, outbox.clock()), lang)))
    if doubtful or rejected:
        print(say(lang, "send.see_outbox"))
    if done.end is End.STOPPED:
        print(say(lang, "send.end_stopped"), file=sys.stderr)
        return Exit.INTERRUPTED
    return Exit.PARTIAL if waiting or doubtful or rejected or counts[State.SENDING] else Exit.DONE


def moment(when: datetime, lang: str) -> str:
    """As a terminal shows it: with ordinary spaces."""
    return instant(when, lang).translate(_SPACES)


def _unrecorded(error: Unrecorded, lang: str) -> Exit:
    claim, result = error.claim, error.result
    key = "send.unrecorded_sent" if isinstance(result, Delivered) else "send.unrecorded"
    facts = {"number": claim.id, "to": claim.mail.to, "message_id": claim.mail.message_id}
    print(say(lang, key, **facts), file=sys.stderr)
    return Exit.PARTIAL


@contextlib.contextmanager
def progress_bar(key: str, total: int, lang: str) -> Iterator[tuple[Console, Callable[[], None]]]:
    """A bar for a person at a terminal, a console that prints above it, and what moves it on."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task(say(lang, key), total=total)
        yield console, lambda: bars.advance(task)


@contextlib.contextmanager
def _progress(outbox: Outbox, lang: str) -> Iterator[Callable[[Claim, Result], None]]:
    """A step of the bar for each mail, and a line for each that did not simply leave."""
    now = outbox.clock()
    due = sum(entry.due <= now for entry in outbox.entries((State.WAITING,)))
    with progress_bar("send.progress", due, lang) as (console, advance):

        def told(claim: Claim, result: Result) -> None:
            advance()
            if not isinstance(result, Delivered):
                console.print(_line(claim, result, lang), markup=False, highlight=False, soft_wrap=True)

        yield told


def _line(claim: Claim, result: Deferred | Rejected | InDoubt, lang: str) -> str:
    match result:
        case InDoubt(text):
            return say(lang, "send.doubtful", number=claim.id, to=claim.mail.to, answer=text)
        case Rejected(code, text):
            return say(lang, "send.rejected", number=claim.id, to=claim.mail.to, answer=f"{code} {text}")
        case Deferred(code, text):
            if not code:  # the relay said nothing: the words are ours, and a sentence
                return say(lang, "send.put_off_unsaid", number=claim.id, to=claim.mail.to, answer=text)
            return say(lang, "send.put_off", number=claim.id, to=claim.mail.to, answer=f"{code} {text}")


@contextlib.contextmanager
def stopping() -> Iterator[threading.Event]:
    """Set by Ctrl-C or SIGTERM: the mail under way is finished. A second one does what it always does."""
    stop = threading.Event()
    usual = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def ask(number: int, frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, usual[signal.Signals(number)])

    for number in usual:
        signal.signal(number, ask)
    try:
        yield stop
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
