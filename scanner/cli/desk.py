"""What every command of the register begins and ends with: the store that the settings name, and one line where it refuses."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import typer

from scanner.cli.days import parse_day, shown_day
from scanner.cli.exits import Exit
from scanner.cli.messages import default_language, say
from scanner.cli.request import UsageError, read_language
from scanner.cli.troubles import settings_trouble, store_trouble
from scanner.cli.workspace import require_workspace, settings_file
from scanner.registry import Register, RegisterError
from scanner.registry.columns import answer_of
from scanner.registry.fetching import NotFetched
from scanner.registry.tabular import NotAList
from scanner.settings import Settings, SettingsError, load_settings
from scanner.store.engine import Store, open_store
from scanner.store.errors import StoreError


@dataclass(frozen=True, slots=True)
class Desk:
    """A register that is open, the store that it stands in, and the language of who asks."""

    register: Register
    settings: Settings
    lang: str
    store: Store

    @property
    def today(self) -> date:
        """The day of the register's clock."""
        return self.register.clock().date()

    def say(self, key: str, **facts: object) -> None:
        """One line of `[register]` on standard output."""
        typer.echo(self.text(key, **facts))

    def text(self, key: str, **facts: object) -> str:
        """The same as text."""
        return say(self.lang, f"register.{key}", **facts)

    def agrees(self, question: str, yes: bool, **facts: object) -> bool:
        """Whether `--yes` was given, or a person at a terminal says so."""
        if yes:
            return True
        stdin = typer.get_text_stream("stdin")
        if not stdin.isatty():
            return False
        typer.echo(f"{self.text(question, **facts)} [{self.text('yes')}/{self.text('no')}] ", nl=False)
        answer = stdin.readline()
        return answer_of(answer) is True or answer.strip().lower() in ("o", "y")


@contextlib.contextmanager
def at_the_desk(config: Path | None, lang: str | None) -> Iterator[Desk]:
    """Open the register of the settings (by default ./beffroi.toml); whatever it refuses is one line and exit code 2."""
    spoken = default_language()
    try:
        spoken = read_language(lang)
        settings = load_settings(settings_file(config))
        require_workspace(config, settings.store.url, spoken)
        with open_store(settings.store.url) as store:
            yield Desk(Register(store), settings, spoken, store)
    except UsageError as error:
        raise _refused(str(error)) from error
    except SettingsError as error:
        raise _refused(settings_trouble(error, spoken)) from error
    except RegisterError as error:
        raise _refused(say(spoken, f"register.refused.{error.kind}", **_worded(error.facts, spoken))) from error
    except NotAList as error:
        raise _refused(say(spoken, f"register.unreadable.{error.kind}", detail=error.detail)) from error
    except NotFetched as error:
        raise _refused(say(spoken, f"register.unfetched.{error.kind}", address=error.address, detail=error.detail)) from error
    except StoreError as error:
        raise _refused(store_trouble(error, spoken)) from error


def read_day(typed: str, desk: Desk) -> date:
    """`2026-12-31` or `31/12/2026`. Raises UsageError."""
    try:
        return parse_day(typed)
    except ValueError as error:
        raise UsageError(desk.text("bad_date", value=typed)) from error


def read_day_to_come(typed: str, desk: Desk) -> date:
    """The same, today at the earliest. Raises UsageError."""
    found = read_day(typed, desk)
    if found < desk.today:
        raise UsageError(desk.text("past_date", value=shown_day(found, desk.lang)))
    return found


def _worded(facts: Mapping[str, str | date], lang: str) -> dict[str, str]:
    return {name: shown_day(value, lang) if isinstance(value, date) else value for name, value in facts.items()}


def _refused(line: str) -> typer.Exit:
    typer.echo(line, err=True)
    return typer.Exit(Exit.USAGE)
