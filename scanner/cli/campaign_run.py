"""A campaign carried out at a terminal: progress, pauses, a clean end on Ctrl-C, and an exit code."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator, Sequence

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from scanner.campaign.campaigns import Campaigns
from scanner.campaign.job import Workplace, open_workplace
from scanner.campaign.model import Campaign, Counts, Pause
from scanner.campaign.runner import AlreadyAtWork, InProcessRunner, Runner, Tell, run_campaign
from scanner.campaign.runner import Progress as Told
from scanner.cli.campaign_desk import settings_of
from scanner.cli.campaign_view import print_end
from scanner.cli.desk import Desk
from scanner.cli.doctor import remedy_of, text_of
from scanner.cli.exits import Exit
from scanner.cli.messages import say
from scanner.cli.request import UsageError
from scanner.cli.working import cluster_runner
from scanner.doctor import before_grading, grading_allowed
from scanner.history import History
from scanner.net.door import Premises


def carry_out(desk: Desk, campaigns: Sequence[Campaign], side_by_side: int | None) -> Exit:
    """One after the other. Raises UsageError where another process is at work."""
    errors = Console(stderr=True)
    if not campaigns:
        errors.print(say(desk.lang, "campaign.nothing_due"), markup=False)
        return Exit.DONE
    premises = Premises(desk.settings.network)
    code = Exit.DONE
    try:
        if not _may_grade(desk, campaigns, premises, errors):
            return Exit.PARTIAL
        for campaign in campaigns:
            code = max(code, _carry_out(desk, campaign, premises, side_by_side or settings_of(desk).side_by_side, errors))
            if code is Exit.INTERRUPTED:
                return code
    except AlreadyAtWork as error:
        raise UsageError(say(desk.lang, "campaign.at_work")) from error
    finally:
        premises.close()
    History(desk.store).prune(desk.register.clock(), settings_of(desk).keep_months)
    return code


def _carry_out(desk: Desk, campaign: Campaign, premises: Premises, side_by_side: int, errors: Console) -> Exit:
    campaigns = Campaigns(desk.store, clock=desk.register.clock)
    before = campaigns.counts(campaign.id)
    facts = {"name": campaign.name, "total": before.total, "settled": before.settled}
    errors.print(say(desk.lang, "campaign.begin", **facts), markup=False, highlight=False)

    async def go() -> Campaign:
        task = asyncio.current_task()
        for number in (signal.SIGINT, signal.SIGTERM):
            if task is not None:
                asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        runner = runner_for(desk, campaign, premises, campaigns, side_by_side)
        with _progress(desk.lang, campaign.name, errors) as tell:
            return await run_campaign(campaign.id, runner, campaigns, tell)

    try:
        asyncio.run(go())
    except asyncio.CancelledError:
        errors.print(say(desk.lang, "campaign.stopped", name=campaign.name), markup=False, soft_wrap=True)
        return Exit.INTERRUPTED
    counts = campaigns.counts(campaign.id)
    print_end(desk, campaign, counts, errors)
    return Exit.PARTIAL if counts.impossible or counts.failed else Exit.DONE


def workplace(desk: Desk, campaign: Campaign, premises: Premises, campaigns: Campaigns) -> Workplace:
    """All that the job needs, of this process and this store."""
    return open_workplace(campaign.id, campaigns, History(desk.store), desk.register, premises, desk.register.who)


def runner_for(desk: Desk, campaign: Campaign, premises: Premises, campaigns: Campaigns, side_by_side: int) -> Runner:
    """Whoever the settings leave the scans to: this process, or `beffroi worker` processes. Raises UsageError."""
    if settings_of(desk).workers:
        return cluster_runner(desk, campaign, premises, campaigns)
    return InProcessRunner(workplace(desk, campaign, premises, campaigns), side_by_side)


def _may_grade(desk: Desk, chosen: Sequence[Campaign], premises: Premises, errors: Console) -> bool:
    """Whether this machine sees what the Internet sees; where not, why."""
    campaigns = Campaigns(desk.store)
    domains = tuple(member.domain for campaign in chosen for member in campaigns.members(campaign.id))
    findings = asyncio.run(before_grading(domains, premises, desk.register.clock))
    for finding in findings:
        if finding.stops:
            errors.print(text_of(finding, desk.lang), remedy_of(finding, desk.lang), markup=False, soft_wrap=True)
    return grading_allowed(findings)


def rejudge(desk: Desk) -> Exit:
    """Progress, then a line that says what moved; partial where something could not be read."""
    errors = Console(stderr=True)
    with _bar(errors) as step:
        done = History(desk.store).rejudge(lambda done, total: step(say(desk.lang, "history.rejudging"), done, total))
    facts = {"scans": done.scans, "changed": done.changed}
    errors.print(say(desk.lang, "history.rejudged", **facts), markup=False, highlight=False)
    if done.unreadable:
        errors.print(say(desk.lang, "history.unreadable", count=done.unreadable), markup=False, highlight=False)
    return Exit.PARTIAL if done.unreadable else Exit.DONE


@contextlib.contextmanager
def _progress(lang: str, name: str, errors: Console) -> Iterator[Tell]:
    """One live line for the whole campaign; a pause is said once, also where nobody looks at a terminal."""
    pause: Pause | None = None
    with _bar(errors) as step:

        def tell(told: Told) -> None:
            nonlocal pause
            counts: Counts = told.counts
            facts = {"name": name, "settled": counts.settled, "total": counts.total, "running": counts.running}
            step(say(lang, "campaign.progress", **facts), counts.settled, counts.total)
            if told.pause is not pause:
                key = f"campaign.pause.{told.pause}" if told.pause else "campaign.pause.over"
                errors.print(say(lang, key), markup=False, soft_wrap=True)
                pause = told.pause

        yield tell


@contextlib.contextmanager
def _bar(errors: Console) -> Iterator[Callable[[str, int, int], None]]:
    """On standard error, only where a person looks at a terminal."""
    if not errors.is_terminal:
        yield lambda words, done, total: None
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, transient=True) as bars:
        task = bars.add_task("", total=None)

        def step(words: str, done: int, total: int) -> None:
            bars.update(task, completed=done, total=total or None, description=words)

        yield step
