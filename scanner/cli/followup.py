"""`beffroi review`, `tickets`, `alerts`, `verify` and `calendar`: their options, and nothing more."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scanner.cli.messages import default_language, say
from scanner.cli.parser import App

# Heavy imports (SQLAlchemy, Jinja2, requests) stay inside the commands: `--help` needs none of them.


def _help(key: str) -> str:
    return say(default_language(), f"followup.help.{key}")


review_app = App(_help("review"))
tickets_app = App(_help("tickets"))
alerts_app = App(_help("alerts"))

Config = Annotated[Path | None, typer.Option("--config", help=_help("config"), metavar="FILE")]
Lang = Annotated[str | None, typer.Option("--lang", help=_help("lang"), metavar="fr|en")]
Name = Annotated[str, typer.Argument(help=_help("campaign"), metavar="CAMPAIGN")]
MaybeName = Annotated[str, typer.Argument(help=_help("maybe_campaign"), metavar="[CAMPAIGN]")]
Domain = Annotated[str, typer.Argument(help=_help("domain"), metavar="DOMAIN")]
Reference = Annotated[str, typer.Argument(help=_help("reference"), metavar="TICKET")]
Note = Annotated[str, typer.Option("--note", help=_help("note"), metavar="TEXT")]
Folder = Annotated[Path | None, typer.Option("--out", help=_help("drafts"), metavar="FOLDER")]
Yes = Annotated[bool, typer.Option("--yes", help=_help("yes"))]


@review_app.command("list", help=_help("review_list"))
def list_command(name: MaybeName = "", config: Config = None, lang: Lang = None) -> None:
    """What to read first, and why."""
    from scanner.cli.desk import at_the_desk
    from scanner.cli.review_desk import print_list

    with at_the_desk(config, lang) as desk:
        print_list(desk, name)


@review_app.command("show", help=_help("review_show"))
def show_review_command(
    name: Name,
    domain: Domain,
    out: Annotated[Path | None, typer.Option("--out", help=_help("show_out"), metavar="FOLDER")] = None,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """What would leave about one domain."""
    from scanner.cli.desk import at_the_desk
    from scanner.cli.preview_desk import show

    with at_the_desk(config, lang) as desk:
        raise typer.Exit(show(desk, name, domain, out))


@review_app.command("hold", help=_help("hold"))
def hold_command(
    name: Name,
    domain: Domain,
    reason: Annotated[str, typer.Option("--reason", help=_help("reason"), metavar="TEXT")],
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Nothing about this domain leaves."""
    from scanner.cli.desk import at_the_desk
    from scanner.cli.review_desk import hold

    with at_the_desk(config, lang) as desk:
        hold(desk, name, domain, reason)


@review_app.command("release", help=_help("release"))
def release_command(name: Name, domain: Domain, note: Note = "", config: Config = None, lang: Lang = None) -> None:
    """A person has looked."""
    from scanner.cli.desk import at_the_desk
    from scanner.cli.review_desk import release

    with at_the_desk(config, lang) as desk:
        release(desk, name, domain, note)


@review_app.command("approve", help=_help("approve"))
def approve_command(name: MaybeName = "", yes: Yes = False, config: Config = None, lang: Lang = None) -> None:
    """From now on its mails leave, each when it is due."""
    from scanner.cli.desk import at_the_desk
    from scanner.cli.review_desk import approve

    with at_the_desk(config, lang) as desk:
        raise typer.Exit(approve(desk, name, yes))


@review_app.command("send", help=_help("send"))
def send_command(
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_help("dry_run"))] = False,
    out: Annotated[Path | None, typer.Option("--out", help=_help("send_out"), metavar="FOLDER")] = None,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """What is due goes into the outbox, and from there to the relay."""
    from scanner.cli.desk import at_the_desk
    from scanner.cli.post_desk import Sending, send_due

    with at_the_desk(config, lang) as desk:
        raise typer.Exit(send_due(desk, Sending(dry_run, out)))


