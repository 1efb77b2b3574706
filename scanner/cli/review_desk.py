"""What `beffroi review` shows and does. Raises UsageError with one line that says what to do."""

from __future__ import annotations

from collections import Counter

import typer

from scanner.campaign.model import Campaign, CampaignState
from scanner.campaign.planned import Decision, MailState, Word
from scanner.campaign.reading import Reading, Why
from scanner.campaign.review import NotAMember, NotToReview, Review
from scanner.catalogue import load_catalogue
from scanner.cli.desk import Desk
from scanner.cli.exits import Exit
from scanner.cli.messages import say
from scanner.cli.request import UsageError, read_domains
from scanner.dossier import Waivers


def print_list(desk: Desk, name: str) -> None:
    """Every domain under its first reason; the ordinary ones are counted."""
    review = review_of(desk)
    campaign = named(desk, review, name)
    readings = review.reading_list(campaign)
    _tell(desk, "title", name=campaign.name, state=say(desk.lang, f"campaign.state.{campaign.state}"), count=len(readings))
    for why in Why:
        mine = [reading for reading in readings if reading.reasons[0] is why]
        if mine:
            typer.echo()
            _tell(desk, f"why.{why}", count=len(mine))
        for reading in mine:
            _print_reading(desk, reading)
    if campaign.state is CampaignState.TO_REVIEW:
        typer.echo()
        _tell(desk, "next", name=campaign.name)


def hold(desk: Desk, name: str, domain: str, reason: str) -> None:
    """Nothing about this domain leaves until it is released."""
    review = review_of(desk)
    campaign, domain = named(desk, review, name), read_domain(desk, domain)
    try:
        review.hold(campaign, domain, reason, desk.register.who)
    except (NotToReview, NotAMember) as error:
        raise refused(desk, error, campaign, domain) from error
    _tell(desk, "held", domain=domain, name=campaign.name)


def release(desk: Desk, name: str, domain: str, note: str) -> None:
    """A person has looked: it may leave."""
    review = review_of(desk)
    campaign, domain = named(desk, review, name), read_domain(desk, domain)
    try:
        count = review.release(campaign, domain, desk.register.who, note)
    except (NotToReview, NotAMember) as error:
        raise refused(desk, error, campaign, domain) from error
    _tell(desk, "released", domain=domain, count=count)


#: What is said again before the approval.
_PRESSING = (Why.EXPOSURE, Why.CRITICAL, Why.LOST_GRADE, Why.RETURNED, Why.NO_RECIPIENT, Why.FIRST, Why.NAMED_SUPPLIER)


def approve(desk: Desk, name: str, yes: bool) -> Exit:
    """What presses is said again; a person at a terminal agrees, or `--yes` was given. PARTIAL where nobody is told of a
    possible exposure of data: those domains stay held, and somebody must call."""
    review = review_of(desk)
    campaign = named(desk, review, name)
    readings: tuple[Reading, ...] = ()
    if campaign.state is CampaignState.TO_REVIEW:
        readings = review.reading_list(campaign)
        found = Counter(why for reading in readings for why in reading.reasons)
        for why in _PRESSING:
            if found[why]:
                _tell(desk, f"why.{why}", count=found[why])
        question = say(desk.lang, "review.question", name=campaign.name)
        if not yes and not (typer.get_text_stream("stdin").isatty() and typer.confirm(question, default=False)):
            _tell(desk, "kept", name=campaign.name)
            return Exit.PARTIAL
    try:
        campaign = review.approve(campaign, desk.register.who)
    except NotToReview as error:
        raise refused(desk, error, campaign, "") from error
    _print_plan(desk, review, campaign)
    return _warn_of_exposures(desk, campaign, readings)


