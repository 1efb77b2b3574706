"""The words of one ticket: what was seen and when, what to change, how to verify it, by when we hope for an answer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from scanner.catalogue import Catalogue
from scanner.dossier import Dossier
from scanner.model import Domain, Severity
from scanner.report.duties import Charge, Duty
from scanner.report.findings import Evidence
from scanner.report.french import authority, of
from scanner.report.templates import text_environment
from scanner.report.ticket_past import Past, read_past
from scanner.report.values import Worded, instant, visible
from scanner.report.view import FindingView, ReportView, view
from scanner.report.words import Words, words
from scanner.report.writers import filled, to_mail
from scanner.suppliers.recognise import Certainty, Supplier, suppliers_of
from scanner.suppliers.screens import provider_hint

WIDTH = 76  # columns; code and evidence stay whole
MAX_TRACES = 3  # lines of the DNS that name a supplier
MAX_PLACES = 12  # names on one line; more are in the CSV
MAX_EVIDENCE = 12  # blocks of evidence of one point

#: Working days for a date, not for the correction itself.
DAYS = {Severity.CRITICAL: 1, Severity.HIGH: 5, Severity.MEDIUM: 10, Severity.LOW: 20}


@dataclass(frozen=True, slots=True)
class Point:
    """One finding, each part on lines of the right width; `evidence` is raw lines made visible."""

    title: str
    about: str
    seen: str
    evidence: tuple[Evidence, ...]
    fix: str
    hint: str
    verify: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when we hope for a date, and the (number, title) of the points."""

    days: str
    points: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A whole message in order; "" and () are left out."""

    opening: str
    addressee: str
    remarks: tuple[str, ...]
    request: str
    deadlines: tuple[Deadline, ...]
    fixed: str
    seen: str
    points: tuple[Point, ...]
    tool: str
    signature: str
    foot: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """What all tickets of one dossier share; `past` is None where there is no earlier examination."""

    dossier: Dossier
    catalogue: Catalogue
    lang: str
    report: ReportView
    suppliers: tuple[Supplier, ...]
    addresses: dict[str, tuple[str, ...]]
    past: Past | None

    @property
    def say(self) -> Words:
        """The words of the language."""
        return words(self.lang)


def read(dossier: Dossier, catalogue: Catalogue, lang: str) -> Context:
    """Look once at what every ticket needs."""
    report = view(dossier.result, catalogue, lang)
    addresses = {each.name: each.addresses for each in report.subjects}
    return Context(dossier, catalogue, lang, report, suppliers_of(dossier), addresses, read_past(dossier, catalogue, lang))


def compose(charge: Charge, id: str, context: Context) -> str:
    """The body of one ticket, without its last line end."""
    return written(_page(charge, id, context), context.say)


def written(page: Page, say: Words) -> str:
    """A page as plain text, without its last line end."""
    return text_environment().get_template("ticket.txt.j2").render(page=page, w=say, lines=_lines).rstrip("\n")


def signature(duty: Duty, dossier: Dossier, lang: str) -> str:
    """Who writes: the town's own referent, except to that referent."""
    say = words(lang)
    if duty is Duty.TOWN and dossier.sender.name.strip():
        return _plain(dossier.sender.name)
    name = _plain(dossier.town.name)
    if not name:
        return say("ticket.referent")
    return say("ticket.referent_of", town=Worded(authority(name) if lang == "fr" else name))


def _page(charge: Charge, id: str, context: Context) -> Page:
    say, lang, report = context.say, context.lang, context.report
    past = context.past
    titles = Counter(finding.title for finding in charge.findings)
    points = tuple(_point(finding, charge.duty, titles[finding.title] > 1, context) for finding in charge.findings)
    request, deadlines = _request(charge, points, say)
    return Page(
        opening=_opening(charge, context),
        addressee=say("ticket.addressee", who=who_of(charge.duty, charge.supplier, say)),
        remarks=_remarks(charge.duty, context),
        request=request,
        deadlines=deadlines,
        fixed=past.fixed(charge.duty, context.suppliers) if past else "",
        seen=say("ticket.seen", moment=instant(report.moment, lang, context.dossier.town.departement)),
        points=points,
        tool=say("ticket.tool"),
        signature=signature(charge.duty, context.dossier, lang),
        foot=foot_of(id, context),
    )


def _opening(charge: Charge, context: Context) -> str:
    moment = instant(context.report.moment, context.lang, context.dossier.town.departement)
    facts = {"n": len(charge.findings), "domain": context.report.shown, "moment": moment}
    if charge.duty is Duty.TOWN:
        return context.say("ticket.opening_town", **facts)
    return context.say("ticket.opening", of=owner_of(context), **facts)


