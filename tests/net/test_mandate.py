from datetime import date

import pytest

from scanner.model import Domain, Host, Level, MailServer, Reason, Site, Subject
from scanner.net.mandate import Mandate, address_refusal, refusal

TOWN = Domain("mairie-exemple.fr")
TODAY = date(2026, 11, 23)
MANDATE = Mandate("Bourg-Exemple", "J. M.", ("mairie-exemple.fr",), dedicated=("203.0.113.7",))


def reason(mandate: Mandate | None, subject: Subject, level: Level = Level.ACTIVE, today: date = TODAY) -> Reason | None:
    refused = refusal(mandate, level, TOWN, subject, today)
    return refused.reason if refused else None


def test_passive_looks_need_nothing() -> None:
    assert reason(None, Host("203.0.113.7"), Level.PASSIVE) is None


def test_active_looks_need_a_mandate() -> None:
    assert reason(None, Host("203.0.113.7")) is Reason.NO_MANDATE


def test_a_mandate_opens_the_addresses_that_it_names_and_no_other() -> None:
    assert reason(MANDATE, Host("203.0.113.7")) is None
    assert reason(MANDATE, Host("203.0.113.8")) is Reason.SHARED_ADDRESS


def test_a_mail_server_of_somebody_else_stays_closed() -> None:
    assert reason(MANDATE, MailServer("mx1.hebergeur.example")) is Reason.OUT_OF_SCOPE
    assert reason(MANDATE, MailServer("mx1.mairie-exemple.fr")) is None


def test_a_name_that_only_ends_alike_is_not_covered() -> None:
    assert not MANDATE.covers_name("autre-mairie-exemple.fr")
    assert reason(MANDATE, Site("www.autre.fr", Domain("autre.fr"))) is Reason.OUT_OF_SCOPE


@pytest.mark.parametrize(("start", "end", "open_today"), [
    (date(2026, 11, 23), date(2026, 11, 23), True), (date(2026, 11, 24), None, False), (None, date(2026, 11, 22), False),
])  # fmt: skip
def test_dates_are_inclusive_and_an_expired_mandate_stops_active_packets(
    start: date | None, end: date | None, open_today: bool
) -> None:
    mandate = Mandate("a", "s", MANDATE.domains, dedicated=("all",), valid_from=start, valid_until=end)
    assert (reason(mandate, Host("203.0.113.7")) is None) is open_today


def test_the_intrusive_level_is_never_opened_by_an_active_mandate() -> None:
    assert reason(MANDATE, TOWN, Level.INTRUSIVE) is Reason.NO_MANDATE


def test_a_statement_alone_opens_no_address() -> None:
    stated = Mandate("", "Jeanne Martin", ("mairie-exemple.fr",), text="Jeanne Martin, DSI")
    refused = address_refusal(stated, "203.0.113.7")
    assert refused is not None
    assert refused.reason is Reason.SHARED_ADDRESS


def test_two_spellings_of_one_ipv6_address_are_the_same() -> None:
    assert Mandate("a", "s", (), dedicated=("2A01:E0A:0::1",)).covers_address("2a01:e0a::1")