def _warn_of_exposures(desk: Desk, campaign: Campaign, readings: tuple[Reading, ...]) -> Exit:
    exposed = [reading.domain for reading in readings if Why.EXPOSURE in reading.reasons and not _released(reading)]
    if not exposed or desk.settings.correspondence.exposure_contact:
        return Exit.DONE
    facts = {"domains": ", ".join(exposed), "name": campaign.name, "domain": exposed[0]}
    typer.echo(say(desk.lang, "review.nobody_warned", **facts), err=True)
    return Exit.PARTIAL


def _released(reading: Reading) -> bool:
    return reading.word is not None and reading.word.decision is Decision.RELEASED


def review_of(desk: Desk) -> Review:
    """The review of this workspace."""
    return Review(desk.store, desk.register, load_catalogue(), desk.settings.correspondence)


def named(desk: Desk, review: Review, name: str) -> Campaign:
    """The campaign of this name; without one the only one that waits to be read."""
    if name:
        found = review.campaigns.find(name)
        if found is None:
            raise UsageError(say(desk.lang, "campaign.unknown", name=name[:80]))
        return found
    waiting = review.campaigns.all((CampaignState.TO_REVIEW,))
    if len(waiting) != 1:
        names = ", ".join(campaign.name for campaign in waiting)
        raise UsageError(say(desk.lang, "review.several" if waiting else "review.none", names=names))
    return waiting[0]


def _print_plan(desk: Desk, review: Review, campaign: Campaign) -> None:
    mails = review.plans.of_campaign(campaign.id)
    now = desk.register.clock()
    waiting = [mail for mail in mails if mail.state is MailState.WAITING]
    later = [mail for mail in waiting if mail.due > now]
    held = {mail.domain for mail in mails if mail.state is MailState.HELD}
    _tell(desk, "approved", name=campaign.name, by=campaign.approved_by, now=len(waiting) - len(later), later=len(later))
    if later:
        _tell(desk, "later", day=min(mail.due for mail in later).date().isoformat())
    if held:
        _tell(desk, "still_held", domains=", ".join(sorted(held)))
    if waiting:
        _tell(desk, "send")


def _print_reading(desk: Desk, reading: Reading) -> None:
    grade = reading.grade or "–"
    _tell(desk, "line", domain=reading.domain, authority=reading.authority or "–", grade=_moved(reading.before, grade))
    if more := [say(desk.lang, f"review.also.{why}") for why in reading.reasons[1:]]:
        _tell(desk, "also_line", reasons=", ".join(more))
    if reading.waivers is not None:
        _print_waivers(desk, reading.waivers)
    if reading.word is not None:
        _print_word(desk, reading.word)


def _print_waivers(desk: Desk, waivers: Waivers) -> None:
    """The other grade, then each finding with who, until when and why."""
    _tell(desk, "waived", grade=waivers.score.grade or "–")
    for each in {(each.check, each.kind, each.author, each.reason): each for each in waivers.findings}.values():
        state = "returned" if each.returned else each.kind
        facts = {"check": each.check, "author": each.author, "until": each.until.isoformat(), "reason": each.reason}
        _tell(desk, f"waiver.{state}", **facts)


def _moved(before: str, after: str) -> str:
    return f"{before} → {after}" if before and before != after else after


def _print_word(desk: Desk, word: Word) -> None:
    facts = {"by": word.by, "day": word.at.date().isoformat(), "note": word.note or "–"}
    _tell(desk, f"word.{word.decision}", **facts)


def read_domain(desk: Desk, typed: str) -> str:
    """As the store knows it. Raises UsageError."""
    return read_domains([typed], desk.lang)[0][0].ascii


def refused(desk: Desk, error: NotToReview | NotAMember, campaign: Campaign, domain: str) -> UsageError:
    """Why not, in one line."""
    if isinstance(error, NotAMember):
        return UsageError(say(desk.lang, "review.not_a_member", domain=domain, name=campaign.name))
    state = say(desk.lang, f"campaign.state.{error.state}")
    return UsageError(say(desk.lang, "review.not_to_review", name=campaign.name, state=state))


def _tell(desk: Desk, key: str, **facts: object) -> None:
    typer.echo(say(desk.lang, f"review.{key}", **facts))
