"""What leaves between two rounds: only what a person has approved, each mail at its date, whatever the relay does."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from scanner.catalogue import Catalogue
from scanner.cli.exits import Exit
from scanner.cli.serving import Service, Voice, serve
from scanner.delivery.states import State
from scanner.dossier import Dossier
from scanner.followup.tickets import Tickets
from scanner.result import ScanResult
from scanner.service.errands import Word, carry_out
from scanner.service.mailing import Mailing
from scanner.service.rounds import Outcome, Round, Rounds
from scanner.settings import Settings
from scanner.store.engine import open_store
from tests.delivery.servers import Handler, aiosmtpd_server
from tests.followup.stage import EVERYTHING, MODEL, NEGLECTED, Stage, authority


@pytest.fixture
def stage(tmp_path: Path, catalogue: Catalogue) -> Iterator[Stage]:
    with open_store(f"sqlite:///{tmp_path / 'beffroi.db'}") as store:
        made = Stage(store, catalogue)
        made.register.save_all([authority(MODEL), authority(NEGLECTED)])
        yield made


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
def relayed(stage: Stage, handler: Handler) -> Iterator[Stage]:
    """The same with a relay, and a person who is alerted."""
    with aiosmtpd_server(handler) as port:
        mail = {**EVERYTHING["mail"], "relay": "127.0.0.1", "port": port, "security": "none", "per_minute": 6_000}
        told = {"alert_to": ["astreinte@syndicat-exemple.fr"]}
        stage.settings = Settings.model_validate(EVERYTHING | {"mail": mail, "correspondence": told})
        yield stage


def mailing(stage: Stage, drafts: dict[str, bytes] | None = None) -> Mailing:
    kept = {} if drafts is None else drafts
    return Mailing(stage.store, stage.register, stage.catalogue, stage.settings, "fr", kept.__setitem__)


def passed(stage: Stage, *, network: bool = True) -> list[Word]:
    return list(carry_out(mailing(stage).errands(network=network), threading.Event()))


def reached(handler: Handler) -> list[str]:
    return [address for envelope in handler.delivered for address in envelope.rcpt_tos]


def test_the_mayors_letter_leaves_a_week_after_approval_without_any_command(
    relayed: Stage, handler: Handler, scanned: dict[str, ScanResult]
) -> None:
    campaign = relayed.campaign("2026-11", [scanned[MODEL]])
    assert passed(relayed, network=False) == []
    relayed.review.approve(campaign, "Jeanne")
    assert passed(relayed, network=False) == [Word("sent", {"count": 1})]
    relayed.clock.pass_by(days=6, hours=23)
    assert passed(relayed, network=False) == []
    relayed.clock.pass_by(hours=1)
    assert passed(relayed, network=False) == [Word("sent", {"count": 1}), Word("all_left", {"name": "2026-11"})]
    assert reached(handler) == [f"technique@{MODEL}", f"maire@{MODEL}"]


def test_alerts_leave_once_a_day_and_not_while_our_network_is_ill(
    relayed: Stage, handler: Handler, scanned: dict[str, ScanResult]
) -> None:
    relayed.campaign("2026-11", [scanned[NEGLECTED]])
    assert passed(relayed, network=False) == []
    told = passed(relayed)
    assert [word.key for word in told] == ["alerts", "sent"]
    assert reached(handler) == ["astreinte@syndicat-exemple.fr"]
    looked = relayed.register.last_done("alerts.run")
    relayed.clock.pass_by(hours=2)
    assert passed(relayed) == []
    assert relayed.register.last_done("alerts.run") == looked
    relayed.clock.pass_by(days=1)
    passed(relayed)
    assert relayed.register.last_done("alerts.run") == relayed.clock()


def test_alerts_that_nobody_hears_of_are_said(stage: Stage, scanned: dict[str, ScanResult]) -> None:
    stage.campaign("2026-11", [scanned[NEGLECTED]])
    (word,) = passed(stage)
    assert (word.key, word.trouble) == ("alerts_untold", True)


def test_without_a_relay_what_is_due_stays_and_is_said(stage: Stage, scanned: dict[str, ScanResult]) -> None:
    stage.review.approve(stage.campaign("2026-11", [scanned[MODEL]]), "Jeanne")
    assert passed(stage, network=False) == [Word("no_relay", {"count": 1}, trouble=True)]
    assert len(stage.review.plans.due(stage.clock())) == 1


def test_due_reminders_become_drafts_once(stage: Stage, scanned: dict[str, ScanResult]) -> None:
    tickets = Tickets(stage.store, clock=stage.clock)
    tickets.record(Dossier(scanned[NEGLECTED]), stage.catalogue, "fr")
    stage.clock.pass_by(days=40)
    drafts: dict[str, bytes] = {}
    for _ in range(2):
        list(mailing(stage, drafts).reminders(threading.Event()))
    assert len(drafts) == 2 * len(tickets.all())
    assert all("-relance-BEF-" in name for name in drafts)


def test_a_draft_that_cannot_be_written_is_no_reminder_and_the_mails_leave_all_the_same(
    relayed: Stage, handler: Handler, scanned: dict[str, ScanResult]
) -> None:
    tickets = Tickets(relayed.store, clock=relayed.clock)
    tickets.record(Dossier(scanned[NEGLECTED]), relayed.catalogue, "fr")
    relayed.review.approve(relayed.campaign("2026-11", [scanned[MODEL]]), "Jeanne")
    relayed.clock.pass_by(days=40)

    def full(name: str, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    made = Mailing(relayed.store, relayed.register, relayed.catalogue, relayed.settings, "fr", full)
    told = [word.key for word in carry_out(made.errands(network=False), threading.Event())]
    assert told == ["failed", "sent", "all_left"]
    assert {ticket.reminders for ticket in tickets.all()} == {0}


class Quiet(Rounds):
    """Rounds in which nobody is due; who is looked at is tested in test_rounds.py."""

    def __init__(self) -> None:
        """Nothing is needed of the installation."""

    async def round(self, hear: object) -> Round:
        return Round(Outcome.IDLE)


def served(stage: Stage, lines: list[str]) -> Exit:
    return asyncio.run(serve(Service(Quiet(), mailing(stage), Voice("fr", lines.append)), 0))


def test_a_relay_that_is_down_stops_no_round_and_is_said_once(
    relayed: Stage, handler: Handler, scanned: dict[str, ScanResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.delivery.deliver.RELAY_PAUSES", ())
    port = relayed.settings.mail.port
    gone = relayed.settings.mail.model_copy(update={"port": 9})
    relayed.settings = relayed.settings.model_copy(update={"mail": gone})
    relayed.review.approve(relayed.campaign("2026-11", [scanned[MODEL]]), "Jeanne")
    lines: list[str] = []
    assert served(relayed, lines) is Exit.PARTIAL
    assert any("127.0.0.1 ne prend rien pour l’instant ; 1 message(s) attendent" in line for line in lines)
    relayed.settings = relayed.settings.model_copy(update={"mail": gone.model_copy(update={"port": port})})
    relayed.clock.pass_by(hours=1)
    lines.clear()
    assert served(relayed, lines) is Exit.DONE
    assert lines == ["Rien à examiner pour l’instant.", "Courrier : 1 message(s) parti(s)."]
    assert reached(handler) == [f"technique@{MODEL}"]


def test_a_trouble_that_lasts_is_one_line() -> None:
    lines: list[str] = []
    voice = Voice("fr", lines.append)
    for word in (Word("no_relay", {"count": 2}, trouble=True),) * 2:
        voice.round(Round(Outcome.IDLE))
        voice.mail(word)
    assert len(lines) == 2


def test_an_end_that_is_asked_for_leaves_the_rest_for_the_next_time(relayed: Stage, scanned: dict[str, ScanResult]) -> None:
    relayed.review.approve(relayed.campaign("2026-11", [scanned[MODEL]]), "Jeanne")
    stop = threading.Event()
    stop.set()
    assert list(carry_out(mailing(relayed).errands(network=True), stop)) == []
    assert outbox_states(mailing(relayed).mails(stop), relayed) == set()


def outbox_states(words: Iterable[Word], stage: Stage) -> set[State]:
    from scanner.delivery.outbox import Outbox

    list(words)
    return {entry.state for entry in Outbox(stage.store, clock=stage.clock).entries(State)}
