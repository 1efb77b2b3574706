"""One message for one shared cause: to a supplier about clients who agreed to stand side by side, else an internal note.

A supplier learns of its own clients only, and only of those whose authority confirmed it and lets its name be shared.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from scanner.advice import Advice, AdviceError, outline, render, texts
from scanner.catalogue import Catalogue
from scanner.contract import CheckSpec
from scanner.model import Domain, Fact, Finding, Severity, Subject
from scanner.portfolio import Cause, CauseKind, Portfolio, Serving, Share
from scanner.portfolio.cause import Facts
from scanner.portfolio.causes import LEAST_SHARED
from scanner.report.choice import for_supplier
from scanner.report.templates import text_environment
from scanner.report.ticket_text import DAYS, WIDTH
from scanner.report.tickets import Ticket, reference
from scanner.report.values import Worded, day, visible
from scanner.report.words import Words, open_place, words
from scanner.report.writers import filled, to_mail, to_text
from scanner.suppliers.recognise import Certainty, Supplier
from scanner.suppliers.table import Kind

log = logging.getLogger(__name__)
MAX_CAUSES = 60  # the others are counted; each has its messages one by one


#: (check, variant) -> the domains that have it, and how severe it is there.
_Found = dict[tuple[str, str], tuple[list[Share], list[Severity]]]


class Audience(StrEnum):
    """Who may read it."""

    SUPPLIER = "supplier"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class GroupTicket:
    """A message and what was decided of it. `listed` are the domains that it names, `withheld` how many it does not."""

    cause: Cause
    audience: Audience
    ticket: Ticket
    listed: tuple[str, ...]
    withheld: int


@dataclass(frozen=True, slots=True)
class _Point:
    """One finding of many domains, each part on lines of the right width; "" is left out."""

    title: str
    about: str
    shares: tuple[Share, ...]
    places: tuple[str, ...]
    request: str
    fix: str
    verify: str


@dataclass(frozen=True, slots=True)
class _Page:
    """A whole message in order; "" is left out. `remark` stands only above an internal note."""

    remark: str
    addressee: str
    opening: str
    points: tuple[_Point, ...]
    alone: str
    signature: str
    foot: tuple[str, ...]


def shown_causes(portfolio: Portfolio) -> tuple[Cause, ...]:
    """Those that the documents detail."""
    return portfolio.causes[:MAX_CAUSES]


def group_tickets(portfolio: Portfolio, catalogue: Catalogue, lang: str) -> tuple[GroupTicket, ...]:
    """One for each cause that the portfolio details, in its order."""
    return tuple(_group_ticket(cause, portfolio, catalogue, lang) for cause in shown_causes(portfolio))


def _group_ticket(cause: Cause, portfolio: Portfolio, catalogue: Catalogue, lang: str) -> GroupTicket:
    supplier = None if cause.own else _confirmed_by_most(cause)
    told = cause.shares if supplier is None else _told(cause, supplier)
    audience = Audience.INTERNAL if supplier is None else Audience.SUPPLIER
    points, alone = _points(told, cause.facts, audience, catalogue, lang)
    named = {share.row.member.domain for point in points for share in point.shares}
    listed = tuple(share for share in told if share.row.member.domain in named)
    id = reference("\n".join((cause.key.kind, cause.key.id, cause.key.role or "")))
    say, sender = words(lang), portfolio.heading.sender
    topic = say(f"portfolio.ticket.subject.{audience}", cause=_topic(cause, audience, say))
    page = _Page(
        remark="" if supplier else say("portfolio.ticket.internal_own" if cause.own else "portfolio.ticket.internal"),
        addressee=say("ticket.confirmed", name=_plain(supplier.name), role=say(f"role.{supplier.role}")) if supplier else "",
        opening=_opening(cause, listed, audience, say, lang),
        points=points,
        alone=say("portfolio.ticket.alone", n=alone) if alone else "",
        signature=_plain(sender.name) or "Beffroi",
        foot=_foot(id, portfolio, say),
    )
    ticket = Ticket(
        id=id,
        role=supplier.role if supplier else cause.key.role,
        supplier=Supplier(supplier.role, supplier.id, supplier.name, Kind.HOST, (), supplier.certainty) if supplier else None,
        subject=f"[{id}] {topic}",
        body=_body(page, say),
        lang=lang,
        domain=sender.email.rpartition("@")[2] or "a-completer.invalid",
        moment=portfolio.heading.moment,
        author=(page.signature, sender.email),
    )
    domains = tuple(share.row.member.domain for share in listed)
    return GroupTicket(cause, audience, ticket, domains, len(cause.shares) - len(listed))


def _confirmed_by_most(cause: Cause) -> Serving | None:
    """The supplier that most of those who agree confirm, where they have something in common: one client has its own message."""
    counts = Counter(
        share.tie.agent.key for share in cause.shares if share.tie.agent is not None and _may_be_told(share, share.tie.agent.key)
    )
    key = max(counts, key=lambda key: (counts[key], key), default="")
    supplier = next((share.tie.agent for share in cause.shares if _may_be_told(share, key)), None)
    return supplier if supplier is not None and _common(_by_point(_told(cause, supplier))) else None


def _told(cause: Cause, supplier: Serving) -> tuple[Share, ...]:
    return tuple(share for share in cause.shares if _may_be_told(share, supplier.key))


def _may_be_told(share: Share, supplier: str) -> bool:
    agent = share.tie.agent
    confirmed = agent is not None and agent.key == supplier and agent.certainty is Certainty.CONFIRMED
    return confirmed and share.row.member.shares_with_suppliers


def _topic(cause: Cause, audience: Audience, say: Words) -> Worded:
    """What the subject names: a supplier need not be told its own name."""
    if cause.key.role is not None:
        role = say(f"role.{cause.key.role}")
        return role if audience is Audience.SUPPLIER else Worded(f"{_plain(cause.name)} ({role})")
    if cause.key.kind is CauseKind.NAME_SERVERS:
        return Worded(_plain(cause.key.id.replace(" ", ", ")))
    return Worded(_plain(cause.key.id))


def _opening(cause: Cause, listed: tuple[Share, ...], audience: Audience, say: Words, lang: str) -> Worded:
    moments = [share.row.latest.moment for share in listed if share.row.latest is not None]
    first, last = day(min(moments), lang), day(max(moments), lang)
    when = say("portfolio.ticket.on", day=first) if first == last else say("portfolio.ticket.between", first=first, last=last)
    named = _topic(cause, Audience.INTERNAL, say)
    return say(f"portfolio.ticket.opening.{audience}", n=len(listed), when=when, cause=named)


def _foot(id: str, portfolio: Portfolio, say: Words) -> tuple[str, ...]:
    sender = portfolio.heading.sender
    contact = " – ".join(filter(None, map(_plain, (sender.name, sender.phone, sender.email))))
    known = say("ticket.reference", id=id)
    return (known, say("ticket.contact", contact=Worded(contact))) if contact else (known,)


def _body(page: _Page, say: Words) -> str:
    template = text_environment().get_template("group_ticket.txt.j2")
    return template.render(w=say, page=page, lines=lambda text: filled(text, WIDTH)).rstrip("\n")


def _points(
    told: tuple[Share, ...], facts: Facts, audience: Audience, catalogue: Catalogue, lang: str
) -> tuple[tuple[_Point, ...], int]:
    """(what several domains have in common, how many points only one has): the most severe first, then by domains.

    Where nothing is in common, every point.
    """
    found = _by_point(told)
    common = _common(found) or found

    def rank(kind: tuple[str, str]) -> tuple[int, int, tuple[str, str]]:
        shares, severities = common[kind]
        return -max(severities), -len(shares), kind

    made = []
    for kind in sorted(common, key=rank):
        spec = catalogue.check(kind[0])
        if spec is not None:
            advice = _advice(spec, kind[1], max(common[kind][1]), facts.get(kind, {}), lang)
            made.append(_point(spec, advice, *common[kind], audience, lang))
    return tuple(made), len(found) - len(common)


def _by_point(told: tuple[Share, ...]) -> _Found:
    found: _Found = {}
    for share in told:
        for fault in share.tie.faults:
            shares, severities = found.setdefault((fault.check, fault.variant), ([], []))
            severities.append(fault.severity)
            if share not in shares[-1:]:
                shares.append(share)
    return found


def _common(found: _Found) -> _Found:
    return {kind: members for kind, members in found.items() if len(members[0]) >= LEAST_SHARED}


def _point(
    spec: CheckSpec, advice: Advice, members: list[Share], severities: list[Severity], audience: Audience, lang: str
) -> _Point:
    """One text for all of them."""
    say = words(lang)
    gravest = max(severities)
    parts, request = (advice.fix, advice.verify), ""
    if audience is Audience.SUPPLIER:
        parts = for_supplier(advice.fix), for_supplier(advice.verify)
        request = to_mail(advice.mayor.request, WIDTH) if advice.mayor else ""
    fix, verify = (to_mail(part, WIDTH) for part in parts)
    deadline = say("ticket.days", n=DAYS[gravest])
    about = say("portfolio.ticket.about", severity=say(f"severity.{gravest.label}"), deadline=deadline, check=spec.id)
    shares = tuple(sorted(members, key=lambda share: share.row.member.domain))
    places = tuple(f"{visible(share.row.member.domain, 260)} ({_plain(share.row.member.authority)})" for share in shares)
    return _Point(to_text(advice.title), about, shares, places, request, fix, verify)


def _advice(spec: CheckSpec, variant: str, severity: Severity, facts: Mapping[str, Fact], lang: str) -> Advice:
    """The text with the facts that all have in common; the others, and whose it is, are left open."""
    known = texts(spec, lang)
    text = known.get(variant, known[""])
    mayor = text.mayor or known[""].mayor
    open_: dict[str, Fact] = {name: open_place(name, lang) for name in text.facts | (mayor.facts if mayor else frozenset())}
    finding = Finding(severity, open_ | dict(facts), (), variant if variant in known else "")
    try:
        return render(spec, finding, Subject(open_place("name", lang)), Domain(open_place("domain", lang)), lang)
    except AdviceError:
        log.exception("text of %s", spec.id)
        return outline(text, lang)


def _plain(text: str) -> str:
    """On one line, and fit to be shown."""
    return visible(" ".join(text.split()), 200)
