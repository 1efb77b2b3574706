"""`beffroi portfolio`: all members on one page, as a table, and the messages about what they share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scanner.cli.messages import default_language, say

# Heavy imports (SQLAlchemy, Jinja2) stay inside the command: `--help` needs none of them.


def _help(key: str) -> str:
    return say(default_language(), f"portfolio.help.{key}")


def portfolio_command(
    out: Annotated[Path, typer.Option("--out", help=_help("out"), metavar="FOLDER")],
    campaign: Annotated[str, typer.Option("--campaign", help=_help("campaign"), metavar="NAME")] = "",
    tag: Annotated[str, typer.Option("--tag", help=_help("tag"), metavar="TAG")] = "",
    hide_suppliers: Annotated[bool, typer.Option("--hide-suppliers", help=_help("hide_suppliers"))] = False,
    reports: Annotated[bool, typer.Option("--reports", help=_help("reports"))] = False,
    config: Annotated[Path | None, typer.Option("--config", help=_help("config"), metavar="FILE")] = None,
    lang: Annotated[str | None, typer.Option("--lang", help=_help("lang"), metavar="fr|en")] = None,
) -> None:
    """Arguments in, files out."""
    from scanner.cli.desk import at_the_desk
    from scanner.cli.portfolio_files import PortfolioRequest, make_portfolio
    from scanner.report.portfolio import Names

    with at_the_desk(config, lang) as desk:
        names = Names.HIDDEN if hide_suppliers else Names.SHOWN
        raise typer.Exit(make_portfolio(desk, PortfolioRequest(out, campaign, tag.lower(), names, reports)))
