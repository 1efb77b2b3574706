"""The command as a real process: killed at any instant, stopped by a service manager, started twice, read by a person."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from scanner.campaign.campaigns import Campaigns
from scanner.campaign.model import CampaignState, Counts, MemberState, Pause
from scanner.campaign.plans import domains_of
from scanner.catalogue import Catalogue
from scanner.history import History
from scanner.settings import load_settings
from scanner.store.campaign_tables import campaign_members, observations, scanned_domains, scans
from scanner.store.engine import Store, open_store
from tests.campaign.syndicate import Syndicate
from tests.campaign.villages import villages, web_address
from tests.lab.lab import Lab
from tests.lab.model import Town

pytestmark = pytest.mark.lab
ROOT = Path(__file__).parent.parent.parent
COUNT, KILLS = 16, 10
ALONE: tuple[Town, ...] = villages(COUNT, together=1)
MAIN = """
import sys, typer
from scanner.cli import campaigning
app = typer.Typer()
app.add_typer(campaigning.campaign_app, name="campaign")
app.command("history")(campaigning.history_command)
app.command("rejudge")(campaigning.rejudge_command)
app()
"""


@pytest.fixture(scope="module")
def hamlets() -> Iterator[Lab]:
    """Each with a machine of its own, so that every visit to it can be counted."""
    with Lab(ALONE) as served:
        yield served


@dataclass
class Bench:
    """A workspace of files, and the command in it."""

    lab: Lab
    folder: Path
    store: Store

    @property
    def config(self) -> Path:
        return self.folder / "beffroi.toml"

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-c", MAIN, *arguments, "--config", str(self.config)]

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """Begun, and past its first line: from now on it works."""
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(self.command(*arguments), stderr=subprocess.PIPE, text=True, cwd=ROOT, env=env)
        assert process.stderr is not None
        assert process.stderr.readline().startswith("Campagne")
        return process

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
        return subprocess.run(self.command(*arguments), capture_output=True, text=True, cwd=ROOT, env=env, timeout=120)

    def visits(self, domain: str) -> int:
        number = next(place for place, town in enumerate(ALONE) if town.domain == domain)
        return self.lab.connections(web_address(number, together=1))


@pytest.fixture
def bench(hamlets: Lab, tmp_path: Path, catalogue: Catalogue) -> Iterator[Bench]:
    address = f"sqlite:///{tmp_path / 'beffroi.db'}"
    (tmp_path / "beffroi.toml").write_text(f'[store]\nurl = "{address}"\n\n{hamlets.config_path.read_text()}', "utf-8")
    with open_store(address) as store:
        syndicate = Syndicate(store, load_settings(hamlets.config_path).network, catalogue, ALONE)
        syndicate.enrol()
        syndicate.close()
        yield Bench(hamlets, tmp_path, store)


def ended(process: subprocess.Popen[str]) -> str:
    """What it still said; its pipe is closed."""
    with process:
        assert process.stderr is not None
        return process.stderr.read()


def test_killed_at_any_instant_nothing_is_lost_nothing_is_doubled_and_nobody_is_visited_again(
    bench: Bench, catalogue: Catalogue, tmp_path: Path
) -> None:
    dice = random.Random(20261124)
    campaigns = Campaigns(bench.store)
    campaign = campaigns.create("2026-11", (town.domain for town in ALONE), planned=campaigns.clock())
    visited: dict[str, int] = {}
    killed_at_work = 0
    for more in dice.sample((0, 1), counts=(KILLS // 2, KILLS // 2), k=KILLS):
        process = bench.begin("campaign", "resume", "2026-11", "--side-by-side", "2")
        _wait_for_work(process, bench.store)
        while process.poll() is None and campaigns.counts(campaign.id).done < len(visited) + more:
            time.sleep(0.01)
        time.sleep(dice.uniform(0.0, 0.1))
        process.kill()
        ended(process)
        killed_at_work += bool(campaigns.counts(campaign.id).running)
        for member in campaigns.members(campaign.id, (MemberState.DONE,)):
            visited.setdefault(member.domain, bench.visits(member.domain))
    assert killed_at_work
    assert 0 < len(visited) < COUNT

    last = bench.run("campaign", "resume", "2026-11")
    assert last.returncode == 0, last.stderr
    assert campaigns.get(campaign.id).state is CampaignState.TO_REVIEW
    assert campaigns.counts(campaign.id) == Counts(done=COUNT)
    assert {domain: bench.visits(domain) for domain in visited} == visited
    with bench.store.read() as connection:
        kept = connection.execute(select(scanned_domains.c.name).join(scans, scans.c.domain == scanned_domains.c.id))
        assert Counter(kept.scalars()) == Counter(town.domain for town in ALONE)
        assert len(connection.execute(select(observations.c.scan)).all()) == COUNT

    with open_store(f"sqlite:///{tmp_path / 'calm.db'}") as other:
        calm = Syndicate(other, load_settings(bench.lab.config_path).network, catalogue, ALONE)
        calm.enrol()
        undisturbed = calm.outcomes(calm.run(calm.campaign()))
        calm.close()
    found = {result.domain.name: result.outcomes for result in History(bench.store, catalogue).results(campaign.id)}
    assert found == undisturbed


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_service_manager_and_a_person_can_stop_it_cleanly(bench: Bench, number: signal.Signals) -> None:
    process = bench.begin("campaign", "run", "--side-by-side", "2", "--name", "essai")
    _wait_for_work(process, bench.store)
    process.send_signal(number)
    said = ended(process)
    assert process.returncode == 130
    assert "beffroi campaign resume essai" in said
    campaigns = Campaigns(bench.store)
    found = campaigns.find("essai")
    assert found is not None
    assert (found.state, found.reason) == (CampaignState.PAUSED, Pause.STOPPED)
    assert campaigns.counts(found.id).running == 0
    assert bench.run("campaign", "resume", "essai").returncode == 0
    assert campaigns.counts(found.id) == Counts(done=COUNT)


def test_two_processes_never_press_the_same_machines(bench: Bench, tmp_path: Path) -> None:
    first = bench.begin("campaign", "run", "--side-by-side", "1", "--name", "un")
    _wait_for_work(first, bench.store)
    _hold_still(first, tmp_path / "beffroi.db")
    second = bench.run("campaign", "run", "--name", "deux")
    first.send_signal(signal.SIGCONT)
    assert second.returncode == 2
    assert "Une autre commande examine déjà" in second.stderr
    assert ended(first)
    assert first.returncode == 0
    assert bench.run("campaign", "resume", "deux").returncode == 0


def _hold_still(process: subprocess.Popen[str], database: Path) -> None:
    """Put to sleep between two of its writings: it keeps what it holds of the campaign, does not end meanwhile, and
    does not keep the file from another process."""
    while True:
        process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        with closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:  # it was writing
                process.send_signal(signal.SIGCONT)
                time.sleep(0.01)
                continue
            connection.execute("ROLLBACK")
            return


def _wait_for_work(process: subprocess.Popen[str], store: Store) -> None:
    """Until it looks at a member that no dead process holds, or has nothing left to look at."""
    while process.poll() is None:
        living = {name for name, lives in store.presence.known().items() if lives}
        with store.read() as connection:
            running = select(campaign_members.c.token).where(campaign_members.c.state == MemberState.RUNNING)
            tokens = connection.scalars(running).all()
        if any(str(token).partition("/")[0] in living for token in tokens):
            return
        time.sleep(0.01)


def test_a_person_reads_what_became_of_a_campaign(bench: Bench) -> None:
    campaigns = Campaigns(bench.store)
    domains = (*domains_of(()), ALONE[0].domain, "nulle-part.fr")
    campaigns.create("2026-11-essai", domains, planned=campaigns.clock(), choice="tag essai")
    ran = bench.run("campaign", "resume", "2026-11-essai")
    assert ran.returncode == 3
    assert "nulle-part.fr n’existe pas dans le DNS" in ran.stderr
    assert "1 domaine(s) examiné(s), 1 impossible(s), 0 en échec. Elle est à relire" in ran.stderr
    listed = bench.run("campaign", "list")
    assert "2026-11-essai · à relire · 2/2 · prévue le " in listed.stdout
    assert " · choix : tag essai" in listed.stdout
    shown = bench.run("campaign", "show", "2026-11-essai")
    assert "1 examiné(s), 1 impossible(s), 0 en échec, 0 à examiner." in shown.stdout
    assert "nulle-part.fr n’existe pas" in shown.stdout
    history = bench.run("history", ALONE[0].domain)
    assert history.returncode == 0
    assert "sur 100, couverture" in history.stdout
    judged = bench.run("rejudge")
    assert judged.returncode == 0
    assert "1 résultat(s) jugé(s) de nouveau ; 0 change(nt) de note" in judged.stderr
    again = bench.run("campaign", "resume", "2026-11-essai")
    assert (again.returncode, "il n’y a rien à reprendre" in again.stderr) == (2, True)


def test_what_is_due_is_carried_out_once(bench: Bench) -> None:
    ran = bench.run("campaign", "run", "--due")
    assert ran.returncode == 0, ran.stderr
    assert f"{COUNT} domaine(s) examiné(s)" in ran.stderr
    again = bench.run("campaign", "run", "--due")
    assert (again.returncode, "Aucune campagne n’est due" in again.stderr) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("campaign", "resume", "inconnue"), "Aucune campagne ne s’appelle « inconnue »"),
        (("campaign", "show", "inconnue"), "Aucune campagne ne s’appelle"),
        (("campaign", "run", "--tag", "personne"), "Aucun domaine à examiner"),
        (("campaign", "run", "--name", "Pas Bon"), "--name attend des lettres sans accent"),
        (("campaign", "run", "--due", "--tag", "nord"), "--due suit le calendrier"),
        (("history", "pas un domaine"), "n’est pas un nom de domaine"),
    ],
)
def test_what_cannot_be_done_gets_one_line_and_exit_code_2(bench: Bench, arguments: tuple[str, ...], words: str) -> None:
    ran = bench.run(*arguments)
    assert ran.returncode == 2
    assert words in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1
    assert ran.stdout == ""


def test_a_machine_that_does_not_see_the_world_looks_at_nobody(bench: Bench) -> None:
    text = bench.config.read_text("utf-8")
    resolver = next(line for line in text.splitlines() if line.startswith("resolvers"))
    bench.config.write_text(text.replace(resolver, 'resolvers = ["127.0.0.1:9"]'), "utf-8")
    ran = bench.run("campaign", "run")
    assert ran.returncode == 3
    assert "résolveur" in ran.stderr
    campaigns = Campaigns(bench.store)
    (found,) = campaigns.all()
    assert campaigns.counts(found.id) == Counts(waiting=COUNT)
    assert found.state is CampaignState.PLANNED


def test_a_domain_without_history_is_said_to_have_none(bench: Bench) -> None:
    ran = bench.run("history", "mairie-exemple.fr")
    assert ran.returncode == 3
    assert "n’a encore aucun résultat" in ran.stderr
