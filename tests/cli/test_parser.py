"""The option parser speaks the reader's language: help, usage, and one line for each mistake."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer._click import Context
from typer.main import get_command

from scanner.cli.main import app
from scanner.cli.parser import SpokenGroup
from tests.cli.test_cli import beffroi

#: Words that a French page of help never holds; a command's own names and codes are left out before.
ENGLISH = {
    "show", "this", "exit", "required", "default", "error", "missing", "unexpected", "try", "for", "help", "such", "range", "str",
    "list", "the", "and", "with", "file", "folder", "name", "text", "domain", "number", "value", "commands", "command", "aborted",
}  # fmt: skip
ENGLISH_SIGNS = ("Usage:", "Options:", "Arguments:", "<int", "list[")


def commands() -> Iterator[tuple[str, Context]]:
    """Every command and group, as it is called."""
    yield from _below(Context(get_command(app), info_name="beffroi"))


def _below(context: Context) -> Iterator[tuple[str, Context]]:
    yield context.command_path, context
    if isinstance(context.command, SpokenGroup):
        for name, command in context.command.commands.items():
            yield from _below(Context(command, info_name=name, parent=context))


CONTEXTS = dict(commands())


@pytest.mark.parametrize("path", CONTEXTS)
def test_help_holds_no_english_word_in_french(path: str) -> None:
    text = CONTEXTS[path].command.get_help(CONTEXTS[path])
    assert "Usage :" in text
    assert "Affiche cette aide." in text
    own = re.sub(r"^  [a-z][a-z-]+  ", "", text.replace(path, ""), flags=re.MULTILINE)
    plain = re.sub(r"--[a-z-]+|[a-z]+\.[a-z-]+|«[^»]*»|[a-z_]+[=:][a-z]*", "", own)
    assert not ENGLISH & set(re.findall(r"[^\W\d_]+", plain.lower())), plain
    assert not [sign for sign in ENGLISH_SIGNS if sign in text]


def test_every_command_is_of_the_kind_that_speaks() -> None:
    assert len(CONTEXTS) > 40
    assert {type(context.command).__name__ for context in CONTEXTS.values()} == {"SpokenCommand", "SpokenGroup"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("scan", "Il manque DOMAINE. Voir « beffroi scan --help »."),
        ("mandates add x", "Il manque l’option --signatory. Voir « beffroi mandates add --help »."),
        ("authorities show a b", "De trop : « b ». Voir « beffroi authorities show --help »."),
        ("campagne", "Aucune commande ne s’appelle « campagne » ; peut-être « campaign ». Voir « beffroi --help »."),
        ("zzz", "Aucune commande ne s’appelle « zzz ». Voir « beffroi --help »."),
        ("scan a.fr --zzz", "L’option --zzz n’existe pas. Voir « beffroi scan --help »."),
        ("scan a.fr --html", "L’option --html attend une valeur. Voir « beffroi scan --help »."),
        ("outbox --all=3", "L’option --all n’attend pas de valeur. Voir « beffroi outbox --help »."),
        ("authorities log --limit 0", "La valeur de --limit ne convient pas : donnez un nombre entier de 1 à 100000."),
        ("mandates revoke x", "La valeur de NOMBRE ne convient pas : donnez un nombre entier à partir de 1."),
    ],
)  # fmt: skip
def test_a_mistake_is_one_french_line_and_exit_code_2(words: str, said: str) -> None:
    ran = beffroi(*words.split())
    assert (ran.returncode, ran.stdout) == (2, "")
    line = ran.stderr.replace("-c ", "beffroi ").replace("« -c", "« beffroi")
    assert line.strip().startswith(said), line
    assert len(line.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [("outbox", "--help", "--lang", "en"), ("outbox", "--lang=en", "--help"), ("scan", "--lang", "en"), ("zzz", "--lang", "en")],
)
def test_the_language_of_the_command_line_counts_wherever_it_stands(words: tuple[str, ...]) -> None:
    ran = beffroi(*words)
    assert re.search(r"Usage:|is missing|No command", ran.stdout + ran.stderr), ran.stdout + ran.stderr
    assert not re.search("[éà]", ran.stdout + ran.stderr)


def test_the_environment_chooses_the_language_too() -> None:
    assert "Show this help." in beffroi("campaign", "--help", BEFFROI_LANG="en").stdout


def test_a_language_that_nobody_speaks_is_told_in_french(tmp_path: Path) -> None:
    assert beffroi("doctor", "--lang", "de").stderr == "--lang attend fr ou en, pas « de ».\n"


def test_nothing_typed_is_help_and_not_a_fault() -> None:
    ran = beffroi()
    assert ran.returncode == 2
    assert "Commandes :" in ran.stdout + ran.stderr
