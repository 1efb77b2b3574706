"""The commands, as a person types them, on the towns of the laboratory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import typer
from icalendar import Calendar
from typer.testing import CliRunner, Result

from scanner.campaign.campaigns import Campaigns
from scanner.campaign.model import CampaignState
from scanner.catalogue import Catalogue
from scanner.cli.exits import Exit
from scanner.cli.followup import alerts_app, calendar_command, review_app, tickets_app, verify_command
from scanner.dossier import Dossier
from scanner.followup.tickets import Tickets
from scanner.history import History
from scanner.registry import Register
from scanner.registry.model import MandateRow
from scanner.report.duties import Duty
from scanner.result import ScanResult
from scanner.store.engine import Store, open_store
from tests.delivery.samples import SENDER
from tests.delivery.servers import Handler, aiosmtpd_server
from tests.followup.stage import MODEL, NEGLECTED, ORDINARY, authority
from tests.lab.lab import Lab
from tests.lab.towns import NEGLIGEE
from tests.registry.samples import LAB

Beffroi = Callable[..., Result]

app = typer.Typer()
app.add_typer(review_app, name="review")
app.add_typer(tickets_app, name="tickets")
app.add_typer(alerts_app, name="alerts")
app.command("verify")(verify_command)
app.command("calendar")(calendar_command)


@pytest.fixture
def workspace(lab: Lab, tmp_path: Path) -> Path:
    """Settings that see the laboratory, beside an empty store; no relay."""
    more = '\n[sender]\nname = "Syndicat"\nemail = "contact@syndicat-exemple.fr"\n[mail]\nfrom = "audit@syndicat-exemple.fr"\n'
    config = tmp_path / "beffroi.toml"
    config.write_text(lab.config_path.read_text("utf-8") + more, "utf-8")
    return config


@pytest.fixture
def store(workspace: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{workspace.parent / 'beffroi.db'}") as opened:
        yield opened


@pytest.fixture
def beffroi(workspace: Path) -> Beffroi:
    def run(*words: str, code: Exit = Exit.DONE) -> Result:
        result = CliRunner().invoke(app, [*words, "--config", str(workspace), "--lang", "fr"], catch_exceptions=False)
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.output
        return result

    return run


@pytest.fixture
def campaign(store: Store, catalogue: Catalogue, scanned: dict[str, ScanResult]) -> str:
    """Three members that were looked at just now, to be reviewed."""
    register, campaigns, history = Register(store), Campaigns(store), History(store, catalogue)
    domains = (NEGLECTED, MODEL, ORDINARY)
    register.save_all(authority(domain) for domain in domains)
    mandate = MandateRow("Essai", (NEGLECTED,), date(2020, 1, 1), date(2099, 1, 1), addresses=tuple(NEGLIGEE.dedicated))
    register.add_mandate(NEGLECTED, mandate, LAB)
    made = campaigns.create("2026-11", domains, planned=register.clock())
    campaigns.move(made.id, CampaignState.RUNNING)
    for domain in domains:
        history.keep(scanned[domain], made.id)
    campaigns.move(made.id, CampaignState.TO_REVIEW)
    return made.name


def test_a_campaign_is_read_held_and_approved(beffroi: Beffroi, campaign: str) -> None:
    shown = beffroi("review", "list").output
    assert "Données peut-être accessibles à tous (1)" in shown
    assert shown.index(NEGLECTED) < shown.index(MODEL)
    assert "est retenu" in beffroi("review", "hold", campaign, MODEL, "--reason", "élections").output
    assert "retenu par" in beffroi("review", "list", campaign).output
    assert "Rien ne part." in beffroi("review", "approve", campaign, code=Exit.PARTIAL).output
    approved = beffroi("review", "approve", campaign, "--yes").output
    assert f"Retenus jusqu’à « beffroi review release » : {MODEL}, {NEGLECTED}" in approved
    assert "1 message(s) à envoyer maintenant, 1 plus tard" in approved
    assert "2 message(s) à envoyer" in beffroi("review", "release", campaign, MODEL).output


@pytest.mark.parametrize(
    "words",
    [
        ("review", "list"), ("review", "list", "2031-01"), ("review", "approve", "--yes"),
        ("review", "hold", "x", "y.fr", "--reason", "z"),
        ("review", "send"), ("tickets", "show", "BEF-0"), ("tickets", "close", "BEF-0"), ("verify", "BEF-0"),
        ("tickets", "answer", "BEF-0", "--until", "demain"), ("calendar", "--out", "/nulle/part.ics"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_what_cannot_be_done_is_one_line_that_says_what_to_do(beffroi: Beffroi, store: Store, words: tuple[str, ...]) -> None:
    said = beffroi(*words, code=Exit.USAGE).output.strip()
    assert said
    assert "\n" not in said


def test_a_ticket_is_followed_from_its_sending_to_its_end(
    beffroi: Beffroi, campaign: str, store: Store, catalogue: Catalogue, scanned: dict[str, ScanResult], tmp_path: Path
) -> None:
    Tickets(store).record(Dossier(scanned[NEGLECTED], sender=SENDER), catalogue, "fr")
    ticket = next(each for each in Tickets(store).all() if each.duty is Duty.WEB_HOST)
    assert ticket.id in beffroi("tickets", "list").output
    assert "à corriger" in beffroi("tickets", "show", ticket.id).output
    past = beffroi("tickets", "answer", ticket.id, "--until", "2020-01-01", code=Exit.USAGE).output
    assert past == "Le 1er janvier 2020 est passé ; donnez une date à venir.\n"
    answered = beffroi("tickets", "answer", ticket.id, "--until", "31/12/2099", "--note", "promis").output
    assert "répondu" in answered
    assert "31 décembre 2099" in answered
    assert "0 relance(s)" in beffroi("tickets", "remind").output
    assert "refusé" in beffroi("tickets", "refuse", ticket.id, "--note", "non").output
    assert "est dans l’état « refusé »" not in beffroi("tickets", "close", ticket.id).output
    assert "ce changement n’est pas possible" in beffroi("tickets", "refuse", ticket.id, "--note", "", code=Exit.USAGE).output


def test_verify_looks_at_the_points_of_one_ticket_and_at_nothing_else(
    beffroi: Beffroi, campaign: str, store: Store, catalogue: Catalogue, scanned: dict[str, ScanResult], lab: Lab, tmp_path: Path
) -> None:
    Tickets(store).record(Dossier(scanned[NEGLECTED], sender=SENDER), catalogue, "fr")
    ticket = next(each for each in Tickets(store).all() if each.duty is Duty.DNS_HOST)
    connections = lab.connections("127.66.3.1")
    scans = len(History(store, catalogue).scores(NEGLECTED))
    shown = beffroi("verify", ticket.id, "--out", str(tmp_path / "brouillons"), code=Exit.PARTIAL).output
    assert shown.count("à corriger") == len(ticket.points)
    assert lab.connections("127.66.3.1") == connections  # everything of this ticket is in the DNS
    assert len(History(store, catalogue).scores(NEGLECTED)) == scans
    assert sorted(path.suffix for path in (tmp_path / "brouillons").iterdir()) == [".eml", ".txt"]
    text = next((tmp_path / "brouillons").glob("*.txt")).read_text("utf-8")
    assert "Toujours constatés" in text
    assert Register(store).audit_log()[0].what == "verify"


def test_alerts_are_told_once_and_listed_with_their_detail(beffroi: Beffroi, campaign: str) -> None:
    first = beffroi("alerts", "run").output
    assert NEGLECTED in first
    assert MODEL not in first
    assert beffroi("alerts", "run").output == ""
    assert "services.database-open" in beffroi("alerts", "list").output


def test_the_calendar_is_a_file_that_other_programs_read(beffroi: Beffroi, campaign: str, tmp_path: Path) -> None:
    path = tmp_path / "echeances.ics"
    assert f"échéance(s) dans {path}" in beffroi("calendar", "--out", str(path)).output
    summaries = [str(event["summary"]) for event in Calendar.from_ical(path.read_bytes()).walk("VEVENT")]
    assert f"{MODEL}\u00a0: fin du certificat" in summaries
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_is_due_leaves_through_the_relay_and_once(beffroi: Beffroi, campaign: str, workspace: Path) -> None:
    handler = Handler()
    beffroi("review", "release", campaign, NEGLECTED)
    beffroi("review", "approve", campaign, "--yes")
    with aiosmtpd_server(handler) as port:
        relay = f'[mail]\nrelay = "127.0.0.1"\nport = {port}\nsecurity = "none"\nletter = "notice"\nper_minute = 6000\n'
        workspace.write_text(workspace.read_text("utf-8").replace("[mail]\n", relay), "utf-8")
        assert "3 message(s) préparé(s)" in beffroi("review", "send").output
        assert "0 message(s) préparé(s)" in beffroi("review", "send").output
    told = [address for envelope in handler.delivered for address in envelope.rcpt_tos]
    assert sorted(told) == sorted(f"technique@{domain}" for domain in (NEGLECTED, MODEL, ORDINARY))
