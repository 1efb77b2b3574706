"""`beffroi serve`: a round every few minutes, a line for a person where something changed, a word for systemd."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli.messages import default_language, say

if TYPE_CHECKING:
    from scanner.campaign.model import Campaign
    from scanner.campaign.runner import Progress, Runner
    from scanner.cli.desk import Desk
    from scanner.service.rounds import Round, Rounds

log = logging.getLogger(__name__)


def _help(key: str) -> str:
    return say(default_language(), f"serve.help.{key}")


def serve_command(
    every: Annotated[int, typer.Option("--every", help=_help("every"), min=1, max=1_440, metavar="MINUTES")] = 10,
    config: Annotated[Path | None, typer.Option("--config", help=_help("config"), metavar="FILE")] = None,
    lang: Annotated[str | None, typer.Option("--lang", help=_help("lang"), metavar="fr|en")] = None,
) -> None:
    """Until SIGTERM or Ctrl-C, which leave everything so that it can go on."""
    from scanner.cli.desk import at_the_desk

    with at_the_desk(config, lang) as desk:
        asyncio.run(serve(rounds_of(desk), Voice(desk.lang), every * 60))


def rounds_of(desk: Desk) -> Rounds:
    """The rounds of one installation."""
    from scanner.campaign.campaigns import Campaigns
    from scanner.cli.campaign_desk import settings_of
    from scanner.cli.campaign_run import runner_for
    from scanner.history import History
    from scanner.net.door import Premises
    from scanner.service.rounds import Rounds

    settings = settings_of(desk)
    campaigns = Campaigns(desk.store, clock=desk.register.clock)

    def runner(campaign: Campaign, premises: Premises) -> Runner:
        return runner_for(desk, campaign, premises, campaigns, settings.side_by_side)

    return Rounds(
        campaigns=campaigns,
        plans=settings.plans,
        authorities=desk.register.authorities,
        make_premises=lambda: Premises(desk.settings.network),
        make_runner=runner,
        tidy=lambda: History(desk.store).prune(desk.register.clock(), settings.keep_months),
        clock=desk.register.clock,
    )


async def serve(rounds: Rounds, voice: Voice, seconds: float) -> None:
    """Rounds until the process is told to stop."""
    from scanner.net.systemd import tell

    task = asyncio.current_task()
    for number in (signal.SIGINT, signal.SIGTERM):
        if task is not None:
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    beating = asyncio.create_task(_keep_beating())
    tell("READY=1")
    try:
        while True:
            await _one_round(rounds, voice)
            await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        tell("STOPPING=1")
        voice.say("serve.stopped")
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)


async def _one_round(rounds: Rounds, voice: Voice) -> None:
    try:
        voice.round(await rounds.round(voice.progress))
    except Exception as error:  # the next round may succeed: a service that ended would miss a date
        log.exception("a round failed")
        voice.say("serve.failed", error=f"{type(error).__name__}: {error}"[:300])


async def _keep_beating() -> None:
    """Twice in each of systemd's terms, as long as this loop turns."""
    from scanner.net.systemd import tell, watchdog_seconds

    term = watchdog_seconds()
    while term is not None:
        tell("WATCHDOG=1")
        await asyncio.sleep(term / 2)


class Voice:
    """Says each thing once: on standard output, and as the status that systemd shows."""

    def __init__(self, lang: str, write: Callable[[str], None] = typer.echo) -> None:
        self._lang = lang
        self._write = write
        self._said = ""
        self._status = ""

    def say(self, key: str, **facts: object) -> None:
        """A line, where it is not the one that was said last."""
        line = say(self._lang, key, **facts)
        if line != self._said:
            self._said = line
            self._write(line)
        self._tell(line)

    def round(self, done: Round) -> None:
        """What a round came to."""
        from scanner.cli.doctor import text_of

        for campaign in done.campaigns:
            self.say("serve.finished", name=campaign.name)
        if done.findings:
            self.say("serve.held", why=" ".join(text_of(finding, self._lang) for finding in done.findings))
        elif not done.campaigns:
            self.say(f"serve.{done.outcome}")

    def progress(self, campaign: Campaign, progress: Progress) -> None:
        """How far it is, for systemd alone; a pause is a line."""
        if progress.pause is not None:
            self.say(f"campaign.pause.{progress.pause}")
            return
        counts = progress.counts
        facts = {"name": campaign.name, "settled": counts.settled, "total": counts.total, "running": counts.running}
        self._tell(say(self._lang, "campaign.progress", **facts))

    def _tell(self, status: str) -> None:
        from scanner.net.systemd import tell

        if status != self._status:
            self._status = status
            tell(f"STATUS={status}")
