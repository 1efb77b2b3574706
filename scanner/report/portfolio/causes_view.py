"""The shared causes in words: what it is, who acts, how many it concerns, what correcting it would win."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scanner.portfolio import Cause, Portfolio, Share
from scanner.report.portfolio.aliases import MAX_NAME, Aliases
from scanner.report.portfolio.group_tickets import Audience, GroupTicket, shown_causes
from scanner.report.values import Worded, in_prose, visible
from scanner.report.words import Words, check_name
from scanner.suppliers.recognise import Certainty


@dataclass(frozen=True, slots=True)
class Gain:
    """One domain of a cause: `now` and `then` are letters, "" without grade; `won` is signed."""

    name: str
    domain: str
    now: str
    then: str
    won: str


@dataclass(frozen=True, slots=True)
class CauseView:
    """One row. `number` counts from 1; `ticket` is the reference of its message, `href` where it stands ("" where nowhere)."""

    number: int
    kind: Worded
    name: Worded
    own: bool
    who: str
    certainty: str
    concerned: Worded
    won: str
    remarks: tuple[str, ...]
    severity: str
    worst: Worded
    checks: tuple[tuple[str, int, str], ...]
    gains: tuple[Gain, ...]
    ticket: str
    href: str
    audience: str


def cause_views(
    portfolio: Portfolio, tickets: Iterable[GroupTicket], hrefs: Mapping[str, str], aliases: Aliases, say: Words, lang: str
) -> tuple[CauseView, ...]:
    """The causes that the portfolio details; `hrefs` say where the message of a reference stands."""
    by_cause = {ticket.cause.key: ticket for ticket in tickets}
    return tuple(
        _view(number, cause, by_cause.get(cause.key), hrefs, aliases, say, lang)
        for number, cause in enumerate(shown_causes(portfolio), 1)
    )


def _view(
    place: int, cause: Cause, ticket: GroupTicket | None, hrefs: Mapping[str, str], aliases: Aliases, say: Words, lang: str
) -> CauseView:
    kind = say(f"role.{cause.key.role}") if cause.key.role else say(f"portfolio.cause.{cause.key.kind}")
    id = "" if ticket is None else ticket.ticket.id
    return CauseView(
        number=place,
        kind=kind,
        name=aliases.cause(cause),
        own=cause.own,
        who=aliases.supplier(cause.agent) if cause.agent else say("portfolio.who_unknown"),
        certainty=_certainty(cause, say),
        concerned=say("portfolio.of", n=len(cause.shares), total=max(cause.clients, len(cause.shares))),
        won="–" if not cause.counted else f"+{in_prose('n', cause.won, lang)}" if cause.won else "0",
        remarks=_remarks(cause, say),
        severity=cause.severity.label,
        worst=say("portfolio.worst", n=cause.worst),
        checks=tuple(
            (check_name(lang, check) or visible(check), count, severity.label) for check, count, severity in cause.checks()
        ),
        gains=tuple(_gain(share) for share in cause.shares),
        ticket=id,
        href=hrefs.get(id, ""),
        audience=_audience(ticket, say) if ticket else "",
    )


def _certainty(cause: Cause, say: Words) -> str:
    """`confirmé 5 · déduit 13`: how many of the domains concerned have this supplier, and how sure that is."""
    agents = (share.tie.agent for share in cause.shares)
    counts = Counter(agent.certainty for agent in agents if agent and cause.agent and agent.key == cause.agent.key)
    return " · ".join(f"{say(f'certainty.{each}')} {counts[each]}" for each in reversed(Certainty) if counts[each])


def _remarks(cause: Cause, say: Words) -> tuple[str, ...]:
    said = []
    if cause.lifted:
        said.append(say("portfolio.lifted", n=cause.lifted))
    if cause.counted < len(cause.shares):
        said.append(say("portfolio.without_points", n=len(cause.shares) - cause.counted))
    return tuple(said)


def _audience(ticket: GroupTicket, say: Words) -> Worded:
    if ticket.audience is Audience.INTERNAL:
        return say("portfolio.ticket_internal")
    return say("portfolio.ticket_supplier", n=len(ticket.listed))


def _gain(share: Share) -> Gain:
    row, tie = share.row, share.tie
    return Gain(
        visible(row.member.authority, MAX_NAME),
        visible(row.member.domain, MAX_NAME),
        row.grade.letter if row.grade else "",
        tie.after.letter if tie.after else "",
        "" if tie.won is None else f"+{tie.won}" if tie.won else "0",
    )


def lever_sentence(portfolio: Portfolio, aliases: Aliases, say: Words) -> Worded:
    """Which one supplier would win most, and how much of what is missing that is."""
    levers = sorted((cause for cause in portfolio.levers if cause.won), key=lambda cause: -cause.won)
    if not levers:
        return say("portfolio.lever_none")
    best = levers[0]
    return say(
        "portfolio.lever_own" if best.own else "portfolio.lever",
        name=aliases.supplier(best.agent) if best.agent else Worded(best.name),
        points=best.won,
        members=say("portfolio.members", n=best.gaining),
        share=_percent(best.won, portfolio.missing),
    )


def own_sentence(portfolio: Portfolio, say: Words) -> Worded | None:
    """What the syndicate itself would win at least, as a supplier; None where it is none."""
    own = [cause for cause in (*portfolio.levers, *portfolio.causes) if cause.own]
    if not own:
        return None
    best = max(own, key=lambda cause: cause.won)
    if not best.won:
        return say("portfolio.own_nothing", members=say("portfolio.members", n=len(best.shares)))
    return say("portfolio.own", points=best.won, members=say("portfolio.members", n=best.gaining))


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0
