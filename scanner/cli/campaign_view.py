"""Campaigns and histories on the screen."""

from __future__ import annotations

from datetime import datetime

import typer
from rich.console import Console

from scanner.campaign.campaigns import Campaigns
from scanner.campaign.model import Campaign, Counts, Member, MemberState
from scanner.cli.days import why_impossible
from scanner.cli.desk import Desk
from scanner.cli.exits import Exit
from scanner.cli.messages import say
from scanner.cli.request import read_domains
from scanner.cli.waived_history import WaivedHistory
from scanner.cli.workspace import plain_spaces
from scanner.history import History, ScorePoint
from scanner.report.values import day

MAX_LISTED = 20  # members without a result, after a run; `show` lists all


def print_campaigns(desk: Desk) -> None:
    """A line each, the newest first."""
    campaigns = Campaigns(desk.store)
    found = campaigns.all()
    for campaign in found:
        typer.echo(_line(desk, campaign, campaigns.counts(campaign.id)))
    if not found:
        typer.echo(say(desk.lang, "campaign.none"))


def print_campaign(desk: Desk, campaign: Campaign) -> None:
    """Its line, and every member that has no result and why."""
    campaigns = Campaigns(desk.store)
    counts = campaigns.counts(campaign.id)
    typer.echo(_line(desk, campaign, counts))
    typer.echo(say(desk.lang, "campaign.counts", **_counted(counts)))
    for member in campaigns.members(campaign.id, (MemberState.IMPOSSIBLE, MemberState.FAILED)):
        typer.echo(f"  {_why(desk, member)}")


def print_end(desk: Desk, campaign: Campaign, counts: Counts, errors: Console) -> None:
    """What a campaign has brought, and what comes next."""
    out = Campaigns(desk.store).members(campaign.id, (MemberState.IMPOSSIBLE, MemberState.FAILED))
    for member in out[:MAX_LISTED]:
        errors.print(f"  {_why(desk, member)}", markup=False, highlight=False, soft_wrap=True)
    if len(out) > MAX_LISTED:
        more = say(desk.lang, "campaign.more", count=len(out) - MAX_LISTED, name=campaign.name)
        errors.print(more, markup=False, highlight=False, soft_wrap=True)
    end = say(desk.lang, "campaign.end", name=campaign.name, **_counted(counts))
    errors.print(end, markup=False, highlight=False, soft_wrap=True)


def print_history(desk: Desk, typed: str) -> Exit:
    """The scores of a domain, the oldest first; partial where nothing is known of it."""
    names, _ = read_domains([typed], desk.lang)
    points = History(desk.store).scores(names[0].ascii)
    if not points:
        typer.echo(say(desk.lang, "history.nothing", domain=names[0]), err=True)
        return Exit.PARTIAL
    typer.echo(str(names[0]))
    waived = WaivedHistory(desk, names[0].ascii)
    for point in points:
        typer.echo(_point(desk, point) + waived.beside(point, newest=point is points[-1]))
    waived.print_marks()
    return Exit.DONE


def _point(desk: Desk, point: ScorePoint) -> str:
    score, given = point.score, point.given
    facts = {"day": _day(desk, point.at), "coverage": score.coverage}
    facts["perimeter"] = say(desk.lang, f"history.perimeter.{score.perimeter}")
    line = say(desk.lang, "history.ungraded", **facts)
    if score.grade is not None:
        line = say(desk.lang, "history.line", **facts, grade=score.grade, value=score.value)
    if given.version != score.version or given.value != score.value:
        known = given.grade is not None
        note = say(desk.lang, "history.given" if known else "history.given_none", grade=given.grade, value=given.value)
        line = f"{line}  {note}"
    return line


def _line(desk: Desk, campaign: Campaign, counts: Counts) -> str:
    state = say(desk.lang, f"campaign.state.{campaign.state}")
    facts = {"name": campaign.name, "state": state, "settled": counts.settled, "total": counts.total}
    line = say(desk.lang, "campaign.line", **facts, planned=_day(desk, campaign.planned))
    if campaign.choice:
        line += say(desk.lang, "campaign.line_choice", choice=campaign.choice)
    if campaign.approved is not None:
        line += say(desk.lang, "campaign.line_approved", by=campaign.approved_by, day=_day(desk, campaign.approved))
    return line


def _why(desk: Desk, member: Member) -> str:
    if member.state is MemberState.IMPOSSIBLE:
        return why_impossible(desk.lang, member.reason, member.domain, member.detail)
    return say(desk.lang, "campaign.failed", domain=member.domain, detail=member.detail)


def _counted(counts: Counts) -> dict[str, int]:
    return {
        "total": counts.total,
        "waiting": counts.waiting + counts.running,
        "done": counts.done,
        "impossible": counts.impossible,
        "failed": counts.failed,
    }


def _day(desk: Desk, moment: datetime) -> str:
    return plain_spaces(day(moment, desk.lang))