def owner_of(context: Context) -> Worded:
    """In whose name the message is written, after « pour le compte »."""
    name = _plain(context.dossier.town.name)
    if not name:
        return context.say("ticket.someone")
    return Worded(of(authority(name)) if context.lang == "fr" else name)


def who_of(duty: Duty, supplier: Supplier | None, say: Words) -> Worded:
    """The addressee, and what names it: nobody should have to guess why this reached them."""
    own = duty in (Duty.TOWN, Duty.MAIL_FILTER)
    role = say(f"ticket.{duty}" if own else f"actor.{duty}")
    if supplier is None:
        return role
    name = _plain(supplier.name)
    if supplier.certainty is Certainty.CONFIRMED:
        return say("ticket.confirmed", name=name, role=role)
    return say("ticket.deduced", name=name, role=role, evidence=supplier.evidence[:MAX_TRACES])


def _remarks(duty: Duty, context: Context) -> tuple[str, ...]:
    if duty is Duty.MAIL_FILTER:
        return context.say("ticket.behind_filter", domain=context.report.shown), context.say("ticket.adapt")
    return () if duty is Duty.TOWN else (context.say("ticket.adapt"),)


def _request(charge: Charge, points: tuple[Point, ...], say: Words) -> tuple[str, tuple[Deadline, ...]]:
    """(sentence, table of the points by deadline); a single point has its deadline in the sentence."""
    key = "ticket.ask_town" if charge.duty is Duty.TOWN else "ticket.ask"
    days = [DAYS[finding.severity] for finding in charge.findings]
    if len(days) == 1:
        return say(key, days=say("ticket.days", n=days[0])), ()
    numbered = tuple((number, point.title) for number, point in enumerate(points, 1))
    table = {each: tuple(line for line, due in zip(numbered, days, strict=True) if due == each) for each in days}
    return say(f"{key}_each"), tuple(Deadline(say("ticket.days", n=due), lines) for due, lines in table.items())


def _point(finding: FindingView, duty: Duty, repeated: bool, context: Context) -> Point:
    """A menu is shown to whom it belongs; the town's own referent sees every one."""
    known = [each for each in context.suppliers if duty is Duty.TOWN or each.role is duty.role]
    seen, _, fix, verify = (to_mail(part, WIDTH) for part in finding.advice.parts)
    hint = provider_hint(finding.check, finding.advice, known, context.lang) or ""
    about = (_about(finding, context), context.past.mark(finding) if context.past else "")
    # Two of one title are told apart by where they were seen.
    title = f"{finding.title} ({visible(', '.join(finding.subjects), 260)})" if repeated else finding.title
    return Point(title, " ".join(filter(None, about)), seen, finding.evidence[:MAX_EVIDENCE], fix, hint, verify)


def _listed(names: tuple[str, ...], lang: str) -> Worded:
    from babel.lists import format_list

    return Worded(format_list(list(names), locale=lang))


def _about(finding: FindingView, context: Context) -> str:
    """How grave, and where: a domain name alone has no address of its own."""
    spec = context.catalogue.check(finding.check)
    addresses = {} if spec is None or spec.signature.subject is Domain else context.addresses
    places = []
    for name in finding.subjects[:MAX_PLACES]:
        shown = visible(name, 260)
        known = ", ".join(addresses.get(shown, ()))
        places.append(f"{shown} ({known})" if known else shown)
    severity = context.say(f"severity.{finding.severity.label}")
    where, more = _listed(tuple(places), context.lang), len(finding.subjects) - MAX_PLACES
    if more > 0:
        where = Worded(f"{', '.join(places)} {context.say('report.more', n=more)}")
    return context.say("ticket.severity" if len(places) == 1 else "ticket.severity_shared", severity=severity, where=where)


def foot_of(id: str, context: Context) -> tuple[str, ...]:
    """The reference, whom to call, and how to handle the message."""
    sender = context.dossier.sender
    contact = " – ".join(filter(None, map(_plain, (sender.name, sender.phone, sender.email))))
    reference = context.say("ticket.reference", id=id)
    reached = (context.say("ticket.contact", contact=Worded(contact)),) if contact else ()
    return (reference, *reached, context.say("report.sensitive"))


def _plain(text: str) -> str:
    """Words of the settings on one line, fit to be shown."""
    return visible(" ".join(text.split()), 200)


def _lines(text: str, margin: int = 0) -> str:
    """Words on lines of the right width, the first one `margin` columns shorter, the others set off by as much."""
    return filled(text, WIDTH - margin).replace("\n", "\n" + " " * margin)
