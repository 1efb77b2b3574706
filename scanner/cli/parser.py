"""The option parser in the reader's language: help, usage and one line for each mistake, all from the messages.

What Typer says by itself is English and on several lines. Everything here goes by the type of an error and its attributes.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any

import typer
from typer._click import Command, Context, HelpFormatter
from typer._click import exceptions as mistakes
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from scanner.cli.exits import Exit
from scanner.cli.messages import default_language, say
from scanner.cli.parser_words import documented, hint, shown_name, translate_names


class TooManyWords(mistakes.UsageError):
    """Words that no argument takes."""

    def __init__(self, words: Sequence[str], ctx: Context) -> None:
        super().__init__(f"too many words: {words}", ctx)
        self.words = tuple(words)


class NoSuchCommand(mistakes.UsageError):
    """A word where a command stands; `meant` is the nearest one, "" where there is none."""

    def __init__(self, word: str, meant: str, ctx: Context) -> None:
        super().__init__(f"no such command: {word}", ctx)
        self.word = word
        self.meant = meant


class SpokenCommand(TyperCommand):
    """A command whose help and mistakes are told in the language of the messages."""

    def __init__(self, name: str | None, **settings: Any) -> None:
        super().__init__(name, **settings)
        translate_names(self, default_language())

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """`--help`, explained."""
        return _explained(super().get_help_option(ctx))

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        """The first line of the help."""
        _usage(self, ctx, formatter)

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Arguments, then options."""
        _options(self, ctx, formatter)

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Raises TooManyWords for what is left over."""
        ctx.allow_extra_args = True
        with _at(ctx):
            super().parse_args(ctx, args)
        if ctx.args and not ctx.resilient_parsing:
            raise TooManyWords(ctx.args, ctx)
        return ctx.args

    def main(self, *args: Any, standalone_mode: bool = True, **more: Any) -> Any:
        """Ends the process with its exit code, and one line where the words cannot be used."""
        return _carry_out(super().main, standalone_mode, *args, **more)


class SpokenGroup(TyperGroup):
    """The same for a group of commands."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        translate_names(self, default_language())
        self.subcommand_metavar = say(default_language(), "parser.subcommand")

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """`--help`, explained."""
        return _explained(super().get_help_option(ctx))

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        """The first line of the help."""
        _usage(self, ctx, formatter)

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Arguments, options, then commands."""
        _options(self, ctx, formatter)
        shown = [(name, each) for name, each in self.commands.items() if not each.hidden]
        rows = [
            (name, each.get_short_help_str(formatter.width - 6 - max(len(name) for name, _ in shown))) for name, each in shown
        ]
        _table(formatter, "commands", rows)

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """The options of the group itself."""
        with _at(ctx):
            return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """Raises NoSuchCommand."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-") and not ctx.resilient_parsing:
            raise NoSuchCommand(name, next(iter(get_close_matches(name, self.commands, 1)), ""), ctx)
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, standalone_mode: bool = True, **more: Any) -> Any:
        """Ends the process with its exit code, and one line where the words cannot be used."""
        return _carry_out(super().main, standalone_mode, *args, **more)


class App(typer.Typer):
    """A group of commands of `beffroi`."""

    def __init__(self, help: str, *, no_args_is_help: bool = True) -> None:
        super().__init__(
            help=help, cls=SpokenGroup, no_args_is_help=no_args_is_help, add_completion=False,
            pretty_exceptions_enable=False, rich_markup_mode=None,
        )  # fmt: skip

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Any], Any]:
        """One command of the group."""
        return super().command(name, cls=SpokenCommand, **settings)


def told(error: mistakes.ClickException, lang: str) -> str:
    """One line: what cannot be used as typed, and where the help is."""
    context = error.ctx if isinstance(error, mistakes.UsageError) else None
    command = context.command_path if context else "beffroi"
    match error:
        case TooManyWords():
            line = say(lang, "parser.too_many", words=" ".join(error.words))
        case NoSuchCommand():
            line = say(lang, "parser.meant" if error.meant else "parser.no_command", word=error.word, meant=error.meant)
        case mistakes.NoSuchOption():
            near = ", ".join(error.possibilities or ())
            line = say(lang, "parser.near_option" if near else "parser.no_option", option=error.option_name, near=near)
        case mistakes.MissingParameter():
            kind = "argument" if isinstance(error.param, TyperArgument) else "option"
            line = say(lang, f"parser.missing_{kind}", name=shown_name(error.param))
        case mistakes.BadParameter():
            line = say(lang, "parser.bad_value", name=shown_name(error.param), wanted=hint(error.param, lang))
        case mistakes.BadOptionUsage():
            takes = any(
                error.option_name in each.opts and not _is_flag(each) for each in (context.command.params if context else ())
            )
            line = say(lang, "parser.value_missing" if takes else "parser.value_refused", option=error.option_name)
        case _:
            line = say(lang, "parser.unusable")
    return f"{line} {say(lang, 'parser.see_help', command=command)}"


@contextlib.contextmanager
def _at(ctx: Context) -> Iterator[None]:
    """Every mistake knows the command in which it was made."""
    try:
        yield
    except mistakes.UsageError as error:
        error.ctx = error.ctx or ctx
        raise


def _is_flag(param: object) -> bool:
    return isinstance(param, TyperOption) and param.is_flag


def _carry_out(main: Callable[..., Any], standalone: bool, *args: Any, **more: Any) -> Any:
    if not standalone:
        return main(*args, standalone_mode=False, **more)
    try:
        code = main(*args, standalone_mode=False, **more)
    except mistakes.NoArgsIsHelpError as error:
        error.show()
        code = Exit.USAGE
    except mistakes.ClickException as error:
        typer.echo(told(error, default_language()), err=True)
        code = Exit.USAGE
    except typer.Abort:
        typer.echo(say(default_language(), "parser.aborted"), err=True)
        code = Exit.INTERRUPTED
    sys.exit(code if isinstance(code, int) else Exit.DONE)


def _explained(option: TyperOption | None) -> TyperOption | None:
    if option is not None:
        option.help = say(default_language(), "parser.help")
    return option


def _usage(command: TyperCommand | TyperGroup, ctx: Context, formatter: HelpFormatter) -> None:
    pieces = " ".join(command.collect_usage_pieces(ctx))
    formatter.write_usage(ctx.command_path, pieces, prefix=f"{say(default_language(), 'parser.usage')} ")


def _options(command: TyperCommand | TyperGroup, ctx: Context, formatter: HelpFormatter) -> None:
    for kind, heading in (("argument", "arguments"), ("option", "options")):
        mine = [each for each in command.get_params(ctx) if each.param_type_name == kind and not getattr(each, "hidden", False)]
        _table(formatter, heading, [documented(each, default_language()) for each in mine])


def _table(formatter: HelpFormatter, heading: str, rows: list[tuple[str, str]]) -> None:
    if rows:
        formatter.write_paragraph()
        formatter.write(f"{say(default_language(), f'parser.{heading}')}\n")
        with formatter.indentation():
            formatter.write_dl(rows)
