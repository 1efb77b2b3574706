"""`beffroi authorities`: the members, as an import, a hand or a question leaves them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scanner.cli.messages import default_language, say
from scanner.cli.parser import App

# Heavy imports (SQLAlchemy, openpyxl, requests) stay inside the commands: `--help` needs none of them.


def told(key: str) -> str:
    """The help text of an option or a command of the register."""
    return say(default_language(), f"register.help.{key}")


authorities_app = App(told("authorities"))

Config = Annotated[Path | None, typer.Option("--config", help=told("config"), metavar="FILE")]
Lang = Annotated[str | None, typer.Option("--lang", help=told("lang"), metavar="fr|en")]
Key = Annotated[str, typer.Argument(help=told("key"), metavar="AUTHORITY")]
Yes = Annotated[bool, typer.Option("--yes", "--write", help=told("yes"))]


@authorities_app.command("import", help=told("import"))
def import_command(
    place: Annotated[str, typer.Argument(help=told("file"), metavar="FILE|anct|service-public")],
    departement: Annotated[str, typer.Option(help=told("only_departement"), metavar="CODE")] = "",
    epci: Annotated[str, typer.Option(help=told("only_epci"), metavar="SIREN|NAME")] = "",
    known: Annotated[bool, typer.Option("--known", help=told("known"))] = False,
    everything: Annotated[bool, typer.Option("--all", help=told("all"))] = False,
    yes: Yes = False,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """A list in; what would change on the screen; the changes written where a person agrees."""
    from scanner.cli.desk import at_the_desk
    from scanner.cli.importing import ImportRequest, import_list
    from scanner.registry.planning import Wanted

    with at_the_desk(config, lang) as desk:
        request = ImportRequest(place, Wanted(departement.upper(), epci, known), yes, everything)
        raise typer.Exit(import_list(desk, request))


@authorities_app.command("list", help=told("list"))
def list_command(
    tag: Annotated[str, typer.Option(help=told("tag"), metavar="TAG")] = "",
    departement: Annotated[str, typer.Option(help=told("only_departement"), metavar="CODE")] = "",
    epci: Annotated[str, typer.Option(help=told("only_epci"), metavar="SIREN|NAME")] = "",
    config: Config = None,
    lang: Lang = None,
) -> None:
    """A line each."""
    from scanner.cli.authority_view import print_authorities
    from scanner.cli.desk import at_the_desk

    with at_the_desk(config, lang) as desk:
        print_authorities(desk, desk.register.authorities(tag, departement, epci))


@authorities_app.command("show", help=told("show"))
def show_command(key: Key, config: Config = None, lang: Lang = None) -> None:
    """One authority, with the source of each word."""
    from scanner.cli.authority_view import print_authority
    from scanner.cli.desk import at_the_desk

    with at_the_desk(config, lang) as desk:
        print_authority(desk, desk.register.authority(key))


@authorities_app.command("edit", help=told("edit"))
def edit_command(
    key: Key,
    set_: Annotated[list[str] | None, typer.Option("--set", help=told("set"), metavar="FIELD=VALUE")] = None,
    add: Annotated[list[str] | None, typer.Option("--add", help=told("add"), metavar="WHAT=VALUE")] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", help=told("remove"), metavar="WHAT=VALUE")] = None,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Changes by hand; what results is shown."""
    from scanner.cli.authority_view import print_authority
    from scanner.cli.desk import at_the_desk
    from scanner.cli.editing import Edit, edited

    with at_the_desk(config, lang) as desk:
        changed = edited(desk, desk.register.authority(key), Edit(set_ or (), add or (), remove or ()))
        print_authority(desk, desk.register.save(changed))


@authorities_app.command("export", help=told("export"))
def export_command(
    out: Annotated[Path | None, typer.Option(help=told("out"), metavar="FILE.csv")] = None,
    tag: Annotated[str, typer.Option(help=told("tag"), metavar="TAG")] = "",
    config: Config = None,
    lang: Lang = None,
) -> None:
    """A list that the import reads again."""
    from scanner.cli.desk import at_the_desk
    from scanner.cli.writing import FileWriter
    from scanner.registry.export import to_list

    with at_the_desk(config, lang) as desk:
        text = to_list(desk.register.authorities(tag), desk.lang)
        if out is None:
            typer.echo(text, nl=False)
        else:
            FileWriter(desk.lang).replace(out, text.encode())
            desk.say("exported", path=out)


@authorities_app.command("erase", help=told("erase"))
def erase_command(key: Key, yes: Yes = False, config: Config = None, lang: Lang = None) -> None:
    """Everything of one authority, but for the lines of the log, which name it no more."""
    from scanner.cli.desk import at_the_desk
    from scanner.history import History

    with at_the_desk(config, lang) as desk:
        found = desk.register.authority(key)
        if not desk.agrees("erase.question", yes, name=found.name):
            desk.say("erase.kept", name=found.name)
            return
        for domain in found.domains:
            History(desk.store).forget(domain.name)
        desk.register.erase(key)
        desk.say("erase.done", name=found.name)


@authorities_app.command("log", help=told("log"))
def log_command(
    key: Annotated[str, typer.Argument(help=told("key"), metavar="AUTHORITY")] = "",
    limit: Annotated[int, typer.Option(help=told("limit"), min=1, max=100_000)] = 50,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Who did what, the newest first."""
    from scanner.cli.desk import at_the_desk

    with at_the_desk(config, lang) as desk:
        number = desk.register.authority(key).id if key else None
        for line in desk.register.audit_log(number, limit):
            desk.say(
                "log.line", at=f"{line.at:%Y-%m-%d %H:%M:%S} UTC", who=line.who, what=line.what, about=line.about or "–",
                authority=line.authority or "–", mandate=line.mandate or "–",
            )  # fmt: skip
