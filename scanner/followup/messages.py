"""What is written about a ticket after it was sent: a reminder, and the message that closes it. Drafts: a person sends them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from scanner.dossier import Sender
from scanner.followup.model import Point, TicketRow, TicketState, Verdict
from scanner.followup.points import Judged
from scanner.report.templates import text_environment
from scanner.report.ticket_text import WIDTH
from scanner.report.tickets import Ticket
from scanner.report.values import day, instant, visible
from scanner.report.words import Words, words
from scanner.report.writers import filled


class Kind(StrEnum):
    """What the message is for; a table of the words (`followup.<kind>`)."""

    CLOSING = "closing"
    REMINDER = "reminder"  # nobody has answered
    OVERDUE = "overdue"  # the date that was named has passed
    PARTLY = "partly"  # somebody has looked again, and something is left


@dataclass(frozen=True, slots=True)
class Occasion:
    """In which language, for whom, and at which moment we write."""

    lang: str
    sender: Sender
    moment: datetime


def reminder(ticket: TicketRow, occasion: Occasion) -> Ticket:
    """A polite word about a ticket whose date has passed."""
    kind = Kind.OVERDUE if ticket.state is TicketState.ANSWERED else Kind.REMINDER
    say = words(occasion.lang)
    left = tuple(map(title_of, ticket.open_points))
    return _message(kind, ticket, ((say("followup.left", n=len(left)), left),), occasion)


def conclusion(ticket: TicketRow, looks: Iterable[Judged], occasion: Occasion) -> Ticket | None:
    """What was seen when we looked again: the closing message, or what is left; None where nothing could be seen."""
    looks, say = tuple(looks), words(occasion.lang)
    groups = {verdict: tuple(title_of(look.point) for look in looks if look.verdict is verdict) for verdict in Verdict}
    if not groups[Verdict.FIXED] and not groups[Verdict.STILL]:
        return None
    kind = Kind.CLOSING if set(filter(groups.get, groups)) == {Verdict.FIXED} else Kind.PARTLY
    lists = ((say(f"followup.{verdict}", n=len(titles)), titles) for verdict, titles in groups.items() if titles)
    return _message(kind, ticket, tuple(lists), occasion)


def title_of(point: Point) -> str:
    """`Un tiers peut tenter d’écrire en votre nom (saint-exemple.fr)`."""
    return f"{visible(point.title, 300)} ({visible(point.subject.partition(':')[2], 260)})"


def _message(kind: Kind, ticket: TicketRow, lists: tuple[tuple[str, tuple[str, ...]], ...], occasion: Occasion) -> Ticket:
    say, lang, sender = words(occasion.lang), occasion.lang, occasion.sender
    facts = {"sent": day(ticket.sent, lang), "due": day(ticket.due, lang), "domain": visible(ticket.domain, 260)}
    opening = say(f"followup.{kind}.opening", moment=instant(occasion.moment, lang), **facts)
    body = (
        text_environment()
        .get_template("followup_message.txt.j2")
        .render(
            w=say,
            lines=_lines,
            paragraphs=(opening,),
            lists=lists,
            request=say(f"followup.{kind}.request"),
            signature=_signature(sender, say),
            foot=say("ticket.reference", id=ticket.id),
        )
        .rstrip("\n")
    )
    return Ticket(
        id=ticket.id,
        role=ticket.duty.role,
        supplier=None,
        subject=ticket.subject,
        body=body,
        lang=lang,
        domain=ticket.domain,
        moment=occasion.moment,
        author=(_plain(sender.name) or "Beffroi", sender.email),
    )


def _signature(sender: Sender, say: Words) -> tuple[str, ...]:
    """Our name, then where to call; whoever sends the draft on may write above."""
    contact = " – ".join(filter(None, map(_plain, (sender.phone, sender.email))))
    return tuple(filter(None, (_plain(sender.name), contact))) or (say("ticket.referent"),)


def _plain(text: str) -> str:
    return visible(" ".join(text.split()), 200)


def _lines(text: str, margin: int = 0) -> str:
    return filled(text, WIDTH - margin).replace("\n", "\n" + " " * margin)
