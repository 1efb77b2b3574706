"""`beffroi init`, `backup` and `restore`: a workspace made, copied and taken back."""

from __future__ import annotations

import contextlib
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli.exits import Exit
from scanner.cli.messages import default_language, say
from scanner.cli.troubles import coded, settings_trouble, store_trouble, system_trouble

if TYPE_CHECKING:
    from scanner.workspace.problems import WorkspaceError

# Heavy imports (SQLAlchemy, pydantic) stay inside the commands: `--help` needs none of them.

SETTINGS = Path("beffroi.toml")
NEXT = ("beffroi doctor", "beffroi authorities import membres.csv", "beffroi campaign run")


def _help(key: str) -> str:
    return say(default_language(), f"workspace.help.{key}")


Config = Annotated[Path | None, typer.Option("--config", help=_help("config"), metavar="FILE")]
Lang = Annotated[str | None, typer.Option("--lang", help=_help("lang"), metavar="fr|en")]


def settings_file(given: Path | None) -> Path | None:
    """The file of --config, else that of this folder where there is one."""
    return given if given is not None or not SETTINGS.is_file() else SETTINGS


def require_workspace(given: Path | None, address: str, lang: str) -> None:
    """Nothing is made by accident: a folder with neither settings nor a store is no workspace. Raises UsageError.

    A file that is named, and a store that the environment names, are one.
    """
    from scanner.cli.request import UsageError
    from scanner.settings.mail import StoreSettings

    usual = StoreSettings().url
    if settings_file(given) is None and address == usual and not Path(usual.removeprefix("sqlite:///")).exists():
        raise UsageError(say(lang, "workspace.none"))


def plain_spaces(text: str) -> str:
    """For a terminal, where `say` writes out what is invisible: no-break spaces become ordinary ones."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def init_command(
    folder: Annotated[Path, typer.Argument(help=_help("folder"), metavar="FOLDER")] = Path(),
    lang: Lang = None,
) -> None:
    """A folder in; settings and store in it; what to do next."""
    from scanner.workspace import make_workspace
    from scanner.workspace.initial import STORE

    with _one_line(lang) as spoken:
        config = make_workspace(folder, spoken)
        typer.echo(say(spoken, "workspace.made", folder=folder.resolve()))
        typer.echo(say(spoken, "workspace.made_settings", path=config.name))
        typer.echo(say(spoken, "workspace.made_store", path=STORE))
        typer.echo(say(spoken, "workspace.next"))
        here = () if folder.resolve() == Path.cwd() else (f"cd {shlex.quote(str(folder))}",)
        for command in (*here, *NEXT):
            typer.echo(f"  {command}")


def backup_command(
    file: Annotated[Path, typer.Argument(help=_help("backup_file"), metavar="FILE")], config: Config = None, lang: Lang = None
) -> None:
    """The store of the settings into one new file."""
    from scanner.report.values import volume
    from scanner.settings import load_settings
    from scanner.workspace.keeping import OnAServer, back_up

    with _one_line(lang) as spoken:
        path = settings_file(config)
        try:
            saved = back_up(path, load_settings(path).store.url, file)
        except OnAServer as server:
            raise _refusal(say(spoken, "workspace.pg_dump", path=shlex.quote(str(file)), address=server.address)) from server
        typer.echo(say(spoken, "workspace.saved", path=saved.path, size=plain_spaces(volume(saved.size, spoken))))
        typer.echo(say(spoken, "workspace.saved_with_settings" if saved.settings else "workspace.saved_without_settings"))


def restore_command(
    file: Annotated[Path, typer.Argument(help=_help("restore_file"), metavar="FILE")],
    force: Annotated[bool, typer.Option("--force", help=_help("force"))] = False,
    config: Config = None,
    lang: Lang = None,
) -> None:
    """A backup in; the store in its place; what a person has to know."""
    from scanner.report.values import instant
    from scanner.workspace.keeping import OnAServer, take_back
    from scanner.workspace.problems import WorkspaceError

    with _one_line(lang) as spoken:
        try:
            back = take_back(file, config or SETTINGS, force=force)
        except OnAServer as server:
            raise _refusal(say(spoken, "workspace.pg_restore", path=shlex.quote(str(file)), address=server.address)) from server
        except WorkspaceError as problem:
            kind = "exists_restore" if problem.kind == "exists" else problem.kind
            raise _refusal(_refused(spoken, kind, problem)) from problem
        typer.echo(say(spoken, "workspace.restored", path=back.store, made=plain_spaces(instant(back.made, spoken))))
        if back.aside is not None:
            typer.echo(say(spoken, "workspace.aside", path=back.aside))
        if back.settings is not None:
            typer.echo(say(spoken, "workspace.settings_back", path=back.settings))
        if back.held:
            typer.echo(say(spoken, "workspace.held", count=back.held))


@contextlib.contextmanager
def _one_line(lang: str | None) -> Iterator[str]:
    """The language; whatever is refused inside becomes one line and exit code 2."""
    from scanner.cli.request import UsageError, read_language
    from scanner.settings import SettingsError
    from scanner.store.errors import StoreError
    from scanner.workspace.problems import WorkspaceError

    spoken = default_language()
    try:
        spoken = read_language(lang)
        yield spoken
    except UsageError as error:
        raise _refusal(str(error)) from error
    except SettingsError as error:
        raise _refusal(settings_trouble(error, spoken)) from error
    except WorkspaceError as problem:
        raise _refusal(_refused(spoken, problem.kind, problem)) from problem
    except OSError as error:  # a place that we may not even look at
        text = say(spoken, "workspace.refused.disk", path=error.filename, detail=system_trouble(error, spoken))
        raise _refusal(text) from error
    except StoreError as error:
        raise _refusal(store_trouble(error, spoken)) from error


def _refused(lang: str, kind: str, problem: WorkspaceError) -> str:
    return say(lang, f"workspace.refused.{kind}", path=problem.path, detail=coded(problem.detail, lang))


def _refusal(line: str) -> typer.Exit:
    typer.echo(line, err=True)
    return typer.Exit(Exit.USAGE)
