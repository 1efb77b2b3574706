"""A supplier learns of its own clients only, and only of those who let it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from email import message_from_bytes
from email.policy import SMTP

import pytest

from scanner.advice import LANGUAGES
from scanner.catalogue import Catalogue
from scanner.dossier import Role, Town
from scanner.portfolio import CauseKind, Examined, Heading, Member, Portfolio, assemble
from scanner.registry.model import Kind
from scanner.report.portfolio import Audience, GroupTicket, group_tickets
from scanner.result import ScanResult
from tests.golden import Golden
from tests.portfolio.hostile import hostile_portfolio
from tests.portfolio.parks import HEADING, Parks

AGENCY = "Agence Trois-Rivières"
OTHER = "Atelier du Web"


@pytest.fixture(scope="module")
def neglected(scanned: dict[str, ScanResult]) -> ScanResult:
    return scanned["val-negligee.fr"]


def client(number: int, result: ScanResult, agency: str, *, shares: bool) -> Examined:
    suppliers = ((Role.CMS_MAINTAINER, agency),) if agency else ()
    member = Member(f"Commune {number}", Kind.COMMUNE, f"commune-{number}.fr", shares_with_suppliers=shares)
    return Examined(member, result, town=Town(suppliers=suppliers))


def spip(examined: Iterable[Examined], catalogue: Catalogue, own: tuple[str, ...] = ()) -> GroupTicket:
    portfolio = assemble(examined, catalogue, HEADING, own)
    return next(ticket for ticket in group_tickets(portfolio, catalogue, "fr") if ticket.cause.key.kind is CauseKind.SOFTWARE)


def named(ticket: GroupTicket) -> set[str]:
    """Every domain that the message speaks of."""
    return {f"commune-{number}.fr" for number in range(20) if f"commune-{number}.fr" in ticket.ticket.to_text()}


def test_only_confirmed_clients_who_agree_are_named(neglected: ScanResult, catalogue: Catalogue) -> None:
    clients = [
        client(1, neglected, AGENCY, shares=True), client(2, neglected, AGENCY, shares=True),
        client(3, neglected, AGENCY, shares=False), client(4, neglected, OTHER, shares=True),
        client(5, neglected, "", shares=True),
    ]  # fmt: skip
    ticket = spip(clients, catalogue)
    assert ticket.audience is Audience.SUPPLIER
    assert ticket.ticket.supplier is not None
    assert ticket.ticket.supplier.name == AGENCY
    assert set(ticket.listed) == named(ticket) == {"commune-1.fr", "commune-2.fr"}
    assert ticket.withheld == 3
    assert OTHER not in ticket.ticket.to_text()


def test_a_single_client_has_its_own_message_so_the_shared_one_stays_inside(neglected: ScanResult, catalogue: Catalogue) -> None:
    clients = [client(1, neglected, AGENCY, shares=True), client(2, neglected, AGENCY, shares=False)]
    ticket = spip(clients, catalogue)
    assert ticket.audience is Audience.INTERNAL
    assert named(ticket) == {"commune-1.fr", "commune-2.fr"}
    assert "NOTE INTERNE" in ticket.ticket.body


def test_two_suppliers_behind_one_cause_never_learn_of_each_other(neglected: ScanResult, catalogue: Catalogue) -> None:
    clients = [client(number, neglected, (AGENCY, OTHER)[number > 3], shares=True) for number in range(1, 7)]
    ticket = spip(clients, catalogue)
    mine = {"commune-1.fr", "commune-2.fr", "commune-3.fr"}
    assert named(ticket) in (mine, {f"commune-{number}.fr" for number in range(1, 7)} - mine)


def test_what_is_only_deduced_is_told_to_nobody(neglected: ScanResult, catalogue: Catalogue, parks: Parks) -> None:
    deduced = [replace(each, town=Town(), member=replace(each.member, shares_with_suppliers=True)) for each in parks.examined(50)]
    tickets = group_tickets(assemble(deduced, catalogue, HEADING), catalogue, "fr")
    assert tickets
    assert {ticket.audience for ticket in tickets} == {Audience.INTERNAL}


def test_the_syndicates_own_causes_stay_inside(neglected: ScanResult, catalogue: Catalogue) -> None:
    ticket = spip([client(number, neglected, AGENCY, shares=True) for number in (1, 2)], catalogue, own=(AGENCY.upper(),))
    assert ticket.cause.own
    assert ticket.audience is Audience.INTERNAL
    assert "pour nos propres équipes" in ticket.ticket.body


@pytest.fixture(scope="module")
def tickets(portfolio: Portfolio, catalogue: Catalogue) -> tuple[GroupTicket, ...]:
    return group_tickets(portfolio, catalogue, "fr")


def test_every_cause_of_the_page_has_one_message(portfolio: Portfolio, tickets: tuple[GroupTicket, ...]) -> None:
    assert [ticket.cause for ticket in tickets] == list(portfolio.causes)
    assert len({ticket.ticket.id for ticket in tickets}) == len(tickets)


def test_a_reference_stays_the_same_from_month_to_month(
    parks: Parks, catalogue: Catalogue, tickets: tuple[GroupTicket, ...]
) -> None:
    fewer = group_tickets(parks.portfolio(40), catalogue, "en")
    known = {ticket.cause.key: ticket.ticket.id for ticket in tickets}
    assert {ticket.ticket.id for ticket in fewer if ticket.cause.key in known} <= set(known.values())


def test_what_one_domain_has_alone_is_left_to_its_own_message(tickets: tuple[GroupTicket, ...]) -> None:
    sent = [ticket for ticket in tickets if ticket.audience is Audience.SUPPLIER]
    assert sent
    for ticket in sent:
        assert "* 1 domaine" not in ticket.ticket.body
        assert all(ticket.ticket.body.count(f"    {domain} (") >= 1 for domain in ticket.listed)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_message_can_be_sent_as_it_is(portfolio: Portfolio, catalogue: Catalogue, lang: str) -> None:
    for ticket in group_tickets(portfolio, catalogue, lang):
        mail = message_from_bytes(ticket.ticket.to_eml(), policy=SMTP)
        assert str(mail["Subject"]).split() == ticket.ticket.subject.split()  # Python may double a space where it folds
        assert ticket.ticket.id in mail["Message-ID"]
        assert max(len(line) for line in ticket.ticket.body.splitlines() if "`" not in line and not line.startswith(" ")) <= 76


def test_hostile_words_break_no_message(catalogue: Catalogue) -> None:
    for ticket in group_tickets(hostile_portfolio(catalogue), catalogue, "fr"):
        text = ticket.ticket.to_text()
        text.encode()
        assert all(letter.isprintable() or letter in "\n\u00a0\u202f" for letter in text)


def test_without_a_sender_a_message_can_still_be_read(parks: Parks, catalogue: Catalogue) -> None:
    portfolio = assemble(parks.examined(20), catalogue, Heading(HEADING.moment))
    assert all(ticket.ticket.to_eml() for ticket in group_tickets(portfolio, catalogue, "fr"))


def test_the_words_of_a_message(neglected: ScanResult, catalogue: Catalogue, golden: Golden) -> None:
    clients = [client(number, neglected, AGENCY, shares=True) for number in (1, 2, 3)]
    moments = [replace(each, result=replace(neglected, started_at=HEADING.moment)) for each in clients]
    portfolio = assemble(moments, catalogue, HEADING)
    for lang in LANGUAGES:
        made = group_tickets(portfolio, catalogue, lang)
        golden(
            f"group-ticket.{lang}.txt",
            next(ticket for ticket in made if ticket.cause.key.role is Role.CMS_MAINTAINER).ticket.to_text(),
        )
