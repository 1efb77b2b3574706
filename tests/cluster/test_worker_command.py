"""`beffroi worker` as an operator meets it: real processes, SIGTERM, kill -9."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scanner.campaign.model import CampaignState, Counts
from scanner.campaign.runner import run_campaign
from scanner.cluster.jobs import Jobs
from scanner.cluster.runner import ClusterRunner
from tests.campaign.conftest import VILLAGES
from tests.campaign.syndicate import Syndicate, until
from tests.lab.lab import Lab

pytestmark = pytest.mark.lab
ROOT = Path(__file__).parent.parent.parent
START = "import sys; from typer import run; from scanner.cli.working import worker_command; run(worker_command)"


@pytest.fixture
def settings_file(country: Lab, address: str, tmp_path: Path) -> Path:
    """What an operator would write."""
    path = tmp_path / "beffroi.toml"
    path.write_text(f'{country.config_path.read_text("utf-8")}\n[store]\nurl = "{address}"\n', "utf-8")
    return path


@contextlib.contextmanager
def worker(settings_file: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", START, "--config", str(settings_file), "--lang", "fr", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_two_workers_settle_a_campaign_and_end_when_they_are_told_to(
    syndicate: Callable[..., Syndicate], address: str, settings_file: Path, tmp_path: Path
) -> None:
    made = syndicate()
    campaign = made.campaign()
    alive = tmp_path / "alive"

    async def go() -> None:
        runner = ClusterRunner(made.workplace(campaign), Jobs(address), seconds=0.2)
        await run_campaign(campaign.id, runner, made.campaigns)

    with worker(settings_file, "--alive", str(alive)) as one, worker(settings_file) as two:
        asyncio.run(go())
        assert made.campaigns.get(campaign.id).state is CampaignState.TO_REVIEW
        assert made.campaigns.counts(campaign.id) == Counts(done=len(VILLAGES))
        assert alive.exists()
        said = []
        for process in (one, two):
            process.send_signal(signal.SIGTERM)
            said.append(process.communicate(timeout=60)[0])
            assert process.returncode == 0
    for each in said:
        assert each.splitlines()[-1] == "Arrêt. Rien n’est perdu ; ce qui est commencé attend un autre processus."
        assert "Traceback" not in each


def test_a_worker_that_is_told_to_stop_puts_back_what_it_holds(
    syndicate: Callable[..., Syndicate], address: str, settings_file: Path
) -> None:
    made = syndicate()
    campaign = made.campaign()

    async def go() -> None:
        runner = ClusterRunner(made.workplace(campaign), Jobs(address), seconds=0.1)
        running = asyncio.create_task(run_campaign(campaign.id, runner, made.campaigns))
        with worker(settings_file, "--side-by-side", "2") as first:
            await until(lambda: made.campaigns.counts(campaign.id).done >= 2)
            first.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(first.wait, 60) == 0
            assert made.campaigns.counts(campaign.id).running == 0
        with worker(settings_file):
            await running

    asyncio.run(go())
    assert made.campaigns.counts(campaign.id) == Counts(done=len(VILLAGES))


def test_without_postgresql_it_says_what_to_do(country: Lab) -> None:
    with worker(country.config_path) as process:
        said = process.communicate(timeout=60)[0]
    assert process.returncode == 2
    assert said.startswith("Les processus de travail se partagent une base PostgreSQL")
    assert len(said.splitlines()) == 1
