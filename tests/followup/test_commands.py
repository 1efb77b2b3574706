"""The commands, as a person types them, on the towns of the laboratory."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from icalendar import Calendar
from typer.testing import CliRunner, Result

from scanner.campaign.campaigns import Campaigns
from scanner.campaign.model import CampaignState
from scanner.campaign.planned import MailState, Plans
from scanner.campaign.posting import PostRoom
from scanner.catalogue import Catalogue
from scanner.cli.campaigning import campaign_app, history_command
from scanner.cli.delivery import outbox_app
from scanner.cli.exits import Exit
from scanner.cli.followup import alerts_app, calendar_command, review_app, tickets_app, verify_command
from scanner.cli.main import report_command
from scanner.cli.portfolio import portfolio_command
from scanner.delivery.outbox import Outbox
from scanner.delivery.states import State
from scanner.dossier import Dossier, Role, Town, WaiverKind
from scanner.followup.tickets import Tickets
from scanner.history import History
from scanner.model import Severity, Status
from scanner.registry import Register
from scanner.registry.model import MandateRow, Waiver
from scanner.report.duties import Duty
from scanner.result import ScanResult
from scanner.store.engine import Store, open_store
from tests.delivery.samples import SENDER
from tests.delivery.servers import Handler, aiosmtpd_server
from tests.followup.stage import MODEL, NEGLECTED, ORDINARY, authority
from tests.lab.lab import Lab
from tests.lab.towns import NEGLIGEE
from tests.registry.samples import LAB
from tests.report.pdf_reading import needs_pango, opened

Beffroi = Callable[..., Result]

app = typer.Typer()
app.add_typer(review_app, name="review")
app.add_typer(tickets_app, name="tickets")
app.add_typer(alerts_app, name="alerts")
app.command("verify")(verify_command)
app.command("calendar")(calendar_command)
app.add_typer(outbox_app, name="outbox")
app.add_typer(campaign_app, name="campaign")
app.command("report")(report_command)
app.command("history")(history_command)
app.command("portfolio")(portfolio_command)


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
    approved = beffroi("review", "approve", campaign, "--yes", code=Exit.PARTIAL).output
    assert "exposure_contact n’est pas réglé" in approved
    assert f"rien ne part à leur sujet : {NEGLECTED}" in approved
    assert f"Retenus jusqu’à « beffroi review release » : {MODEL}, {NEGLECTED}" in approved
    assert "1 message(s) à envoyer maintenant, 1 plus tard" in approved
    assert "2 message(s) à envoyer" in beffroi("review", "release", campaign, MODEL).output


@pytest.mark.parametrize(
    "words",
    [
        ("review", "list"), ("review", "list", "2031-01"), ("review", "approve", "--yes"),
        ("review", "hold", "x", "y.fr", "--reason", "z"),
        ("review", "show", "x", "y.fr"), ("tickets", "show", "BEF-0"), ("tickets", "close", "BEF-0"), ("verify", "BEF-0"),
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
    managed = Town("Val-Négligée", suppliers=((Role.DNS_HOST, "Agence Exemple"),))
    Tickets(store).record(Dossier(scanned[NEGLECTED], town=managed, sender=SENDER), catalogue, "fr")
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
    first = beffroi("alerts", "run", code=Exit.PARTIAL).output
    assert NEGLECTED in first
    assert MODEL not in first
    again = beffroi("alerts", "run", code=Exit.PARTIAL).output
    assert again.startswith("Personne n’est prévenu (0 nouvelle(s) alerte(s))")
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
    assert "exposure_contact" not in beffroi("review", "approve", campaign, "--yes").output
    with aiosmtpd_server(handler) as port:
        relay = f'[mail]\nrelay = "127.0.0.1"\nport = {port}\nsecurity = "none"\nletter = "notice"\nper_minute = 6000\n'
        workspace.write_text(workspace.read_text("utf-8").replace("[mail]\n", relay), "utf-8")
        assert "3 message(s) préparé(s)" in beffroi("review", "send").output
        assert "0 message(s) préparé(s)" in beffroi("review", "send").output
    told = [address for envelope in handler.delivered for address in envelope.rcpt_tos]
    assert sorted(told) == sorted(f"technique@{domain}" for domain in (NEGLECTED, MODEL, ORDINARY))


def test_without_a_relay_what_is_due_becomes_files_and_stays_to_be_sent(
    beffroi: Beffroi, campaign: str, store: Store, tmp_path: Path
) -> None:
    beffroi("review", "release", campaign, NEGLECTED)
    assert "Rien n’est à envoyer" in beffroi("review", "send", "--dry-run").output
    beffroi("review", "approve", campaign, "--yes")
    folder = tmp_path / "courriels"
    for words in ((), ("--dry-run",)):
        said = beffroi("review", "send", "--out", str(folder), *words).output
        assert f"Messages écrits dans {folder} : 3. Rien n’est parti ; ils restent à envoyer." in " ".join(said.split())
        assert ("Aucun relais n’est réglé" in said) is (not words)
        assert len(list(folder.iterdir())) == 3
    assert Outbox(store).entries(State) == ()
    assert Tickets(store).all() == ()
    made = Campaigns(store).find(campaign)
    assert made is not None
    assert Plans(store).counts(made.id)[MailState.QUEUED] == 0


def test_the_reviewer_reads_exactly_what_leaves(beffroi: Beffroi, campaign: str, workspace: Path, tmp_path: Path) -> None:
    shown = beffroi("review", "show", campaign, MODEL, "--out", str(tmp_path / "relire")).output
    assert f"technique@{MODEL} · le " in shown
    assert f"maire@{MODEL} · le " in shown
    assert "Objet : " in shown
    assert "Pièce jointe : " in shown
    names = sorted(path.name for path in (tmp_path / "relire").iterdir())
    assert sum(name.endswith(".eml") for name in names) == 2
    assert any("-lettre." in name for name in names)
    assert any("-rapport-technique." in name for name in names)
    handler = Handler()
    beffroi("review", "hold", campaign, ORDINARY, "--reason", "à voir")
    beffroi("review", "hold", campaign, NEGLECTED, "--reason", "à voir")
    beffroi("review", "approve", campaign, "--yes", code=Exit.PARTIAL)
    with aiosmtpd_server(handler) as port:
        relay = f'[mail]\nrelay = "127.0.0.1"\nport = {port}\nsecurity = "none"\nper_minute = 6000\n'
        workspace.write_text(workspace.read_text("utf-8").replace("[mail]\n", relay), "utf-8")
        beffroi("review", "send")
    (sent,) = handler.delivered
    draft = next((tmp_path / "relire").glob(f"{MODEL}-technique@*.eml")).read_bytes()
    assert isinstance(sent.content, bytes)
    assert _undated(sent.content) == _undated(draft)
    assert "déjà dans la boîte d’envoi" in beffroi("review", "show", campaign, MODEL).output


def _undated(content: bytes) -> list[bytes]:
    return [line for line in content.split(b"\r\n") if not line.startswith((b"Date:", b"X-Peer", b"X-MailFrom", b"X-RcptTo"))]


def test_who_is_held_is_shown_as_held(beffroi: Beffroi, campaign: str) -> None:
    assert "retenu jusqu’à « beffroi review release »" in beffroi("review", "show", campaign, NEGLECTED).output


def test_a_member_without_any_contact_is_said_to_have_no_recipient(beffroi: Beffroi, campaign: str, store: Store) -> None:
    register = Register(store)
    register.save(replace(register.authority(MODEL), contacts=()))
    shown = beffroi("review", "list", campaign).output
    assert shown.index("Sans destinataire, rien à envoyer (1)") < shown.index(MODEL) < shown.index("Premier envoi (1)")
    assert "rien à envoyer" in beffroi("review", "show", campaign, MODEL, code=Exit.PARTIAL).output


def test_ctrl_c_ends_a_sending_between_two_domains(
    beffroi: Beffroi, campaign: str, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beffroi("review", "release", campaign, NEGLECTED)
    beffroi("review", "approve", campaign, "--yes")
    usual = PostRoom._follow

    def interrupted(room: PostRoom, case: Any) -> None:
        usual(room, case)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(PostRoom, "_follow", interrupted)
    with aiosmtpd_server(handler := Handler()) as port:
        relay = f'[mail]\nrelay = "127.0.0.1"\nport = {port}\nsecurity = "none"\nletter = "notice"\nper_minute = 6000\n'
        workspace.write_text(workspace.read_text("utf-8").replace("[mail]\n", relay), "utf-8")
        said = beffroi("review", "send", code=Exit.INTERRUPTED).output
        assert "1 message(s) préparé(s)" in said
        assert "rien ne part deux fois" in said
        monkeypatch.setattr(PostRoom, "_follow", usual)
        beffroi("review", "send")
    assert len(handler.delivered) == 3


def test_what_waits_of_a_campaign_names_the_command_that_sends_it(beffroi: Beffroi, campaign: str, workspace: Path) -> None:
    beffroi("review", "release", campaign, NEGLECTED)
    beffroi("review", "approve", campaign, "--yes")
    with aiosmtpd_server(Handler({"MAIL": "451 4.3.0 plus tard"})) as port:
        relay = f'[mail]\nrelay = "127.0.0.1"\nport = {port}\nsecurity = "none"\nletter = "notice"\nper_minute = 6000\n'
        workspace.write_text(workspace.read_text("utf-8").replace("[mail]\n", relay), "utf-8")
        assert "relancez « beffroi review send »" in beffroi("review", "send", code=Exit.PARTIAL).output
    assert "« beffroi review send » reprend l’envoi" in beffroi("outbox").output


@needs_pango
def test_an_accepted_risk_is_seen_by_the_reviewer_the_mayor_and_the_history(
    beffroi: Beffroi, campaign: str, store: Store, scanned: dict[str, ScanResult], tmp_path: Path
) -> None:
    register = Register(store)
    today = register.clock().date()
    check = next(
        each.check for each in scanned[ORDINARY].outcomes if each.status is Status.FAIL and each.severity is Severity.MEDIUM
    )
    accepted = Waiver(
        ORDINARY, check, WaiverKind.ACCEPTED_RISK, "refonte en mai", "Mme Martin", today, today + timedelta(days=90)
    )
    register.add_waiver(accepted)
    listed = beffroi("review", "list", campaign).output
    assert "risque accepté ou contestation" in listed
    assert f"risque accepté : {check}, par Mme Martin jusqu’au {accepted.valid_until} (refonte en mai)" in listed
    beffroi("review", "show", campaign, ORDINARY, "--out", str(tmp_path / "relire"))
    letter = next((tmp_path / "relire").glob("*-lettre.pdf")).read_bytes()
    assert "Des constats sont acceptés ou contestés : 1 risque accepté." in " ".join(
        opened(letter).pages[0].extract_text().split()
    )
    made = tmp_path / "rapport.html"
    beffroi("report", ORDINARY, "--campaign", campaign, "--out", str(made))
    assert "Risque accepté par Mme Martin" in made.read_text("utf-8")
    assert "pas de résultat" in beffroi("report", "inconnu.fr", "--campaign", campaign, code=Exit.USAGE).output
    shown = beffroi("history", ORDINARY).output
    assert re.search(r"\[avec dérogations : [A-E] \(\d+\)\]", shown)
    assert f"{check} : risque accepté. Risque accepté par Mme Martin" in shown


def test_campaign_show_without_a_name_is_the_newest(beffroi: Beffroi, campaign: str) -> None:
    assert campaign in beffroi("campaign", "show").output


def test_a_portfolio_without_any_result_is_one_line_and_no_file(beffroi: Beffroi, store: Store, tmp_path: Path) -> None:
    Register(store).save(authority(MODEL))
    said = beffroi("portfolio", "--out", str(tmp_path / "parc"), code=Exit.PARTIAL).output
    assert "Aucun résultat encore" in said
    assert not (tmp_path / "parc").exists()


def test_the_rows_of_a_portfolio_lead_to_the_reports_that_it_writes(beffroi: Beffroi, campaign: str, tmp_path: Path) -> None:
    beffroi("portfolio", "--out", str(tmp_path / "parc"), "--reports")
    page = next((tmp_path / "parc").glob("*.html")).read_text("utf-8")
    links = re.findall(r'href="([a-z.-]+/[^"]+-rapport-technique\.html)"', page)
    assert sorted(link.partition("/")[0] for link in links) == sorted((NEGLECTED, MODEL, ORDINARY))
    assert all((tmp_path / "parc" / link).is_file() for link in links)