@tickets_app.command("list", help=_help("tickets_list"))
def list_tickets_command(
    everything: Annotated[bool, typer.Option("--all", help=_help("all_tickets"))] = False,
    domain: Annotated[str, typer.Option("--domain", help=_help("domain"), metavar="DOMAIN")] = "",
    config: Config = None,
    lang: Lang = None,
) -> None:
    """A line each, the next to fall due first."""
    from scanner.cli.desk import at_the_desk
    from scanner.cli.ticket_desk import print_tickets

    with at_the_desk(config, lang) as desk:
        print_tickets(desk, domain, everything)


@tickets_app.command("show", help=_help("show"))
def show_command(reference: Reference, config: Config = None, lang: Lang = None) -> None:
    """One ticket, point by point."""
    from scanner.cli.desk import at_the_desk
    from scanner.cli.ticket_desk import print_ticket

    with at_the_desk(config, lang) as desk:
        print_ticket(desk, reference)


@tickets_app.command("answer", help=_help("answer"))
def answer_command(
    reference: Reference,
    until: Annotated[str, typer.Option("--until", help=_help("until"), metavar="DATE")],
    note: Note = "",
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Somebody has named a date."""
    from scanner.cli.desk import at_the_desk, read_day_to_come
    from scanner.cli.ticket_desk import move
    from scanner.followup.model import TicketState

    with at_the_desk(config, lang) as desk:
        move(desk, reference, TicketState.ANSWERED, note, read_day_to_come(until, desk))


@tickets_app.command("refuse", help=_help("refuse"))
def refuse_command(reference: Reference, note: Note, config: Config = None, lang: Lang = None) -> None:
    """Somebody will not do it."""
    from scanner.cli.desk import at_the_desk
    from scanner.cli.ticket_desk import move
    from scanner.followup.model import TicketState

    with at_the_desk(config, lang) as desk:
        move(desk, reference, TicketState.REFUSED, note)


@tickets_app.command("close", help=_help("close"))
def close_command(reference: Reference, note: Note = "", config: Config = None, lang: Lang = None) -> None:
    """Nothing more is expected."""
    from scanner.cli.desk import at_the_desk
    from scanner.cli.ticket_desk import move
    from scanner.followup.model import TicketState

    with at_the_desk(config, lang) as desk:
        move(desk, reference, TicketState.CLOSED, note)


@tickets_app.command("remind", help=_help("remind"))
def remind_command(out: Folder = None, config: Config = None, lang: Lang = None) -> None:
    """Drafts of the reminders that are due; without a folder they are only listed."""
    from scanner.cli.desk import at_the_desk
    from scanner.cli.ticket_desk import remind

    with at_the_desk(config, lang) as desk:
        remind(desk, out)


@alerts_app.command("run", help=_help("alerts_run"))
def run_command(config: Config = None, lang: Lang = None) -> None:
    """What cannot wait is told once."""
    from scanner.cli.alert_desk import run
    from scanner.cli.desk import at_the_desk

    with at_the_desk(config, lang) as desk:
        raise typer.Exit(run(desk))


@alerts_app.command("list", help=_help("alerts_list"))
def list_alerts_command(
    days: Annotated[int, typer.Option("--days", help=_help("days"), min=1, max=400)] = 30,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """The alerts of the last days."""
    from scanner.cli.alert_desk import print_alerts
    from scanner.cli.desk import at_the_desk

    with at_the_desk(config, lang) as desk:
        print_alerts(desk, days)


def verify_command(reference: Reference, out: Folder = None, config: Config = None, lang: Lang = None) -> None:
    """Look at the points of one ticket, and at nothing else."""
    from scanner.cli.desk import at_the_desk
    from scanner.cli.ticket_desk import verify

    with at_the_desk(config, lang) as desk:
        raise typer.Exit(verify(desk, reference, out))


def calendar_command(
    out: Annotated[Path, typer.Option("--out", help=_help("ics"), metavar="FILE.ics")],
    registries: Annotated[bool, typer.Option("--registries", help=_help("registries"))] = False,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """What falls due, in one file."""
    from scanner.cli.alert_desk import write_calendar
    from scanner.cli.desk import at_the_desk

    with at_the_desk(config, lang) as desk:
        raise typer.Exit(write_calendar(desk, out, registries=registries))
