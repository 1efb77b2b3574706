"""One authority, and a list of them, as a person reads them in a terminal."""

from __future__ import annotations

from collections.abc import Iterable

import typer
from rich.console import Console
from rich.table import Table

from scanner.cli.days import shown_day
from scanner.cli.desk import Desk
from scanner.cli.messages import printable
from scanner.names import shown_name
from scanner.registry.declared import declared
from scanner.registry.model import FIELDS, Authority, MandateRow, Source
from scanner.registry.rules import outlasts, overlapping

FULL_WIDTH = 200  # where no terminal sets one


def print_authorities(desk: Desk, found: Iterable[Authority]) -> None:
    """A line each, and how many they are."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("siren", "insee", "name", "kind", "departement", "domains", "tags"):
        table.add_column(desk.text(f"field.{heading}"), overflow="fold")
    count = 0
    for count, authority in enumerate(found, 1):  # noqa: B007 - the last number is how many
        names = ", ".join(str(shown_name(domain.name)) for domain in authority.domains)
        cells = (
            authority.siren or "–",
            authority.insee or "–",
            authority.name,
            desk.text(f"kind.{authority.kind}"),
            authority.departement,
            names,
        )
        table.add_row(*map(printable, (*cells, ", ".join(authority.tags))))
    if count:
        width = None if Console().is_terminal else FULL_WIDTH
        Console(markup=False, highlight=False, width=width).print(table)
    desk.say("count", count=count)


def print_authority(desk: Desk, authority: Authority) -> None:
    """Everything that is known of one, each with where it comes from."""
    for field in FIELDS:
        value = getattr(authority, field)
        source = authority.sources.get(field)
        if value not in (None, "") or source is not None:
            shown = desk.text(f"kind.{value}") if field == "kind" else value if value not in (None, "") else "–"
            _line(desk, field, str(shown), source)
    for domain in authority.domains:
        name = shown_name(domain.name)
        _line(desk, "domains", str(name) if domain.scanned else desk.text("not_scanned", domain=name), domain.source)
    for contact in authority.contacts:
        who = f"{contact.name} <{contact.email}>" if contact.name else contact.email
        documents = ", ".join(desk.text(f"document.{each}") for each in contact.documents) or desk.text("no_document")
        _line(desk, "contacts", f"{desk.text(f'role.{contact.role}')} : {who} ({documents})", contact.source)
    for supplier in authority.suppliers:
        words = f"{desk.text(f'supplier.{supplier.role}')} : {supplier.supplier} ({desk.text(f'certainty.{supplier.certainty}')})"
        _line(desk, "suppliers", words, supplier.source)
    if authority.tags:
        _line(desk, "tags", ", ".join(authority.tags), None)
    said = [f"{id} {desk.text('yes' if met else 'no')}" for id, met in sorted(declared(authority).items())]
    if said:
        _line(desk, "declarations", " · ".join(said), None)
    for mandate in desk.register.consent.mandates(authority.id):
        print_mandate(desk, mandate)


def print_mandate(desk: Desk, mandate: MandateRow) -> None:
    """One line: number, state, who signed, what it opens, until when."""
    state = "revoked" if mandate.revoked else "in_force" if mandate.in_force(desk.today) else "not_in_force"
    levels = ", ".join(desk.text(f"level.{level.name.lower()}") for level in sorted(mandate.levels))
    names = ", ".join(str(shown_name(each)) for each in mandate.domains)
    desk.say(
        "mandate.line", id=mandate.id, state=desk.text(f"mandate.{state}"), name=mandate.authority_name,
        signatory=mandate.signatory, domains=names, addresses=", ".join(mandate.addresses) or "–",
        exclusions=", ".join(mandate.exclusions) or "–", levels=levels,
        start=shown_day(mandate.valid_from, desk.lang), end=shown_day(mandate.valid_until, desk.lang),
    )  # fmt: skip


def print_doubts(desk: Desk, mandate: MandateRow) -> None:
    """What a person may want to look at again in a mandate that was just recorded."""
    if outlasts(mandate):
        desk.say("mandate.long", id=mandate.id)
    for other in overlapping(mandate, desk.register.consent.mandates(mandate.authority)):
        days = {"start": shown_day(other.valid_from, desk.lang), "end": shown_day(other.valid_until, desk.lang)}
        desk.say("mandate.overlap", id=mandate.id, other=other.id, **days)


def _line(desk: Desk, field: str, text: str, source: Source | None) -> None:
    label = desk.text(f"field.{field}")
    origin = f"  [{desk.text(f'origin.{source.origin}')}, {source.on.isoformat()}]" if source else ""
    typer.echo(f"{label:<20} {printable(text)}{origin}")
