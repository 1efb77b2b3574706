"""`beffroi send` and `beffroi outbox` as a person uses them, with a relay that is really there."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scanner.catalogue import Catalogue
from scanner.cli.main import app
from scanner.delivery import deliver
from scanner.report.json import to_json
from tests.delivery.servers import Handler, Peer, aiosmtpd_server, scripted
from tests.report.sample import outcomes, result

ROOT = Path(__file__).parent.parent.parent
BOUNCES = ROOT / "tests" / "delivery" / "bounces"
MAYOR, AGENT = "mairie@saint-exemple.fr", "agent@saint-exemple.fr"


@dataclass
class Desk:
    """A workspace: its settings, one stored result, and what a command in it gives."""

    folder: Path
    domain: str
    relay: str = ""
    recipients: str = f'[{{to = "{MAYOR}"}}, {{to = "{AGENT}", documents = ["tickets"]}}]'
    output: str = field(default="", init=False)

    @property
    def result(self) -> Path:
        return self.folder / "resultat.json"

    def configure(self, port: int | None = None, per_minute: int = 6_000) -> None:
        relay = f'relay = "127.0.0.1"\nport = {port}\nsecurity = "none"\nper_minute = {per_minute}\n' if port else ""
        text = f'[mail]\nfrom = "audit@syndicat-exemple.fr"\n{relay}'
        town = f'[[authority]]\ndomain = "{self.domain}"\nname = "Saint-Exemple"\nrecipients = {self.recipients}\n'
        (self.folder / "beffroi.toml").write_text(f"{town}\n{text}", "utf-8")

    def run(self, *arguments: str | Path) -> int:
        ran = CliRunner().invoke(app, [*map(str, arguments), "--config", str(self.folder / "beffroi.toml")])
        if ran.exception is not None and not isinstance(ran.exception, SystemExit):
            raise ran.exception
        self.output = ran.output
        return ran.exit_code

    def send(self, *arguments: str | Path) -> int:
        return self.run("send", self.result, *arguments)


@pytest.fixture
def desk(tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(deliver, "RELAY_PAUSES", (0.01, 0.01))
    monkeypatch.chdir(tmp_path)
    stored = result(catalogue, outcomes(catalogue))
    made = Desk(tmp_path, stored.domain.name)
    made.result.write_text(to_json(stored), "utf-8")
    made.configure()
    return made


@pytest.fixture
def relay(desk: Desk) -> Iterator[Handler]:
    """A relay that takes everything, named in the settings."""
    handler = Handler()
    with aiosmtpd_server(handler) as port:
        desk.configure(port)
        yield handler


def test_without_a_relay_every_mail_becomes_a_file_and_that_is_said(desk: Desk) -> None:
    assert desk.send() == 0
    assert "rien ne part" in desk.output
    files = sorted((desk.folder / "courriels").iterdir())
    assert len(files) == 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert [MAYOR.encode() in path.read_bytes() or AGENT.encode() in path.read_bytes() for path in files] == [True, True]
    assert all(str(path.name) in desk.output.replace("\n", "") for path in files)
    assert not (desk.folder / "beffroi.db").exists()


def test_a_dry_run_touches_neither_relay_nor_outbox(desk: Desk, relay: Handler) -> None:
    assert desk.send("--dry-run", "--out", desk.folder / "essai", "--lang", "en") == 0
    assert "Nothing has left" in desk.output
    assert len(list((desk.folder / "essai").iterdir())) == 2
    assert relay.connections == 0
    assert not (desk.folder / "beffroi.db").exists()


def test_each_recipient_gets_its_own_mail_once_however_often_it_is_asked_for(desk: Desk, relay: Handler) -> None:
    assert desk.send() == 0
    assert "Envoyés : 2. En attente : 0. En doute : 0. Refusés : 0." in desk.output
    assert desk.send() == 0
    assert "Déjà dans la boîte d’envoi, non repris : 2" in desk.output
    assert sorted(envelope.rcpt_tos[0] for envelope in relay.delivered) == [AGENT, MAYOR]
    assert desk.send("--campaign", "seconde lettre", "--to", MAYOR) == 0
    assert [envelope.rcpt_tos[0] for envelope in relay.delivered[2:]] == [MAYOR]


def test_an_address_that_the_settings_do_not_know_gets_the_letter(desk: Desk, relay: Handler) -> None:
    assert desk.send("--to", "essai@syndicat-exemple.fr") == 0
    assert [envelope.rcpt_tos for envelope in relay.delivered] == [["essai@syndicat-exemple.fr"]]


def test_what_the_relay_puts_off_waits_and_leaves_later_without_the_result(desk: Desk, relay: Handler) -> None:
    relay.answers = {"RCPT": "451 4.7.1 Greylisted"}
    assert desk.send() == 3
    assert "remis à plus tard par le relais : 451 4.7.1 Greylisted" in desk.output
    assert re.search(r"relancez « beffroi send » à partir du .* à \d+ h \d\d", desk.output)
    relay.answers = {}
    assert desk.run("send") == 3  # not yet
    assert desk.run("outbox", "resend", "1", "2") == 0
    assert desk.run("send") == 0
    assert len(relay.delivered) == 2


def test_a_refusal_is_shown_with_its_choice(desk: Desk, relay: Handler) -> None:
    relay.answers = {"RCPT": ["550 5.1.1 User unknown", "250 Ok"]}
    assert desk.send() == 3
    assert "refusé par le relais : 550 5.1.1 User unknown" in desk.output
    assert desk.run("outbox") == 0
    assert "beffroi outbox resend 1" in desk.output
    assert desk.run("outbox", "drop", "1") == 0
    assert desk.run("outbox", "resend", "1") == 3
    assert "abandonné" in desk.output


def test_a_relay_that_is_not_there_leaves_everything_waiting(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    desk.configure(port)
    assert desk.send() == 3
    assert "Le relais 127.0.0.1 ne prend pas les courriels pour l’instant" in desk.output
    assert "En attente : 2" in desk.output


def swallow(peer: Peer) -> None:
    """Take a mail, and never answer for it."""
    peer.until_data()
    peer.hear(b"\r\n.\r\n")
    peer.reset()


def in_doubt(desk: Desk) -> None:
    """One mail of which nobody knows whether it arrived."""
    with scripted(swallow) as port:
        desk.configure(port)
        assert desk.send("--to", MAYOR) == 3
    assert "En doute : 1" in desk.output


def test_what_is_in_doubt_is_shown_with_what_to_look_for_and_what_to_type(desk: Desk) -> None:
    in_doubt(desk)
    assert desk.run("outbox") == 3
    shown = " ".join(desk.output.split())
    assert re.search(r"grep -F 'beffroi\.[0-9a-f]+@syndicat-exemple\.fr' /var/log/mail\.log", shown)
    for command in ("mark-sent 1", "resend 1", "drop 1", "reconcile --log"):
        assert f"beffroi outbox {command}" in shown


@pytest.mark.parametrize(
    ("choice", "words", "after"),
    [("mark-sent", "noté comme envoyé", 0), ("resend", "repartira", 0), ("drop", "ne partira pas", 0)],
)
def test_a_person_decides_what_is_in_doubt(desk: Desk, choice: str, words: str, after: int) -> None:
    in_doubt(desk)
    assert desk.run("outbox", choice, "1") == 0
    assert words in desk.output
    assert desk.run("outbox") == after


def test_a_number_that_nothing_has_is_said(desk: Desk) -> None:
    in_doubt(desk)
    assert desk.run("outbox", "resend", "99", "1") == 2
    assert "numéro 99" in desk.output
    assert "n° 1 repartira" in desk.output


def test_options_may_stand_before_the_word(desk: Desk) -> None:
    in_doubt(desk)
    before = ["outbox", "--config", str(desk.folder / "beffroi.toml"), "--lang", "en", "mark-sent", "1"]
    ran = CliRunner().invoke(app, before)
    assert ran.exit_code == 0
    assert "noted as sent" in ran.output


def test_the_relays_log_settles_what_is_in_doubt(desk: Desk) -> None:
    in_doubt(desk)
    desk.run("outbox")
    found = re.search(r"beffroi\.[0-9a-f]+@syndicat-exemple\.fr", desk.output)
    assert found is not None
    log = desk.folder / "mail.log"
    log.write_text("Nov 24 09:00:00 relais postfix/anvil[1]: statistics: max connection rate\n", "utf-8")
    assert desk.run("outbox", "reconcile", "--log", log) == 3
    assert "ne permet pas de conclure" in desk.output
    with log.open("a") as file:
        file.write(f"Nov 24 09:00:01 relais postfix/cleanup[7]: 0AF1C2: message-id=<{found[0]}>\n")
        file.write("Nov 24 09:00:01 relais postfix/qmgr[2]: 0AF1C2: from=<a@b.fr>, size=9, nrcpt=1 (queue active)\n")
    assert desk.run("outbox", "reconcile", "--log", log) == 0
    assert "noté comme envoyé" in desk.output
    assert desk.run("outbox", "reconcile", "--log", desk.folder / "absent.log") == 2
    assert "Impossible de lire" in desk.output


@pytest.mark.parametrize("form", ["file", "folder", "maildir", "mbox"])
def test_mails_that_came_back_are_noted_from_any_kind_of_mailbox(desk: Desk, relay: Handler, form: str) -> None:
    desk.send("--to", MAYOR)
    desk.run("outbox", "--all")
    identity = re.search(rb"^Message-ID: (<[^>]*>)", bytes(relay.delivered[0].original_content or b""), re.MULTILINE)
    assert identity is not None
    sample = (BOUNCES / "unknown-user.eml").read_bytes()
    ours = re.sub(rb"(?mi)^(Message-ID:) *<[^>]*>", rb"\1 " + identity[1], sample)
    place = desk.folder / "retours"
    if form == "file":
        place.write_bytes(ours)
    elif form == "mbox":
        place.write_bytes(b"From MAILER-DAEMON Tue Nov 24 09:00:00 2026\n" + ours.replace(b"\r\n", b"\n") + b"\n")
    else:
        inside = place / "new" if form == "maildir" else place
        inside.mkdir(parents=True)
        (inside / "1").write_bytes(ours)
        (inside / "2").write_bytes(b"Subject: bonjour\n\nbonjour\n")
        (inside / "3").write_bytes(sample)
    assert desk.run("outbox", "bounces", place) == 0
    assert "Courriels revenus : 1" in desk.output
    assert desk.run("outbox") == 0
    assert "Revenus : 1" in desk.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--to", "pas une adresse"], "adresse électronique"), (["--campaign", "x" * 200], "--campaign"),
        (["--campaign", "a\nb"], "--campaign"), (["--lang", "de"], "fr ou en"),
    ],
)  # fmt: skip
def test_an_option_that_cannot_be_used_says_what_to_do(desk: Desk, arguments: list[str], words: str) -> None:
    assert desk.send(*arguments) == 2
    assert words in desk.output
    assert len(desk.output.strip().splitlines()) == 1


def test_nobody_to_write_to_is_said_before_anything_leaves(desk: Desk, relay: Handler) -> None:
    desk.recipients = "[]"
    desk.configure(1)
    assert desk.send() == 2
    assert f"Aucun destinataire pour {desk.domain}" in desk.output
    assert relay.delivered == []


def test_what_makes_no_sense_together_is_refused(desk: Desk, relay: Handler) -> None:
    assert desk.send("--out", desk.folder / "x") == 2
    assert desk.send(desk.result) == 2
    assert "n’en donnez qu’un" in desk.output
    assert desk.run("send", "--dry-run") == 2


def test_a_store_that_cannot_be_opened_is_one_line(desk: Desk, relay: Handler) -> None:
    (desk.folder / "beffroi.db").write_text("ceci n’est pas une base" * 100, "utf-8")
    for words in (["send", desk.result], ["outbox"]):
        assert desk.run(*words) == 2
        assert "n’est pas une base de Beffroi" in desk.output


def test_sigterm_finishes_the_mail_under_way_and_leaves_the_rest_waiting(desk: Desk) -> None:
    handler = Handler()
    with aiosmtpd_server(handler) as port:
        desk.configure(port, per_minute=1)
        command = [sys.executable, "-c", "from scanner.cli.main import run; run()", "send"]
        command += [str(desk.result), "--config", str(desk.folder / "beffroi.toml")]
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
        while not handler.delivered and process.poll() is None:
            pass
        process.send_signal(signal.SIGTERM)
        said, complaint = process.communicate(timeout=60)
    assert process.returncode == 130, complaint
    assert "Envoyés : 1. En attente : 1." in said
    assert "Arrêté à votre demande" in complaint
