"""`beffroi mandates`, `beffroi optouts`, `beffroi waivers`: what authorities allow, refuse and accept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli.parser import App
from scanner.cli.register import Config, Key, Lang, told

if TYPE_CHECKING:
    from scanner.cli.desk import Desk
    from scanner.registry import Waiver

mandates_app = App(told("mandates"))
optouts_app = App(told("optouts"))
waivers_app = App(told("waivers"))

Domain = Annotated[str, typer.Argument(help=told("domain"), metavar="DOMAIN")]
Number = Annotated[int, typer.Argument(help=told("number"), metavar="NUMBER", min=1)]
Until = Annotated[str, typer.Option("--until", help=told("until"), metavar="DATE")]
From = Annotated[str, typer.Option("--from", help=told("from"), metavar="DATE")]


@mandates_app.command("add", help=told("mandate_add"))
def add_mandate_command(
    key: Key,
    signatory: Annotated[str, typer.Option(help=told("signatory"), metavar="TEXT")],
    until: Until,
    start: From = "",
    domain: Annotated[list[str] | None, typer.Option(help=told("mandate_domain"), metavar="DOMAIN")] = None,
    address: Annotated[list[str] | None, typer.Option(help=told("address"), metavar="ADDRESS|all")] = None,
    exclude: Annotated[list[str] | None, typer.Option(help=told("exclude"), metavar="NAME|ADDRESS")] = None,
    intrusive: Annotated[bool, typer.Option("--intrusive", help=told("intrusive"))] = False,
    document: Annotated[Path | None, typer.Option(help=told("document"), metavar="FILE")] = None,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """A signed mandate; without --domain it covers every domain of the authority."""
    from scanner.cli.authority_view import print_doubts, print_mandate
    from scanner.cli.desk import at_the_desk, read_day
    from scanner.model import Level
    from scanner.net.policy import AddressPolicy
    from scanner.registry import MandateRow

    with at_the_desk(config, lang) as desk:
        owner = desk.register.authority(key)
        mandate = MandateRow(
            signatory=signatory,
            domains=tuple(domain or (each.name for each in owner.domains)),
            valid_from=read_day(start, desk) if start else desk.today,
            valid_until=read_day(until, desk),
            addresses=tuple(address or ()),
            exclusions=tuple(exclude or ()),
            levels=frozenset({Level.ACTIVE, Level.INTRUSIVE} if intrusive else {Level.ACTIVE}),
            document=_digest(document, desk.lang) if document else "",
        )
        policy = AddressPolicy(desk.settings.network.allow, desk.settings.network.deny)
        kept = desk.register.add_mandate(key, mandate, policy)
        print_mandate(desk, kept)
        print_doubts(desk, kept)


@mandates_app.command("list", help=told("mandate_list"))
def list_mandates_command(
    key: Annotated[str, typer.Argument(help=told("key"), metavar="AUTHORITY")] = "", config: Config = None, lang: Lang = None
) -> None:
    """A line each, the newest first."""
    from scanner.cli.authority_view import print_mandate
    from scanner.cli.desk import at_the_desk

    with at_the_desk(config, lang) as desk:
        found = desk.register.consent.mandates(desk.register.authority(key).id if key else None)
        for mandate in found:
            print_mandate(desk, mandate)
        if not found:
            desk.say("mandate.none")


@mandates_app.command("revoke", help=told("mandate_revoke"))
def revoke_command(number: Number, config: Config = None, lang: Lang = None) -> None:
    """Nothing active leaves under it from now on."""
    from scanner.cli.desk import at_the_desk
    from scanner.registry import RegisterError

    with at_the_desk(config, lang) as desk:
        if not desk.register.consent.revoke(number):
            raise RegisterError("no_mandate", number=str(number))
        desk.say("mandate.done", id=number)


@optouts_app.command("add", help=told("optout_add"))
def add_optout_command(
    domain: Domain,
    until: Until = "",
    reason: Annotated[str, typer.Option(help=told("reason"), metavar="TEXT")] = "",
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Nobody looks at this domain from now on."""
    from scanner.cli.days import shown_day
    from scanner.cli.desk import at_the_desk, read_day_to_come
    from scanner.cli.request import read_domains

    with at_the_desk(config, lang) as desk:
        names, _ = read_domains([domain], desk.lang)
        last = read_day_to_come(until, desk) if until else None
        desk.register.consent.opt_out(names[0].ascii, last, reason[:200])
        if last is None:
            desk.say("optout.for_ever", domain=names[0])
        else:
            desk.say("optout.done", domain=names[0], until=shown_day(last, desk.lang))


