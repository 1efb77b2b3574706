"""`beffroi serve`: a round every few minutes, then the mail; a line for a person where something changed, a word for systemd."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli.exits import Exit
from scanner.cli.messages import default_language, say

if TYPE_CHECKING:
    from scanner.campaign.model import Campaign
    from scanner.campaign.runner import Progress, Runner
    from scanner.cli.desk import Desk
    from scanner.service.errands import Errand, Word
    from scanner.service.mailing import Mailing
    from scanner.service.rounds import Round, Rounds

log = logging.getLogger(__name__)


def _help(key: str) -> str:
    return say(default_language(), f"serve.help.{key}")


def serve_command(
    every: Annotated[int, typer.Option("--every", help=_help("every"), min=1, max=1_440, metavar="MINUTES")] = 10,
    once: Annotated[bool, typer.Option("--once", help=_help("once"))] = False,
    drafts: Annotated[Path, typer.Option("--drafts", help=_help("drafts"), metavar="FOLDER")] = Path("relances"),
    config: Annotated[Path | None, typer.Option("--config", help=_help("config"), metavar="FILE")] = None,
    lang: Annotated[str | None, typer.Option("--lang", help=_help("lang"), metavar="fr|en")] = None,
) -> None:
    """Until SIGTERM or Ctrl-C, which leave everything so that it can go on; with `--once` a single time."""
    from scanner.cli.desk import at_the_desk

    with at_the_desk(config, lang) as desk:
        service = Service(rounds_of(desk), mailing_of(desk, drafts), Voice(desk.lang))
        raise typer.Exit(asyncio.run(serve(service, 0 if once else every * 60)))


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


def mailing_of(desk: Desk, drafts: Path) -> Mailing:
    """What leaves this installation; reminders become files in `drafts`, which is made when there are any."""
    from scanner.catalogue import load_catalogue
    from scanner.cli.writing import FileWriter
    from scanner.service.mailing import Mailing

    def keep(name: str, content: bytes) -> None:
        files = FileWriter(desk.lang)
        files.folder(drafts)
        files.replace(drafts / name, content)

    return Mailing(desk.store, desk.register, load_catalogue(), desk.settings, desk.lang, keep)


class Service:
    """One pass after the other: whoever is due is looked at, then what is due leaves."""

    def __init__(self, rounds: Rounds, mailing: Mailing, voice: Voice) -> None:
        self._rounds = rounds
        self._mailing = mailing
        self.voice = voice

    async def once(self) -> Exit:
        """PARTIAL where something did not go as it should."""
        from scanner.service.rounds import Outcome

        done = await self._round()
        seeing = done is not None and done.outcome is not Outcome.HELD
        smooth = await self._pass_on(self._mailing.errands(network=seeing))
        return Exit.DONE if seeing and smooth else Exit.PARTIAL

    async def _round(self) -> Round | None:
        try:
            done = await self._rounds.round(self.voice.progress)
        except Exception as error:  # the next round may succeed: a service that ended would miss a date
            log.exception("a round failed")
            self.voice.say("serve.failed", error=f"{type(error).__name__}: {error}"[:300])
            return None
        self.voice.round(done)
        return done

    async def _pass_on(self, errands: Iterable[Errand]) -> bool:
        """In a thread, since a relay may take its time; an end of the service lets it finish the mail under way."""
        from scanner.service.errands import carry_out

        stop = threading.Event()

        def work() -> bool:
            words = [self._told(word) for word in carry_out(errands, stop)]
            return not any(word.trouble for word in words)

        going = asyncio.get_running_loop().run_in_executor(None, work)
        try:
            return await asyncio.shield(going)
        except asyncio.CancelledError:
            stop.set()
            await going
            raise

    def _told(self, word: Word) -> Word:
        self.voice.mail(word)
        return word


async def serve(service: Service, seconds: float) -> Exit:
    """Rounds until the process is told to stop; a single one where there are no seconds between two."""
    from scanner.net.systemd import tell

    task = asyncio.current_task()
    for number in (signal.SIGINT, signal.SIGTERM):
        if task is not None:
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    beating = asyncio.create_task(_keep_beating())
    tell("READY=1")
    try:
        while True:
            code = await service.once()
            if not seconds:
                return code
            await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        tell("STOPPING=1")
        service.voice.say("serve.stopped")
        return Exit.DONE if seconds else Exit.INTERRUPTED
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)


async def _keep_beating() -> None:
    """Twice in each of systemd's terms, as long as this loop turns."""
    from scanner.net.systemd import tell, watchdog_seconds

    term = watchdog_seconds()
    while term is not None:
        tell("WATCHDOG=1")
        await asyncio.sleep(term / 2)


class Voice:
    """Says each thing once: on standard output, and as the status that systemd shows. A trouble of
    the mail that lasts is one line, whatever is said between."""

    def __init__(self, lang: str, write: Callable[[str], None] = typer.echo) -> None:
        self._lang = lang
        self._write = write
        self._said = ""
        self._status = ""
        self._troubles: set[str] = set()

    def say(self, key: str, **facts: object) -> None:
        """A line, where it is not the one that was said last."""
        line = say(self._lang, key, **facts)
        if line != self._said:
            self._said = line
            self._write(line)
        self._tell(line)

    def mail(self, word: Word) -> None:
        """What an errand came to; a trouble is said once, and again when it comes back after something has left."""
        line = say(self._lang, f"serve.{word.key}", **word.facts)
        if not word.trouble:
            self._troubles.clear()
        elif line in self._troubles:
            return
        else:
            self._troubles.add(line)
        self._write(line)

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
