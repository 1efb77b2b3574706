"""Reminders that are due become drafts: a person reads and sends them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scanner.dossier import Sender
from scanner.followup.messages import Occasion, reminder
from scanner.followup.model import OPEN, TicketRow, to_remind
from scanner.followup.tickets import Tickets
from scanner.report.tickets import Ticket
from scanner.settings.correspondence import CorrespondenceSettings

#: What a reminder's file is called.
_NAMES = {"fr": "relance", "en": "reminder"}


def due_reminders(tickets: Tickets, settings: CorrespondenceSettings) -> tuple[TicketRow, ...]:
    """The longest overdue first."""
    return to_remind(tickets.all(OPEN), tickets.clock(), settings.remind_every_days, settings.reminders)


def draft_reminder(ticket: TicketRow, tickets: Tickets, sender: Sender, lang: str, write: Callable[[str, bytes], object]) -> None:
    """Its files; only a reminder that was written counts. Raises whatever `write` raises."""
    for name, content in draft_files(reminder(ticket, Occasion(lang, sender, tickets.clock())), _NAMES[lang]):
        write(name, content)
    tickets.reminded(ticket.id)


def draft_files(draft: Ticket, kind: str) -> Iterator[tuple[str, bytes]]:
    """(name, content): the same message to copy from, and for a mail client."""
    for ending, content in (("txt", draft.to_text().encode()), ("eml", draft.to_eml())):
        yield f"{draft.domain}-{draft.moment:%Y-%m-%d}-{kind}-{draft.id}.{ending}", content
