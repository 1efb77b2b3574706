"""The message that asks a host to let our checks through: who we are, from where we come, what stayed silent and when."""

from __future__ import annotations

from scanner.report.duties import Duty
from scanner.report.ticket_text import MAX_PLACES, WIDTH, Context, Page, Point, foot_of, owner_of, signature, who_of, written
from scanner.report.values import Worded, instant
from scanner.report.writers import filled
from scanner.suppliers.recognise import Supplier

DAYS = 10  # working days for an answer


def compose_access(gate: Duty, supplier: Supplier | None, id: str, context: Context) -> str:
    """The body of the message, without its last line end."""
    say, report, dossier = context.say, context.report, context.dossier
    moment = instant(report.moment, context.lang, dossier.town.departement)
    point = Point(
        title=say("ticket.access.title"), about="", seen=_silent(context), evidence=(), fix=_wish(context), hint="",
        verify=filled(say("ticket.access.verify"), WIDTH),
    )  # fmt: skip
    page = Page(
        opening=say("ticket.access.opening", of=owner_of(context), domain=report.shown, moment=moment),
        addressee=say("ticket.addressee", who=who_of(gate, supplier, say)),
        remarks=(),
        request=say("ticket.access.ask", days=say("ticket.days", n=DAYS)),
        deadlines=(),
        fixed="",
        seen=say("ticket.seen", moment=moment),
        points=(point,),
        tool="",
        signature=signature(gate, dossier, context.lang),
        foot=foot_of(id, context),
    )
    return written(page, say)


def _silent(context: Context) -> str:
    """What did not answer, by reason."""
    lines = []
    for group in context.report.unknown[:5]:
        names = tuple(dict.fromkeys(name for batch in group.batches for name in batch.subjects))[:MAX_PLACES]
        reason = context.say(f"reason_short.{group.reason}")
        lines.append(_item(context.say("ticket.access.silent", reason=reason, names=names)))
    return "\n".join(lines)


def _wish(context: Context) -> str:
    """How a shield may know us."""
    say, visitor = context.say, context.dossier.visitor
    sources = say("ticket.access.sources", addresses=visitor.sources) if visitor.sources else say("ticket.access.no_source")
    known = [_item(sources)]
    if visitor.agent:
        known.append(f"- {say('ticket.access.agent')}\n\n    {visitor.agent}\n")
    if visitor.page:
        known.append(_item(say("ticket.access.page", page=Worded(visitor.page))))
    return "\n".join((filled(say("ticket.access.fix"), WIDTH) + "\n", *known))


def _item(text: str) -> str:
    return "- " + filled(text, WIDTH - 2).replace("\n", "\n  ")
