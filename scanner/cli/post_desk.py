"""`beffroi review send`: planned mails that are due go into the outbox, and from there to the relay."""

from __future__ import annotations

import sys

from scanner.campaign.planned import MailState
from scanner.campaign.posting import PostRoom
from scanner.catalogue import load_catalogue
from scanner.cli.desk import Desk
from scanner.cli.exits import Exit
from scanner.cli.messages import say
from scanner.cli.posting import post
from scanner.cli.request import UsageError
from scanner.cli.sending import Composer
from scanner.delivery.dkim import CannotSign


def send_due(desk: Desk) -> Exit:
    """PARTIAL where a mail could not be made, or has not left. Raises UsageError."""
    refuse_without_relay(desk)
    catalogue = load_catalogue()
    try:
        room = PostRoom(desk.store, desk.register, catalogue, desk.settings)
    except CannotSign as error:
        raise UsageError(str(error)) from error
    made, troubles = 0, 0
    for posted in room.queue_due():
        made += posted.state is MailState.QUEUED
        if posted.trouble:
            troubles += 1
            facts = {"domain": posted.planned.domain, "to": posted.planned.recipient, "why": posted.trouble}
            print(say(desk.lang, "review.not_made", **facts), file=sys.stderr)
    print(say(desk.lang, "review.queued", count=made))
    code = deliver(desk)
    for name in room.finish():
        print(say(desk.lang, "review.done", name=name))
    return Exit.PARTIAL if troubles else code


def deliver(desk: Desk) -> Exit:
    """What the outbox holds goes to the relay."""
    return post((), Composer(desk.settings, load_catalogue(), desk.lang), desk.settings, desk.lang)


def refuse_without_relay(desk: Desk) -> None:
    """Raises UsageError where the settings name no relay."""
    if not desk.settings.mail.relay:
        raise UsageError(say(desk.lang, "review.no_relay"))
