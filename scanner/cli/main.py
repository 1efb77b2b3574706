"""`beffroi`: its commands, their options, and the translation of failures into exit codes."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from scanner import __version__
from scanner.cli.campaigning import campaign_app, history_command, rejudge_command
from scanner.cli.consenting import mandates_app, optouts_app, waivers_app
from scanner.cli.delivery import outbox_app, send_command
from scanner.cli.doctor import doctor_command
from scanner.cli.exits import Exit
from scanner.cli.followup import alerts_app, approve_command, calendar_command, review_app, tickets_app, verify_command
from scanner.cli.messages import default_language, say
from scanner.cli.parser import App
from scanner.cli.portfolio import portfolio_command
from scanner.cli.register import authorities_app
from scanner.cli.serving import serve_command
from scanner.cli.troubles import settings_trouble
from scanner.cli.working import worker_command
from scanner.cli.workspace import backup_command, init_command, restore_command

# Heavy imports (requests, dnspython, cryptography, Jinja2...) stay inside the commands: `--help` needs none of them.


def _help(key: str) -> str:
    return say(default_language(), f"help.{key}")


app = App(_help("app"))


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"beffroi {__version__}")
        raise typer.Exit


@app.callback()
def beffroi(
    version: Annotated[bool, typer.Option("--version", help=_help("version"), callback=_version, is_eager=True)] = False,
) -> None:
    """Only its options; the help text comes from the messages."""


@app.command("scan", help=_help("scan"))
def scan_command(
    domains: Annotated[list[str], typer.Argument(help=_help("domains"), metavar="DOMAIN")],
    config: Annotated[Path | None, typer.Option(help=_help("config"), metavar="FILE")] = None,
    html: Annotated[Path | None, typer.Option(help=_help("html"), metavar="FILE")] = None,
    json: Annotated[str, typer.Option(help=_help("json"), metavar="FILE")] = "",
    out: Annotated[Path | None, typer.Option(help=_help("out"), metavar="FOLDER")] = None,
    previous: Annotated[Path | None, typer.Option(help=_help("previous"), metavar="FILE")] = None,
    lang: Annotated[str | None, typer.Option(help=_help("lang"), metavar="fr|en")] = None,
    only: Annotated[list[str] | None, typer.Option(help=_help("only"), metavar="NAME")] = None,
    skip: Annotated[list[str] | None, typer.Option(help=_help("skip"), metavar="NAME")] = None,
    fail_on: Annotated[str | None, typer.Option(help=_help("fail_on"), metavar="SEVERITY")] = None,
    i_am_authorised: Annotated[str | None, typer.Option(help=_help("authorised"), metavar="TEXT")] = None,
    dedicated: Annotated[list[str] | None, typer.Option(help=_help("dedicated"), metavar="ADDRESS|all")] = None,
) -> None:
    """Arguments in, the use case, an exit code out."""
    from scanner.catalogue import UnknownName, load_catalogue
    from scanner.cli import request as reading
    from scanner.settings import SettingsError, load_settings

    spoken = default_language()
    try:
        spoken = reading.read_language(lang)
        names, notes = reading.read_domains(domains, spoken)
        settings = load_settings(config)
        severity = reading.read_severity(fail_on, spoken)
        mandate = reading.read_mandate(i_am_authorised, dedicated or [], settings.mandate, names, spoken)
        reading.read_outputs(html, json, out, len(names) > 1, spoken)
        reading.read_comparison(out, previous, len(names) > 1, spoken)
        catalogue = load_catalogue()
        try:
            chosen = catalogue.chosen(only or (), skip or ())
        except UnknownName as error:
            raise reading.UsageError(say(spoken, "scan.unknown_check", value=error.name)) from error
        from scanner.cli.outputs import Outputs
        from scanner.cli.scanning import run_scan
        from scanner.net.door import Premises

        premises = Premises(settings.network)
        try:
            asked = reading.Request(names, spoken, mandate, html, json, severity, notes, out, previous)
            code = run_scan(asked, chosen, premises, Outputs(asked, chosen, settings))
        finally:
            premises.close()
    except reading.UsageError as error:
        typer.echo(str(error), err=True)
        code = Exit.USAGE
    except SettingsError as error:
        typer.echo(settings_trouble(error, spoken), err=True)
        code = Exit.USAGE
    raise typer.Exit(code)


@app.command("report", help=_help("report"))
def report_command(
    result: Annotated[str, typer.Argument(help=_help("result"), metavar="RESULT.json|DOMAIN")],
    document: Annotated[str, typer.Option("--as", help=_help("document"), metavar="NAME")] = "technical",
    form: Annotated[str, typer.Option("--format", help=_help("format"), metavar="FORMAT")] = "",
    out: Annotated[Path | None, typer.Option(help=_help("report_out"), metavar="PATH")] = None,
    previous: Annotated[Path | None, typer.Option(help=_help("previous"), metavar="FILE")] = None,
    campaign: Annotated[str, typer.Option("--campaign", help=_help("report_campaign"), metavar="NAME")] = "",
    config: Annotated[Path | None, typer.Option(help=_help("config"), metavar="FILE")] = None,
    lang: Annotated[str | None, typer.Option(help=_help("lang"), metavar="fr|en")] = None,
) -> None:
    """A stored result in, one document out; no network."""
    from scanner.catalogue import load_catalogue
    from scanner.cli.reporting import ReportRequest, make_report, report_of_campaign
    from scanner.cli.request import UsageError
    from scanner.settings import SettingsError, load_settings

    spoken = _language(lang)
    try:
        request = ReportRequest(Path(result), document, form, spoken, out, previous)
        if campaign:
            report_of_campaign(request, campaign, result, config)
            return
        make_report(request, load_catalogue(), load_settings(config))
    except UsageError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(Exit.USAGE) from error
    except SettingsError as error:
        typer.echo(settings_trouble(error, spoken), err=True)
        raise typer.Exit(Exit.USAGE) from error


@app.command("checks", help=_help("checks"))
def checks_command(lang: Annotated[str | None, typer.Option(help=_help("lang"), metavar="fr|en")] = None) -> None:
    """All checks, a line each."""
    from scanner.catalogue import load_catalogue
    from scanner.report.terminal import print_checks

    print_checks(load_catalogue(), _language(lang))


@app.command("explain", help=_help("explain"))
def explain_command(
    check: Annotated[str, typer.Argument(help=_help("check_id"), metavar="CHECK")],
    lang: Annotated[str | None, typer.Option(help=_help("lang"), metavar="fr|en")] = None,
) -> None:
    """The four parts of one check's text."""
    from scanner.catalogue import load_catalogue
    from scanner.report.terminal import print_explanation

    spoken = _language(lang)
    spec = load_catalogue().check(check)
    if spec is None:
        typer.echo(say(spoken, "scan.unknown_check", value=check), err=True)
        raise typer.Exit(Exit.USAGE)
    print_explanation(spec, spoken)