@optouts_app.command("remove", help=told("optout_remove"))
def remove_optout_command(domain: Domain, config: Config = None, lang: Lang = None) -> None:
    """The domain may be looked at again; the log keeps who said so."""
    from scanner.cli.desk import at_the_desk
    from scanner.cli.request import read_domains
    from scanner.registry import RegisterError

    with at_the_desk(config, lang) as desk:
        names, _ = read_domains([domain], desk.lang)
        if not desk.register.consent.end_opt_out(names[0].ascii):
            raise RegisterError("no_optout", domain=str(names[0]))
        desk.say("optout.removed", domain=names[0])


@optouts_app.command("list", help=told("optout_list"))
def list_optouts_command(config: Config = None, lang: Lang = None) -> None:
    """Those that hold today."""
    from scanner.cli.days import shown_day
    from scanner.cli.desk import at_the_desk
    from scanner.names import shown_name

    with at_the_desk(config, lang) as desk:
        found = desk.register.opt_outs(desk.today)
        for each in found:
            if each.until is None:
                desk.say("optout.line_for_ever", domain=shown_name(each.domain))
            else:
                desk.say("optout.line", domain=shown_name(each.domain), until=shown_day(each.until, desk.lang))
        if not found:
            desk.say("optout.none")


@waivers_app.command("add", help=told("waiver_add"))
def add_waiver_command(
    domain: Domain,
    check: Annotated[str, typer.Argument(help=told("check"), metavar="CHECK")],
    reason: Annotated[str, typer.Option(help=told("waiver_reason"), metavar="TEXT")],
    author: Annotated[str, typer.Option(help=told("author"), metavar="TEXT")],
    until: Until,
    dispute: Annotated[bool, typer.Option("--dispute", help=told("dispute"))] = False,
    start: From = "",
    subject: Annotated[str, typer.Option(help=told("subject"), metavar="KIND:NAME")] = "",
    config: Config = None,
    lang: Lang = None,
) -> None:
    """A risk that the authority has signed for, or with --dispute a finding that somebody says is not true."""
    from scanner.catalogue import load_catalogue
    from scanner.cli.desk import at_the_desk, read_day
    from scanner.cli.messages import say
    from scanner.cli.request import UsageError, read_domains
    from scanner.dossier import WaiverKind
    from scanner.registry import Waiver

    with at_the_desk(config, lang) as desk:
        if load_catalogue().check(check) is None:
            raise UsageError(say(desk.lang, "scan.unknown_check", value=check))
        names, _ = read_domains([domain], desk.lang)
        kept = desk.register.add_waiver(
            Waiver(
                domain=names[0].ascii,
                check=check,
                kind=WaiverKind.DISPUTE if dispute else WaiverKind.ACCEPTED_RISK,
                reason=reason[:500],
                author=author[:200],
                valid_from=read_day(start, desk) if start else desk.today,
                valid_until=read_day(until, desk),
                subject=subject,
            )
        )
        _print_waiver(desk, kept)


@waivers_app.command("list", help=told("waiver_list"))
def list_waivers_command(
    domain: Annotated[str, typer.Argument(help=told("domain"), metavar="DOMAIN")] = "", config: Config = None, lang: Lang = None
) -> None:
    """All that were recorded, ended ones too."""
    from scanner.cli.desk import at_the_desk
    from scanner.cli.request import read_domains

    with at_the_desk(config, lang) as desk:
        found = desk.register.waivers_of(read_domains([domain], desk.lang)[0][0].ascii if domain else "")
        for waiver in found:
            _print_waiver(desk, waiver)
        if not found:
            desk.say("waiver.none")


@waivers_app.command("end", help=told("waiver_end"))
def end_waiver_command(number: Number, config: Config = None, lang: Lang = None) -> None:
    """The finding counts again from today on."""
    from scanner.cli.desk import at_the_desk
    from scanner.registry import RegisterError

    with at_the_desk(config, lang) as desk:
        if not desk.register.consent.end_waiver(number, desk.today):
            raise RegisterError("no_waiver", number=str(number))
        desk.say("waiver.done", id=number)


def _print_waiver(desk: Desk, waiver: Waiver) -> None:
    from scanner.cli.days import shown_day

    state = "ended" if waiver.ended else "in_force" if waiver.in_force(desk.today) else "not_in_force"
    desk.say(
        "waiver.line", id=waiver.id, state=desk.text(f"waiver.{state}"), kind=desk.text(f"waiver_kind.{waiver.kind}"),
        domain=waiver.domain, check=waiver.check, subject=waiver.subject or "–", reason=waiver.reason, author=waiver.author,
        start=shown_day(waiver.valid_from, desk.lang), end=shown_day(waiver.ended or waiver.valid_until, desk.lang),
    )  # fmt: skip


def _digest(path: Path, lang: str) -> str:
    """SHA-256 of the signed document. Raises UsageError."""
    import hashlib

    from scanner.cli.messages import say
    from scanner.cli.request import UsageError
    from scanner.cli.troubles import system_trouble

    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise UsageError(say(lang, "register.import.not_readable", path=path, why=system_trouble(error, lang))) from error
