"""From an open register to the files of a portfolio. Raises UsageError with one line."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console

from scanner.campaign.campaigns import Campaigns
from scanner.catalogue import Catalogue, load_catalogue
from scanner.cli.campaign_desk import campaign_named
from scanner.cli.desk import Desk
from scanner.cli.exits import Exit
from scanner.cli.messages import say
from scanner.cli.request import UsageError
from scanner.cli.writing import FileWriter
from scanner.dossier import Dossier
from scanner.history import History
from scanner.portfolio import Choice, Examined, Heading, Portfolio, assemble, gather
from scanner.registry.columns import fold
from scanner.registry.model import Authority
from scanner.registry.waiving import waivers_of
from scanner.report.documents import render, stem
from scanner.report.portfolio import (
    Audience,
    GroupTicket,
    Links,
    Names,
    group_tickets,
    render_portfolio,
    to_portfolio_csv,
)
from scanner.report.words import words


@dataclass(frozen=True, slots=True)
class PortfolioRequest:
    """What was asked for; `campaign` and `tag` are "" where everybody's newest result counts. `reports`: with the technical
    report of each member."""

    out: Path
    campaign: str
    tag: str
    names: Names
    reports: bool = False


def make_portfolio(desk: Desk, request: PortfolioRequest) -> Exit:
    """The page and the table; the messages too, unless the suppliers are hidden. PARTIAL, and no file, without any result."""
    if not request.out.parent.is_dir():
        raise UsageError(say(desk.lang, "scan.no_folder", path=request.out.parent))
    catalogue = load_catalogue()
    portfolio = _portfolio(desk, request, catalogue)
    if not portfolio.rows:
        raise UsageError(say(desk.lang, "portfolio.nobody"))
    if all(row.latest is None for row in portfolio.rows):
        print(say(desk.lang, "portfolio.no_result"), file=sys.stderr)
        return Exit.PARTIAL
    writer = FileWriter(desk.lang)
    writer.folder(request.out)
    name = _stem(request, portfolio.heading.moment, desk.lang)
    tickets = group_tickets(portfolio, catalogue, desk.lang) if request.names is Names.SHOWN else ()
    links = Links(_reports(portfolio, request.out, desk.lang), _write_tickets(tickets, name, request.out, writer, desk.lang))
    page = render_portfolio(portfolio, desk.lang, names=request.names, tickets=tickets, links=links)
    table = to_portfolio_csv(portfolio, desk.lang, names=request.names)
    for path, text in ((request.out / f"{name}.html", page), (request.out / f"{name}.csv", table)):
        writer.replace(path, text.encode())
        Console(stderr=True).print(say(desk.lang, "report.written", path=path), markup=False, highlight=False, soft_wrap=True)
    _say_tickets(tickets, desk.lang)
    return Exit.DONE


def _portfolio(desk: Desk, request: PortfolioRequest, catalogue: Catalogue) -> Portfolio:
    settings = desk.settings.portfolio
    now = desk.register.clock()
    moment, choice = now, Choice(request.tag)
    if request.campaign:
        found = campaign_named(desk, request.campaign)
        members = Campaigns(desk.store).members(found.id)
        moment, choice = found.finished or now, Choice(request.tag, found.id, frozenset(member.domain for member in members))
    heading = Heading(moment, request.campaign, request.tag, desk.settings.sender.sender())
    examined = gather(desk.register, History(desk.store, catalogue), choice, _sharing(desk, settings.sharing_tag))
    if request.reports:
        examined = _reported(examined, catalogue, desk, request.out)
    with Console(stderr=True).status("") as status:
        counted = _counted(examined, lambda number: status.update(say(desk.lang, "portfolio.reading", number=number)))
        return assemble(counted, catalogue, heading, settings.own_suppliers)


def _sharing(desk: Desk, tag: str) -> Callable[[Authority], bool]:
    """Whoever has the tag, and a mandate that is in force today."""
    today = desk.today

    def shares(authority: Authority) -> bool:
        agreed = bool(tag) and tag.lower() in authority.tags
        return agreed and any(desk.register.mandate_row(domain.name, today) is not None for domain in authority.domains)

    return shares


def _counted(examined: Iterable[Examined], tell: Callable[[int], None]) -> Iterator[Examined]:
    for number, each in enumerate(examined, 1):
        if number % 20 == 1:
            tell(number)
        yield each


def _reported(examined: Iterable[Examined], catalogue: Catalogue, desk: Desk, out: Path) -> Iterator[Examined]:
    """The technical report of each beside the page; a report is written before the page that leads to it."""
    writer, today = FileWriter(desk.lang), desk.today
    for each in examined:
        if each.result is not None:
            waivers = waivers_of(each.result, each.waivers, today, catalogue)
            sender = desk.settings.sender.sender()
            dossier = Dossier(each.result, each.previous, each.town, sender, each.declared, waivers=waivers)
            folder = out / each.member.domain
            writer.folder(out)
            writer.folder(folder)
            for file in render(dossier, catalogue, "technical", desk.lang, "html"):
                writer.replace(folder / file.name, file.content)
        yield each


def _stem(request: PortfolioRequest, moment: datetime, lang: str) -> str:
    """`parc-2026-11`, `parc-nord-2026-11-24`; a version without names is told from the other by its name."""
    w = words(lang)
    chosen = re.sub(r"[^a-z0-9-]+", "-", fold(request.tag)) if request.tag else ""
    hidden = w("file.portfolio_hidden") if request.names is Names.HIDDEN else ""
    return "-".join(filter(None, (w("file.portfolio"), chosen, request.campaign or moment.date().isoformat(), hidden)))


def _reports(portfolio: Portfolio, out: Path, lang: str) -> dict[str, str]:
    """The technical reports that stand in the folder already, as `beffroi scan --out` leaves them."""
    found = {}
    for row in portfolio.rows:
        if row.latest is not None:
            domain = row.member.domain
            path = f"{domain}/{stem(domain, row.latest.moment, 'technical', lang)}.html"
            if (out / path).is_file():
                found[domain] = path
    return found


def _write_tickets(tickets: tuple[GroupTicket, ...], name: str, out: Path, writer: FileWriter, lang: str) -> dict[str, str]:
    """Those that may leave and those that may not in two folders; what stood there from an earlier call goes first."""
    written = {}
    for audience in Audience:
        mine = [ticket for ticket in tickets if ticket.audience is audience]
        folder = out / f"{name}-{words(lang)(f'file.portfolio_{audience}')}"
        if mine or folder.is_dir():
            writer.folder(folder)
            for old in folder.glob("BEF-*"):
                old.unlink()
        for each in mine:
            id = each.ticket.id
            writer.replace(folder / f"{id}.txt", each.ticket.to_text().encode())
            if audience is Audience.SUPPLIER:
                writer.replace(folder / f"{id}.eml", each.ticket.to_eml())
            written[id] = f"{folder.name}/{id}.txt"
    return written


def _say_tickets(tickets: tuple[GroupTicket, ...], lang: str) -> None:
    if tickets:
        sent = sum(ticket.audience is Audience.SUPPLIER for ticket in tickets)
        line = say(lang, "portfolio.tickets", sent=sent, kept=len(tickets) - sent)
        Console(stderr=True).print(line, markup=False, highlight=False, soft_wrap=True)
