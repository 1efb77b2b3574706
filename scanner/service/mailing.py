"""The errands of the service: alerts once a day, reminders as drafts, and the mails of approved campaigns that are due."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scanner.campaign.alerting import AlertDesk
from scanner.campaign.planned import MailState, Plans
from scanner.campaign.posting import PostRoom
from scanner.campaign.webhook import Taken, Webhook
from scanner.catalogue import Catalogue
from scanner.delivery.deliver import End, Round, deliver_all
from scanner.delivery.outbox import Outbox
from scanner.delivery.relay import Relay
from scanner.delivery.states import State
from scanner.followup.reminding import draft_reminder, due_reminders
from scanner.followup.tickets import Tickets
from scanner.registry import Register
from scanner.service import alarms
from scanner.service.errands import Errand, Word
from scanner.settings import Settings
from scanner.store.engine import Store


@dataclass(frozen=True)
class Mailing:
    """What leaves one installation. `keep` writes a draft under a name; `lang` is the language of our own texts."""

    store: Store
    register: Register
    catalogue: Catalogue
    settings: Settings
    lang: str
    keep: Callable[[str, bytes], object]

    def errands(self, *, network: bool) -> tuple[Errand, ...]:
        """Alerts first, so that their mail leaves in the same pass; none where our network is not to be trusted."""
        return (*((self.alerts,) if network else ()), self.reminders, self.mails)

    def alerts(self, stop: threading.Event) -> Iterator[Word]:
        """At most once a day; what the webhook did not take is offered again the next day."""
        if not alarms.due(self.register):
            return
        board = AlertDesk(self.store, self.register, self.catalogue, self.settings)
        fresh = alarms.fresh_alerts(board, self.register, self.catalogue, self.settings, stop)
        told = self.settings.correspondence
        by_mail = bool(told.alert_to and self.settings.mail.relay)
        if fresh and not by_mail and told.webhook is None:
            yield Word("alerts_untold", {"count": len(fresh)}, trouble=True)
        elif fresh:
            yield Word("alerts", {"count": len(fresh)})
        if by_mail:
            board.mail(Outbox(self.store, clock=self.register.clock), self.lang)
        if told.webhook is not None:
            hook = Webhook(told.webhook, self.settings.network.user_agent)
            left = sum(answer.taken is not Taken.YES for _, answer in board.post(hook, self.lang))
            if left:
                yield Word("webhook", {"count": left}, trouble=True)

    def reminders(self, stop: threading.Event) -> Iterator[Word]:
        """Drafts, which nobody but a person sends."""
        tickets = Tickets(self.store, clock=self.register.clock)
        due = due_reminders(tickets, self.settings.correspondence)
        for ticket in due:
            draft_reminder(ticket, tickets, self.settings.sender.sender(), self.lang, self.keep)
        if due:
            yield Word("reminders", {"count": len(due)})

    def mails(self, stop: threading.Event) -> Iterator[Word]:
        """What is due goes into the outbox, and from there to the relay; without one nothing is touched."""
        room = PostRoom(self.store, self.register, self.catalogue, self.settings)
        if not self.settings.mail.relay:
            waiting = len(Plans(self.store).due(self.register.clock())) + room.outbox.counts()[State.WAITING]
            if waiting:
                yield Word("no_relay", {"count": waiting}, trouble=True)
            return
        for posted in room.queue_due(stop.is_set):
            if posted.state is not MailState.QUEUED and posted.trouble:
                yield Word("not_made", {"domain": posted.planned.domain, "why": posted.trouble}, trouble=True)
        with Relay(self.settings.mail, self.lang) as relay:
            done = deliver_all(room.outbox, relay, per_minute=self.settings.mail.per_minute, stop=stop)
        yield from self._told(done, room.outbox)
        yield from (Word("all_left", {"name": name}) for name in room.finish())

    def _told(self, done: Round, outbox: Outbox) -> Iterator[Word]:
        sent, rejected = done.states[State.SENT], done.states[State.REJECTED]
        if done.end in (End.RELAY, End.STORE):
            waiting = outbox.counts()[State.WAITING] if done.end is End.RELAY else 0
            yield Word(f"end_{done.end.value}", {"name": self.settings.mail.relay, "count": waiting}, trouble=True)
        if sent:
            yield Word("sent", {"count": sent})
        if rejected or done.states[State.DOUBTFUL]:
            yield Word("see_outbox", {"count": rejected + done.states[State.DOUBTFUL]}, trouble=True)
