"""`beffroi send` and `beffroi outbox`: their options, and nothing more."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli.exits import Exit
from scanner.cli.messages import default_language, say
from scanner.cli.parser import App
from scanner.cli.troubles import settings_trouble

if TYPE_CHECKING:
    from scanner.delivery.outbox import Outbox
    from scanner.delivery.states import Choice
    from scanner.settings import Settings

# Heavy imports (SQLAlchemy, Jinja2...) stay inside the commands: `--help` needs none of them.


def _send_help(key: str) -> str:
    return say(default_language(), f"send.help.{key}")


def _outbox_help(key: str) -> str:
    return say(default_language(), f"outbox.help.{key}")


Config = Annotated[Path | None, typer.Option("--config", help=_send_help("config"), metavar="FILE")]
Lang = Annotated[str | None, typer.Option("--lang", help=_send_help("lang"), metavar="fr|en")]
Numbers = Annotated[list[int], typer.Argument(help=_outbox_help("numbers"), metavar="ID")]

outbox_app = App(_outbox_help("app"), no_args_is_help=False)


def send_command(
    results: Annotated[list[Path] | None, typer.Argument(help=_send_help("results"), metavar="RESULT.json")] = None,
    config: Config = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_send_help("dry_run"))] = False,
    out: Annotated[Path | None, typer.Option(help=_send_help("out"), metavar="FOLDER")] = None,
    campaign: Annotated[str, typer.Option(help=_send_help("campaign"), metavar="NAME")] = "",
    to: Annotated[str, typer.Option(help=_send_help("to"), metavar="ADDRESS")] = "",
    lang: Lang = None,
) -> None:
    """Stored results in, mails out."""
    with _settings(config, lang) as (settings, spoken):
        from scanner.catalogue import load_catalogue
        from scanner.cli.sending import SendRequest, send

        request = SendRequest(tuple(results or ()), spoken, dry_run, out, campaign, to)
        raise typer.Exit(send(request, load_catalogue(), settings))


@outbox_app.callback(invoke_without_command=True)
def outbox_command(
    context: typer.Context,
    config: Config = None,
    campaign: Annotated[str, typer.Option(help=_outbox_help("campaign"), metavar="NAME")] = "",
    everything: Annotated[bool, typer.Option("--all", help=_outbox_help("all"))] = False,
    lang: Lang = None,
) -> None:
    """Without a further word: what waits for a person. Options given here count for the words that follow, too."""
    context.obj = (config, lang)
    if context.invoked_subcommand is None:
        with _outbox(context, config, lang) as (outbox, spoken):
            from scanner.cli.outbox_desk import show

            raise typer.Exit(show(outbox, campaign, everything, spoken))


@outbox_app.command("resend", help=_outbox_help("resend"))
def resend_command(context: typer.Context, numbers: Numbers, config: Config = None, lang: Lang = None) -> None:
    """It did not arrive."""
    from scanner.delivery.states import Choice

    _decide(context, numbers, Choice.RESEND, config, lang)


@outbox_app.command("mark-sent", help=_outbox_help("mark_sent"))
def mark_sent_command(context: typer.Context, numbers: Numbers, config: Config = None, lang: Lang = None) -> None:
    """It did arrive."""
    from scanner.delivery.states import Choice

    _decide(context, numbers, Choice.MARK_SENT, config, lang)


@outbox_app.command("drop", help=_outbox_help("drop"))
def drop_command(context: typer.Context, numbers: Numbers, config: Config = None, lang: Lang = None) -> None:
    """It shall not leave any more."""
    from scanner.delivery.states import Choice

    _decide(context, numbers, Choice.DROP, config, lang)


@outbox_app.command("reconcile", help=_outbox_help("reconcile"))
def reconcile_command(
    context: typer.Context,
    logs: Annotated[list[Path], typer.Option("--log", help=_outbox_help("log"), metavar="FILE")],
    resend_absent: Annotated[bool, typer.Option("--resend-absent", help=_outbox_help("resend_absent"))] = False,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """The relay's own log settles what is in doubt."""
    with _outbox(context, config, lang) as (outbox, spoken):
        from scanner.cli.outbox_desk import settle_by_log
        from scanner.delivery.states import Choice

        raise typer.Exit(settle_by_log(outbox, logs, Choice.RESEND if resend_absent else None, spoken))


@outbox_app.command("bounces", help=_outbox_help("bounces"))
def bounces_command(
    context: typer.Context,
    place: Annotated[Path, typer.Argument(help=_outbox_help("place"), metavar="FILE|MAILDIR")],
    config: Config = None,
    lang: Lang = None,
) -> None:
    """Mails that came back are noted beside those that left."""
    with _outbox(context, config, lang) as (outbox, spoken):
        from scanner.cli.outbox_desk import read_bounces

        raise typer.Exit(read_bounces(outbox, place, spoken))


def _decide(context: typer.Context, numbers: list[int], choice: Choice, config: Path | None, lang: str | None) -> None:
    with _outbox(context, config, lang) as (outbox, spoken):
        from scanner.cli.outbox_desk import decide

        raise typer.Exit(decide(outbox, numbers, choice, spoken))


@contextlib.contextmanager
def _settings(config: Path | None, lang: str | None) -> Iterator[tuple[Settings, str]]:
    """The settings and the language; what cannot be done as typed is one line and exit code 2."""
    from scanner.cli.request import UsageError, read_language
    from scanner.cli.workspace import settings_file
    from scanner.settings import SettingsError, load_settings

    spoken = default_language()
    try:
        spoken = read_language(lang)
        yield load_settings(settings_file(config)), spoken
    except UsageError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(Exit.USAGE) from error
    except SettingsError as error:
        typer.echo(settings_trouble(error, spoken), err=True)
        raise typer.Exit(Exit.USAGE) from error


@contextlib.contextmanager
def _outbox(context: typer.Context, config: Path | None, lang: str | None) -> Iterator[tuple[Outbox, str]]:
    from scanner.cli.posting import opened
    from scanner.cli.workspace import require_workspace

    above: tuple[Path | None, str | None] = context.obj or (None, None)
    with _settings(config or above[0], lang or above[1]) as (settings, spoken):
        require_workspace(config or above[0], settings.store.url, spoken)
        with opened(settings, spoken) as outbox:
            yield outbox, spoken