def _language(typed: str | None) -> str:
    from scanner.cli.request import UsageError, read_language

    try:
        return read_language(typed)
    except UsageError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(Exit.USAGE) from error


#: Groups and commands that stand in modules of their own: (name, group, or function and the key of its help).
_GROUPS = (
    ("outbox", outbox_app),
    ("authorities", authorities_app),
    ("mandates", mandates_app),
    ("optouts", optouts_app),
    ("waivers", waivers_app),
    ("campaign", campaign_app),
    ("review", review_app),
    ("tickets", tickets_app),
    ("alerts", alerts_app),
)
_COMMANDS: tuple[tuple[str, str, Callable[..., None]], ...] = (
    ("init", "workspace.help.init", init_command),
    ("send", "help.send", send_command),
    ("portfolio", "portfolio.help.portfolio", portfolio_command),
    ("history", "campaign.help.history", history_command),
    ("rejudge", "campaign.help.rejudge", rejudge_command),
    ("verify", "followup.help.verify", verify_command),
    ("calendar", "followup.help.calendar", calendar_command),
    ("doctor", "doctor.help.doctor", doctor_command),
    ("serve", "serve.help.serve", serve_command),
    ("worker", "worker.help.worker", worker_command),
    ("backup", "workspace.help.backup", backup_command),
    ("restore", "workspace.help.restore", restore_command),
)
for _name, _group in _GROUPS:
    app.add_typer(_group, name=_name)
for _name, _key, _function in _COMMANDS:
    app.command(_name, help=say(default_language(), _key))(_function)
# Where one looks for it too: nothing of a campaign leaves before a person says so.
campaign_app.command("approve", help=say(default_language(), "followup.help.approve"))(approve_command)


def run() -> None:
    """The entry point: whatever goes wrong ends as one line and an exit code; the traceback goes to the log only."""
    logging.basicConfig(level=logging.CRITICAL, format="%(message)s")
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(Exit.INTERRUPTED)
    except BrokenPipeError:
        sys.exit(Exit.DONE)
    except Exception as error:  # the last net: a person must never meet a traceback
        logging.getLogger(__name__).exception("internal error")
        typer.echo(say(default_language(), "scan.internal", error=f"{type(error).__name__}: {error}"[:300]), err=True)
        sys.exit(Exit.INTERNAL)
