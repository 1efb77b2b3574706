"""Campaigns over embedded towns while everything fails in turn; what was concluded is held against an undisturbed run."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from scanner.campaign.campaigns import Campaigns
from scanner.campaign.model import UNFINISHED, Campaign
from scanner.catalogue import Catalogue
from scanner.history import History
from scanner.model import Status
from scanner.settings import load_settings
from scanner.store.campaign_tables import scans
from scanner.store.engine import Store, open_store
from scanner.store.errors import StoreBusy
from tests.campaign.resolver import Tap
from tests.campaign.syndicate import Syndicate
from tests.faults.processes import REPOSITORY
from tests.lab.lab import Lab
from tests.lab.model import Town

BREATH = (0.05, 1.2)  # seconds between a fault and the next
IDLE = 2.0  # seconds that a fault waits for somebody to be at work; some are to strike between two members
CAMPAIGN_SECONDS = 180.0  # in which a campaign ends once nothing fails any more
Concluded = Mapping[tuple[str, str, str], Status]


@dataclass
class Tally:
    """What the campaigns of one runner came to. `unknown` counts, by reason, what an undisturbed run has seen."""

    runner: str
    campaigns: int = 0
    members: int = 0
    lost: int = 0
    doubled: int = 0
    false: list[str] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    outcomes: int = 0
    struck: Counter[str] = field(default_factory=Counter)
    at_work: int = 0  # faults that struck while members were being looked at
    died: int = 0  # processes that ended by themselves and were started again
    seconds: float = 0.0

    @property
    def right(self) -> bool:
        """Nobody lost, nobody doubled, nobody falsely graded."""
        return not (self.lost or self.doubled or self.false)


@dataclass(eq=False)
class Bench:
    """One runner on one store. `workers` is 0 for the runner of one process."""

    lab: Lab
    tap: Tap
    towns: tuple[Town, ...]
    catalogue: Catalogue
    folder: Path
    log_file: Path
    url: str
    workers: int
    chance: random.Random
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        lines = self.lab.config_path.read_text("utf-8").splitlines()
        lines = [f'resolvers = ["{self.tap.address}"]' if line.startswith("resolvers") else line for line in lines]
        at = lines.index("[network]") + 1
        lines.insert(at, "starts_per_second = 50.0")
        self.config = self.folder / "beffroi.toml"
        self.config.write_text("\n".join([*lines, "[store]", f'url = "{self.url}"', ""]), "utf-8")
        self.log = self.log_file.open("ab")

    def enrol(self) -> None:
        """The towns become members."""
        with open_store(self.url) as store:
            made = Syndicate(store, load_settings(self.config).network, self.catalogue, self.towns)
            made.enrol()
            made.close()

    def run(self, tally: Tally, faults: list[Callable[[Bench], str]], reference: Concluded | None) -> Concluded:
        """Campaigns until every fault has struck; what the last one concluded."""
        began = time.monotonic()
        concluded: Concluded = {}
        while not tally.campaigns or faults:
            with open_store(self.url) as store:
                campaigns = Campaigns(store)
                made = campaigns.create(
                    f"essai-{tally.campaigns}", (town.domain for town in self.towns), planned=campaigns.clock()
                )
                self._carry_out(made, store, tally, faults)
                concluded = self._count(made, store, tally, reference)
        tally.seconds += time.monotonic() - began
        return concluded

    def _carry_out(self, campaign: Campaign, store: Store, tally: Tally, faults: list[Callable[[Bench], str]]) -> None:
        """Processes that die are started again, as a service manager does."""
        campaigns = Campaigns(store)
        self.processes = [self._start(number, campaign) for number in range(1 + self.workers)]
        strike_at, end = time.monotonic() + self._breath(), time.monotonic() + CAMPAIGN_SECONDS
        try:
            while not self._finished(campaigns, campaign):
                if time.monotonic() > end:
                    return  # whoever is not settled counts as lost
                for number, process in enumerate(self.processes):
                    if process.poll() is not None:
                        tally.died += process.returncode != -9
                        self.processes[number] = self._start(number, campaign)
                late = time.monotonic() - strike_at
                if faults and late > 0 and ((busy := self._busy(campaigns, campaign)) or late > IDLE):
                    tally.at_work += busy
                    tally.struck[faults.pop()(self)] += 1
                    strike_at, end = time.monotonic() + self._breath(), time.monotonic() + CAMPAIGN_SECONDS
                time.sleep(0.02)
        finally:
            for process in self.processes:
                process.terminate()
            for process in self.processes:
                process.wait(60)

    def _start(self, number: int, campaign: Campaign) -> subprocess.Popen[bytes]:
        what = ["worker", str(self.config)] if number else ["cluster" if self.workers else "alone", str(self.config)]
        command = [sys.executable, "-m", "tests.faults.campaign_process", *what, *([] if number else [str(campaign.id)])]
        return subprocess.Popen(command, stdout=self.log, stderr=self.log, cwd=REPOSITORY)

    @staticmethod
    def _finished(campaigns: Campaigns, campaign: Campaign) -> bool:
        with contextlib.suppress(StoreBusy):
            return campaigns.get(campaign.id).state not in UNFINISHED
        return False

    @staticmethod
    def _busy(campaigns: Campaigns, campaign: Campaign) -> bool:
        with contextlib.suppress(StoreBusy):
            return campaigns.counts(campaign.id).running > 0
        return False

    def _breath(self) -> float:
        return self.chance.uniform(*BREATH) + (1.5 if self.workers else 0.8)  # a Python that starts is not at work yet

    def _count(self, campaign: Campaign, store: Store, tally: Tally, reference: Concluded | None) -> Concluded:
        tally.campaigns += 1
        tally.members += len(self.towns)
        with store.read() as connection:
            rows = connection.scalar(select(func.count()).select_from(scans).where(scans.c.campaign == campaign.id)) or 0
        results = {result.domain.name: result for result in History(store, self.catalogue).results(campaign.id)}
        tally.doubled += rows - len(results)
        tally.lost += len({town.domain for town in self.towns} - set(results))
        concluded = {(name, each.check, str(each.subject)): each for name, result in results.items() for each in result.outcomes}
        tally.outcomes += len(concluded)
        for key, before in (reference or {}).items():
            after = concluded.get(key)
            if key[0] not in results or (after is not None and after.status is before):
                continue
            if after is not None and after.status is Status.UNKNOWN and after.reason is not None:
                tally.unknown[after.reason.value] += 1
            else:
                tally.false.append(f"{key}: {before} -> {after.status if after else 'gone'}")
        if reference:
            tally.false += [f"{key}: new" for key in concluded if key not in reference]
        return {key: each.status for key, each in concluded.items()}

    def close(self) -> None:
        """Without its log."""
        self.log.close()
