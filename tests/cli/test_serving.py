"""`beffroi serve` as systemd runs it: it says that it is ready, carries out what is due, and ends when it is told to."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scanner.campaign.campaigns import Campaigns
from scanner.campaign.model import Campaign, CampaignState, Counts
from scanner.registry import Authority, Register, RegisteredDomain
from scanner.registry.model import Origin, Source
from scanner.settings import load_settings
from scanner.store.engine import open_store
from tests.campaign.villages import villages
from tests.doctor.places import NOON
from tests.lab.lab import Lab

ROOT = Path(__file__).parent.parent.parent
APP = """
import typer
from scanner.cli.serving import serve_command
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
app.command("serve")(serve_command)
app()
"""
PATIENCE = 90.0
VILLAGES = villages(2)


@dataclass
class Systemd:
    """The socket on which a service is heard."""

    sock: socket.socket
    path: str
    heard: list[str] = field(default_factory=list)

    def until(self, words: str) -> str:
        """Listen until a message begins with these words."""
        self.sock.settimeout(PATIENCE)
        while True:
            message = self.sock.recv(4_096).decode()
            self.heard.append(message)
            if message.startswith(words):
                return message


@pytest.fixture(params=["a path", "an abstract name"])
def systemd(request: pytest.FixtureRequest) -> Iterator[Systemd]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock, tempfile.TemporaryDirectory() as folder:
        place = f"{folder}/notify" if request.param == "a path" else f"@beffroi-{os.getpid()}-{time.monotonic_ns()}"
        sock.bind("\0" + place[1:] if place.startswith("@") else place)
        yield Systemd(sock, place)


@pytest.fixture(scope="module")
def country() -> Iterator[Lab]:
    with Lab(VILLAGES) as lab:
        yield lab


def workspace(folder: Path, network: str) -> Path:
    """Settings and a register with the villages; the plan for everybody is due."""
    config = folder / "beffroi.toml"
    config.write_text(network, "utf-8")
    source = Source(Origin.HAND, NOON.date())
    with open_store(load_settings(config).store.url) as store:
        for town in VILLAGES:
            Register(store).save(Authority(town.name, domains=(RegisteredDomain(town.domain, source),)))
    return config


@contextlib.contextmanager
def serving(config: Path, systemd: Systemd, **environment: str) -> Iterator[subprocess.Popen[str]]:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "NOTIFY_SOCKET": systemd.path, **environment}
    command = [sys.executable, "-c", APP, "--config", str(config), "--every", "1"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env, cwd=ROOT)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def stopped(process: subprocess.Popen[str]) -> str:
    """What it said, after SIGTERM has ended it."""
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    return said


def state(config: Path) -> tuple[Campaign, Counts]:
    with open_store(load_settings(config).store.url) as store:
        campaigns = Campaigns(store)
        (campaign,) = campaigns.all()
        return campaign, campaigns.counts(campaign.id)


def test_those_that_are_due_are_looked_at_and_wait_to_be_read(country: Lab, tmp_path: Path, systemd: Systemd) -> None:
    config = workspace(tmp_path, country.config_path.read_text("utf-8"))
    with serving(config, systemd, WATCHDOG_USEC="2000000") as process:
        systemd.until("READY=1")
        systemd.until("WATCHDOG=1")
        done = systemd.until("STATUS=Campagne")
        said = stopped(process)
    systemd.until("STOPPING=1")
    campaign, counts = state(config)
    assert (campaign.state, counts) == (CampaignState.TO_REVIEW, Counts(done=2))
    assert f"beffroi campaign approve {campaign.name}" in done
    assert "Arrêt. Rien n’est perdu" in said
    assert not any(village.domain in said for village in VILLAGES)


def test_from_a_network_that_is_ill_nobody_is_looked_at(country: Lab, tmp_path: Path, systemd: Systemd) -> None:
    text = country.config_path.read_text("utf-8").replace("validating = true", 'validating = true\ncanary = "nulle-part.fr"')
    ill = text.replace(f'"{country.resolver[0]}:{country.resolver[1]}"', '"127.0.0.1:9"')
    assert ill != text
    config = workspace(tmp_path, ill)
    with serving(config, systemd) as process:
        held = systemd.until("STATUS=Personne")
        stopped(process)
    assert "127.0.0.1:9 ne répond pas" in held
    campaign, counts = state(config)
    assert (campaign.state, counts) == (CampaignState.PLANNED, Counts(waiting=2))


def test_a_stop_in_the_middle_leaves_a_campaign_that_goes_on(country: Lab, tmp_path: Path, systemd: Systemd) -> None:
    config = workspace(tmp_path, country.config_path.read_text("utf-8"))
    with serving(config, systemd) as process:
        while not systemd.until("STATUS=").endswith("en cours"):
            continue
        stopped(process)
    before, _ = state(config)
    assert before.state in (CampaignState.PAUSED, CampaignState.TO_REVIEW)
    with serving(config, systemd) as process:
        systemd.until("STATUS=Campagne" if before.state is CampaignState.PAUSED else "STATUS=Rien")
        stopped(process)
    campaign, counts = state(config)
    assert (campaign.id, campaign.state, counts) == (before.id, CampaignState.TO_REVIEW, Counts(done=2))


def test_without_a_supervisor_it_serves_all_the_same(tmp_path: Path) -> None:
    config = tmp_path / "beffroi.toml"
    config.write_text("", "utf-8")
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-c", APP, "--config", str(config)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "Rien à examiner pour l’instant.\n"
        stopped(process)
