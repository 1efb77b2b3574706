"""`beffroi review send`: planned mails that are due go into the outbox, and from there to the relay; or into files."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scanner.campaign.planned import MailState, Plans
from scanner.campaign.posting import PostRoom
from scanner.catalogue import load_catalogue
from scanner.cli.desk import Desk
from scanner.cli.exits import Exit
from scanner.cli.messages import say
from scanner.cli.posting import REVIEW_SEND, post, progress_bar, stopping
from scanner.cli.preview_desk import post_room, write_drafts
from scanner.cli.request import UsageError
from scanner.cli.sending import DRAFTS, Composer


@dataclass(frozen=True, slots=True)
class Sending:
    """How: `dry_run` writes files and sends nothing, into `out` where it is given."""

    dry_run: bool = False
    out: Path | None = None


def send_due(desk: Desk, how: Sending) -> Exit:
    """PARTIAL where a mail could not be made, or has not left. Raises UsageError."""
    if how.dry_run or not desk.settings.mail.relay:
        if not how.dry_run:
            print(say(desk.lang, "review.no_relay"), file=sys.stderr)
        due = Plans(desk.store).due(desk.register.clock())
        return write_drafts(desk, due, how.out or DRAFTS)
    if how.out is not None:
        raise UsageError(say(desk.lang, "send.out_alone"))
    room = post_room(desk, desk.settings)
    with stopping() as stop:
        made, troubles = _queue(desk, room, stop.is_set)
    print(say(desk.lang, "review.queued", count=made))
    if stop.is_set():
        print(say(desk.lang, "send.end_stopped"), file=sys.stderr)
        return Exit.INTERRUPTED
    code = deliver(desk)
    for name in room.finish():
        print(say(desk.lang, "review.done", name=name))
    return max(code, Exit.PARTIAL) if troubles else code


def deliver(desk: Desk) -> Exit:
    """What the outbox holds goes to the relay."""
    return post((), Composer(desk.settings, load_catalogue(), desk.lang), desk.settings, desk.lang, REVIEW_SEND)


def _queue(desk: Desk, room: PostRoom, stop: Callable[[], bool]) -> tuple[int, int]:
    """How many mails are in the outbox now, and how many could not be made, each of them told."""
    made, troubles = 0, 0
    with progress_bar("send.preparing", len(Plans(desk.store).due(desk.register.clock())), desk.lang) as (console, advance):
        for posted in room.queue_due(stop):
            advance()
            made += posted.state is MailState.QUEUED
            if posted.trouble:
                troubles += 1
                facts = {"domain": posted.planned.domain, "to": posted.planned.recipient, "why": posted.trouble}
                console.print(say(desk.lang, "review.not_made", **facts), markup=False, highlight=False, soft_wrap=True)
    return made, troubles
