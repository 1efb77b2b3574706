"""What `beffroi tickets` and `beffroi verify` show and do. Raises UsageError with one line that says what to do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path

import typer

from scanner.catalogue import Catalogue, load_catalogue
from scanner.cli.days import shown_day, why_impossible
from scanner.cli.desk import Desk
from scanner.cli.exits import Exit
from scanner.cli.messages import say
from scanner.cli.request import UsageError, read_domains
from scanner.cli.workspace import plain_spaces
from scanner.cli.writing import FileWriter
from scanner.followup.messages import Occasion, conclusion, title_of
from scanner.followup.model import OPEN, NoSuchTicket, NotNow, TicketRow, TicketState, Verdict
from scanner.followup.points import Judged, judged
from scanner.followup.reminding import draft_files, draft_reminder, due_reminders
from scanner.followup.tickets import Tickets
from scanner.followup.verify import NothingToLookAt, checks_of, look_again
from scanner.net.door import Premises
from scanner.report.tickets import Ticket
from scanner.report.words import words
from scanner.scan import ScanImpossible


def print_tickets(desk: Desk, domain: str, everything: bool) -> None:
    """Those that wait for somebody, or all."""
    name = read_domains([domain], desk.lang)[0][0].ascii if domain else ""
    states = tuple(TicketState) if everything else (*OPEN, TicketState.REFUSED, TicketState.FIXED)
    found = _tickets(desk).all(states, name)
    for ticket in found:
        _tell(desk, "line", **_facts(ticket, desk))
    if not found:
        _tell(desk, "none")


def print_ticket(desk: Desk, reference: str) -> None:
    """One ticket, point by point."""
    ticket = _ticket(desk, reference)
    _tell(desk, "head", **_facts(ticket, desk))
    for point in ticket.points:
        state = point.verdict or "unverified"
        when = shown_day(point.verified, desk.lang) if point.verified else "–"
        title = plain_spaces(title_of(point))
        _tell(desk, f"point.{state}", title=title, asked=shown_day(point.asked, desk.lang), day=when)
    if ticket.note:
        _tell(desk, "note", note=ticket.note)


def move(desk: Desk, reference: str, to: TicketState, note: str, until: date | None = None) -> None:
    """As a person says."""
    due = datetime.combine(until, time(23, 59), UTC) if until else None
    try:
        ticket = _tickets(desk).move(_ticket(desk, reference).id, to, note, due)
    except NotNow as error:
        state = say(desk.lang, f"tickets.state.{error.state}")
        raise UsageError(say(desk.lang, "tickets.not_now", id=reference, state=state)) from error
    _tell(desk, "line", **_facts(ticket, desk))


def remind(desk: Desk, folder: Path | None) -> None:
    """Only a reminder that was written to a file counts."""
    tickets = _tickets(desk)
    due = due_reminders(tickets, desk.settings.correspondence)
    for ticket in due:
        _tell(desk, "line", **_facts(ticket, desk))
        if folder is not None:
            draft_reminder(ticket, tickets, desk.settings.sender.sender(), desk.lang, _writer(desk, folder))
    _tell(desk, "reminders_written" if folder is not None else "reminders", count=len(due))


def verify(desk: Desk, reference: str, folder: Path | None) -> Exit:
    """PARTIAL where something is not fixed, or could not be seen."""
    ticket, tickets = _ticket(desk, reference), _tickets(desk)
    looks = _look(desk, ticket, load_catalogue())
    for look in looks:
        facts = {"title": plain_spaces(title_of(look.point)), "why": _why(look, desk.lang)}
        _tell(desk, f"look.{look.verdict}", **facts)
    ticket = tickets.looked_at(ticket, looks)
    draft = conclusion(ticket, looks, _occasion(desk))
    if draft is None:
        _tell(desk, "nothing_seen", id=ticket.id)
    elif folder is not None:
        _write(desk, folder, draft, "verification")
    else:
        typer.echo()
        typer.echo(plain_spaces(draft.to_text()))
    return Exit.DONE if ticket.state is TicketState.FIXED else Exit.PARTIAL


def _look(desk: Desk, ticket: TicketRow, catalogue: Catalogue) -> tuple[Judged, ...]:
    premises = Premises(desk.settings.network)
    checks = checks_of(ticket)
    try:
        going = look_again(ticket.domain, checks, desk.register, desk.register.who, catalogue, premises, desk.register.clock)
        return judged(ticket.points, asyncio.run(going))
    except ScanImpossible as problem:
        raise UsageError(why_impossible(desk.lang, problem.kind, problem.domain, problem.detail)) from problem
    except NothingToLookAt as error:
        raise UsageError(say(desk.lang, "tickets.no_check", id=ticket.id)) from error
    finally:
        premises.close()


def _why(look: Judged, lang: str) -> str:
    if look.verdict is not Verdict.NOT_VERIFIABLE:
        return ""
    return plain_spaces(words(lang)(f"reason_short.{look.reason}")) if look.reason else say(lang, "tickets.not_applicable")


def _write(desk: Desk, folder: Path, draft: Ticket, kind: str) -> None:
    write = _writer(desk, folder)
    for name, content in draft_files(draft, kind):
        write(name, content)


def _writer(desk: Desk, folder: Path) -> Callable[[str, bytes], None]:
    """Into the folder, each file told."""
    files = FileWriter(desk.lang)
    files.folder(folder)

    def write(name: str, content: bytes) -> None:
        files.replace(folder / name, content)
        _tell(desk, "written", path=folder / name)

    return write


def _occasion(desk: Desk) -> Occasion:
    return Occasion(desk.lang, desk.settings.sender.sender(), desk.register.clock())


def _tickets(desk: Desk) -> Tickets:
    return Tickets(desk.store, clock=desk.register.clock)


def _ticket(desk: Desk, reference: str) -> TicketRow:
    try:
        return _tickets(desk).get(reference)
    except NoSuchTicket as error:
        raise UsageError(say(desk.lang, "tickets.unknown", id=reference[:40])) from error


def _facts(ticket: TicketRow, desk: Desk) -> dict[str, object]:
    late = say(desk.lang, "tickets.late") if ticket.state in OPEN and ticket.due <= desk.register.clock() else ""
    return {
        "id": ticket.id,
        "domain": ticket.domain,
        "who": ticket.supplier or say(desk.lang, f"tickets.duty.{ticket.duty}"),
        "state": say(desk.lang, f"tickets.state.{ticket.state}"),
        "sent": shown_day(ticket.sent, desk.lang),
        "due": f"{shown_day(ticket.due, desk.lang)}{late}",
        "left": len(ticket.open_points),
        "points": len(ticket.points),
        "reminders": ticket.reminders,
    }


def _tell(desk: Desk, key: str, **facts: object) -> None:
    typer.echo(say(desk.lang, f"tickets.{key}", **facts))
