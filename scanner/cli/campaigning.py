"""`beffroi campaign`, `beffroi history` and `beffroi rejudge`: arguments in, the use case, an exit code out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scanner.cli.messages import default_language, say
from scanner.cli.parser import App

# Heavy imports (SQLAlchemy, requests, dnspython) stay inside the commands: `--help` needs none of them.


def _help(key: str) -> str:
    return say(default_language(), f"campaign.help.{key}")


campaign_app = App(_help("app"))

Config = Annotated[Path | None, typer.Option("--config", help=_help("config"), metavar="FILE")]
Lang = Annotated[str | None, typer.Option("--lang", help=_help("lang"), metavar="fr|en")]
Name = Annotated[str, typer.Argument(help=_help("name"), metavar="NAME")]
MaybeName = Annotated[str, typer.Argument(help=_help("maybe_name"), metavar="[NAME]")]
SideBySide = Annotated[int | None, typer.Option("--side-by-side", help=_help("side_by_side"), min=1, max=64)]


@campaign_app.command("run", help=_help("run"))
def run_command(
    tag: Annotated[list[str] | None, typer.Option("--tag", help=_help("tag"), metavar="TAG")] = None,
    departement: Annotated[str, typer.Option(help=_help("departement"), metavar="CODE")] = "",
    epci: Annotated[str, typer.Option(help=_help("epci"), metavar="SIREN|NAME")] = "",
    due: Annotated[bool, typer.Option("--due", help=_help("due"))] = False,
    name: Annotated[str, typer.Option("--name", help=_help("new_name"), metavar="NAME")] = "",
    side_by_side: SideBySide = None,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """A new campaign, or those that are due; what was begun is gone on with."""
    from scanner.campaign.plans import Choice
    from scanner.cli.campaign_desk import chosen_campaigns
    from scanner.cli.campaign_run import carry_out
    from scanner.cli.desk import at_the_desk

    with at_the_desk(config, lang) as desk:
        choice = Choice(tuple(tag or ()), departement.upper(), epci)
        raise typer.Exit(carry_out(desk, chosen_campaigns(desk, choice, name, due=due), side_by_side))


@campaign_app.command("resume", help=_help("resume"))
def resume_command(name: Name, side_by_side: SideBySide = None, config: Config = None, lang: Lang = None) -> None:
    """Go on where it stopped, however it stopped."""
    from scanner.cli.campaign_desk import campaign_to_resume
    from scanner.cli.campaign_run import carry_out
    from scanner.cli.desk import at_the_desk

    with at_the_desk(config, lang) as desk:
        raise typer.Exit(carry_out(desk, (campaign_to_resume(desk, name),), side_by_side))


@campaign_app.command("list", help=_help("list"))
def list_command(config: Config = None, lang: Lang = None) -> None:
    """A line each, the newest first."""
    from scanner.cli.campaign_view import print_campaigns
    from scanner.cli.desk import at_the_desk

    with at_the_desk(config, lang) as desk:
        print_campaigns(desk)


@campaign_app.command("show", help=_help("show"))
def show_command(name: MaybeName = "", config: Config = None, lang: Lang = None) -> None:
    """Its state, and the members that have no result."""
    from scanner.cli.campaign_desk import campaign_named
    from scanner.cli.campaign_view import print_campaign
    from scanner.cli.desk import at_the_desk

    with at_the_desk(config, lang) as desk:
        print_campaign(desk, campaign_named(desk, name))


def history_command(
    domain: Annotated[str, typer.Argument(help=_help("domain"), metavar="DOMAIN")], config: Config = None, lang: Lang = None
) -> None:
    """The scores of one domain, the oldest first."""
    from scanner.cli.campaign_view import print_history
    from scanner.cli.desk import at_the_desk

    with at_the_desk(config, lang) as desk:
        raise typer.Exit(print_history(desk, domain))


def rejudge_command(config: Config = None, lang: Lang = None) -> None:
    """Every stored scan by the rules of today."""
    from scanner.cli.campaign_run import rejudge
    from scanner.cli.desk import at_the_desk

    with at_the_desk(config, lang) as desk:
        raise typer.Exit(rejudge(desk))
