"""The commands of the register as a person types them, on a workspace of their own."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from scanner.cli.consenting import mandates_app, optouts_app, waivers_app
from scanner.cli.messages import say
from scanner.cli.register import authorities_app
from scanner.registry.columns import field_of
from scanner.registry.export import to_list
from scanner.registry.model import FIELDS, Origin, Source
from scanner.registry.open_data import read_list
from scanner.registry.planning import Wanted, plan
from tests.registry.lists import TOWN, csv_list
from tests.registry.samples import TODAY
from tests.registry.samples import TOWN as SAMPLE

ROOT = Path(__file__).parent.parent.parent
MANDATE = ("mandates", "add", "saint-exemple.fr", "--signatory", "J. M.")
SIGNED = ("--reason", "en cours", "--author", "J. M.")


class Workspace:
    """A folder with settings, and the commands run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "beffroi.toml"
        self.config.write_text("[store]\n", "utf-8")
        self.app = typer.Typer()
        for name, app in (("authorities", authorities_app), ("mandates", mandates_app)):
            self.app.add_typer(app, name=name)
        for name, app in (("optouts", optouts_app), ("waivers", waivers_app)):
            self.app.add_typer(app, name=name)

    def run(self, *arguments: str) -> Result:
        """One command."""
        return CliRunner().invoke(self.app, [*arguments, "--config", str(self.config)])

    def file(self, content: bytes) -> str:
        """A list to import."""
        path = self.folder / "members.csv"
        path.write_bytes(content)
        return str(path)


@pytest.fixture
def work(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


@pytest.fixture
def town(work: Workspace) -> Workspace:
    """With one member."""
    assert work.run("authorities", "import", work.file(csv_list(TOWN)), "--yes").exit_code == 0
    return work


def test_an_import_shows_what_it_would_do_and_writes_nothing_until_told(work: Workspace) -> None:
    place = work.file(csv_list(TOWN, "Bourg;commune;2,14E+08;;;;;;;"))
    shown = work.run("authorities", "import", place)
    assert shown.exit_code == 3, "one line is kept out"
    assert "À créer : 1. À modifier : 0. Inchangées : 0. Lignes écartées : 1." in shown.output
    assert "ligne 3 : Bourg : « 2,14E+08 » a perdu ses chiffres" in shown.output
    assert "Rien n’a été écrit" in shown.output
    assert "0 collectivité" in work.run("authorities", "list").output
    assert "1 collectivité(s) enregistrée(s)." in work.run("authorities", "import", place, "--write").output
    assert "Saint-Exemple" in work.run("authorities", "list").output
    assert "Inchangées : 1." in work.run("authorities", "import", place, "--yes").output


def test_what_a_list_holds_cannot_command_the_terminal(work: Workspace) -> None:
    hostile = csv_list("B\x1b[31mourg\u202e;\x1b]0;x\x07;;49008;;\x1b[2J.fr;;;;")
    for arguments in (("authorities", "import", work.file(hostile), "--yes"), ("authorities", "list")):
        output = work.run(*arguments).output
        assert not [letter for letter in output if not letter.isprintable() and letter != "\n"]


def test_a_hand_changes_a_member_and_the_source_is_told(town: Workspace) -> None:
    shown = town.run(
        "authorities", "edit", "saint-exemple.fr", "--set", "salutation=Madame la Maire,", "--set", "population=1300",
        "--add", "domain=https://www.saint-exemple.bzh/", "--add", "tag=Nord", "--add", "contact=technician:info@x.fr:technical",
        "--add", "supplier=dns_host:gandi", "--add", "criterion=1.1:oui", "--remove", "contact=maire@x.fr",
    ).output  # fmt: skip
    for words in ("Madame la Maire,  [saisie", "1300", "saint-exemple.bzh", "nord", "info@x.fr", "gandi (confirmé)", "1.1 oui"):
        assert words in shown
    assert "maire@x.fr" not in shown
    assert "Inchangées : 1." in town.run("authorities", "import", town.file(csv_list(TOWN.replace("maire@x.fr", "")))).output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("authorities", "show", "nulle-part"), "n’est pas au registre"),
        (("authorities", "import", "/nulle/part.csv"), "Impossible de lire"),
        (("authorities", "edit", "saint-exemple.fr", "--set", "couleur=bleu"), "n’est pas un champ"),
        (("authorities", "edit", "saint-exemple.fr", "--set", "siren=1"), "SIREN"),
        (("authorities", "edit", "saint-exemple.fr", "--set", "kind=village"), "ne convient pas"),
        (("authorities", "edit", "saint-exemple.fr", "--add", "contact=maire"), "rôle:adresse"),
        (("authorities", "edit", "saint-exemple.fr", "--add", "criterion=1.3:oui"), "critère déclaré"),
        (("authorities", "edit", "saint-exemple.fr", "--add", "domain=orange.fr"), "fournisseur de messagerie"),
        (("authorities", "edit", "saint-exemple.fr", "--add", "rien"), "champ=valeur"),
        ((*MANDATE, "--until", "demain"), "n’est pas une date"),
        ((*MANDATE, "--until", "2099-01-01", "--domain", "autre.fr"), "n’est pas à"),
        (("mandates", "revoke", "7"), "numéro 7"), (("waivers", "end", "7"), "numéro 7"),
        (("waivers", "add", "saint-exemple.fr", "web.nuage", *SIGNED, "--until", "2027-01-01"), "web.nuage"),
        (("waivers", "add", "saint-exemple.fr", "mail.dmarc-missing", *SIGNED, "--until", "2099-01-01"), "douze mois"),
        (("optouts", "add", "pas un nom"), "n’est pas un nom de domaine"),
        (("optouts", "add", "a.fr", "--until", "2020-01-01"), "Le 1er janvier 2020 est passé"),
        (("optouts", "remove", "a.fr"), "Aucun refus en cours pour a.fr"),
        ((*MANDATE, "--until", "2099-01-01", "--address", "10.0.0.1"), "n’est pas une adresse publique"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_one_line_that_says_why(town: Workspace, arguments: tuple[str, ...], words: str) -> None:
    ran = town.run(*arguments)
    assert ran.exit_code == 2, ran.output
    assert words in ran.output
    assert len(ran.output.strip().splitlines()) == 1


def test_a_mandate_is_recorded_listed_and_revoked(town: Workspace) -> None:
    document = town.file(b"signed")
    added = town.run(
        "mandates", "add", "saint-exemple.fr", "--signatory", "Jeanne Martin", "--from", "01/01/2026", "--until", "2099-12-31",
        "--address", "9.9.9.10", "--exclude", "paie.saint-exemple.fr", "--document", document,
    ).output  # fmt: skip
    line, long = added.splitlines()
    assert "en cours" in line
    assert "du 1er janvier 2026 au 31 décembre 2099" in line
    assert "dure plus de trois ans" in long
    assert line == town.run("mandates", "list").output.strip()
    assert "recouvre le mandat n° 1" in town.run(*MANDATE, "--until", "31/12/2099").output
    assert town.run("mandates", "revoke", "1").exit_code == 0
    assert "révoqué" in town.run("mandates", "list", "saint-exemple.fr").output
    assert "mandate.revoke" in town.run("authorities", "log").output


def test_opt_outs_and_waivers_are_recorded_and_listed(town: Workspace) -> None:
    assert town.run("optouts", "add", "https://www.autre.fr").exit_code == 0
    assert "autre.fr · sans limite" in town.run("optouts", "list").output
    assert "ne se raccourcit pas" in town.run("optouts", "add", "autre.fr", "--until", "31/12/2099").output
    assert "autre.fr · sans limite" in town.run("optouts", "list").output
    assert "est levé" in town.run("optouts", "remove", "autre.fr").output
    assert "optout.remove" in town.run("authorities", "log").output
    town.run("optouts", "add", "autre.fr", "--until", "31/12/2099")
    assert "autre.fr · jusqu’au 31 décembre 2099" in town.run("optouts", "list").output
    until = f"{datetime.now(UTC).year}-12-31"
    added = ("waivers", "add", "saint-exemple.fr", "mail.dmarc-missing", *SIGNED, "--until", until)
    assert "risque accepté" in town.run(*added).output
    assert "contestation" in town.run(*added, "--dispute").output
    assert town.run("waivers", "end", "1").exit_code == 0
    assert "terminée" in town.run("waivers", "list", "saint-exemple.fr").output


def test_an_export_imported_again_has_nothing_to_write(town: Workspace) -> None:
    path = town.folder / "export.csv"
    town.run("authorities", "export", "--out", str(path))
    assert "À modifier : 0. Inchangées : 1." in town.run("authorities", "import", str(path)).output


def test_names_beyond_ascii_and_homonyms_are_told_apart(work: Workspace) -> None:
    lines = ("Saint-Martin;commune;;49308;;saint-étienne.fr;;;;", "Saint-Martin;commune;;53308;;b.fr;;;;")
    for arguments in (("authorities", "import", work.file(csv_list(*lines)), "--yes"), ("authorities", "list")):
        shown = work.run(*arguments).output
        assert "saint-étienne.fr (xn--saint-tienne-geb.fr)" in shown
        assert "49308" in shown
        assert "53308" in shown
    assert "saint-étienne.fr (xn--" in work.run("authorities", "show", "49308").output
    refused = work.run("authorities", "show", "Saint-Martin").output
    assert "49308 saint-étienne.fr" in refused
    assert "53308 b.fr" in refused


def test_an_edit_is_understood_in_french(town: Workspace) -> None:
    shown = town.run(
        "authorities", "edit", "saint-exemple.fr", "--set", "Type=intercommunalité", "--set", "site déclaré=https://x.fr",
        "--add", "domaine=x.bzh", "--add", "étiquette=Nord, Pilote", "--add", "contact=maire:m@x.fr:lettre,rapport technique",
        "--add", "contact=Référent informatique:r@x.fr:messages", "--add", "prestataire=gestionnaire DNS:gandi",
        "--add", "critère=1.1:oui", "--remove", "prestataire=hébergeur",
    ).output  # fmt: skip
    for words in (
        "intercommunalité", "https://x.fr", "x.bzh", "nord, pilote", "m@x.fr (lettre, rapport technique)",
        "r@x.fr (messages aux prestataires)", "gandi (confirmé)", "1.1 oui",
    ):  # fmt: skip
        assert words in shown
    assert "hébergeur du site" not in shown


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_field_can_be_set_by_the_name_that_the_list_of_fields_gives_it(lang: str) -> None:
    assert {field_of(say(lang, f"register.field.{field}")) for field in FIELDS} == set(FIELDS)


def test_erasing_asks_first_where_nobody_said_yes(town: Workspace) -> None:
    assert "reste au registre" in town.run("authorities", "erase", "saint-exemple.fr").output
    assert "est effacée" in town.run("authorities", "erase", "saint-exemple.fr", "--yes").output
    assert "0 collectivité" in town.run("authorities", "list").output


def test_an_export_is_read_again_as_it_was(town: Workspace) -> None:
    path = town.folder / "export.csv"
    before = town.run("authorities", "show", "saint-exemple.fr").output
    assert town.run("authorities", "export", "--out", str(path)).exit_code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    town.run("authorities", "erase", "saint-exemple.fr", "--yes")
    town.run("authorities", "import", str(path), "--yes")
    kept = town.run("authorities", "show", "saint-exemple.fr").output
    assert [line for line in before.splitlines() if "langue" not in line] == [
        line for line in kept.splitlines() if "langue" not in line
    ]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_an_export_names_columns_that_the_import_knows(lang: str) -> None:
    listing, origin = read_list(to_list([SAMPLE], lang).encode())
    assert listing.ignored == ()
    (change,) = plan((), listing, Source(origin, TODAY), Wanted()).changes
    assert (change.after.siren, change.after.tags, len(change.after.contacts)) == (SAMPLE.siren, SAMPLE.tags, 2)
    assert origin is Origin.FILE


def test_a_formula_in_a_name_is_text_in_the_export(work: Workspace) -> None:
    work.run("authorities", "import", work.file(csv_list("=HYPERLINK(1);commune;;49008;;;;;;")), "--yes")
    assert "\n'=HYPERLINK" in work.run("authorities", "export").output


def test_another_language_is_spoken_throughout(town: Workspace) -> None:
    assert "Unchanged: 1." in town.run("authorities", "import", str(town.folder / "members.csv"), "--lang", "en").output


def test_help_needs_no_heavy_library() -> None:
    code = (
        "import sys; import scanner.cli.register, scanner.cli.consenting\n"
        "print([name for name in ('sqlalchemy', 'openpyxl', 'requests', 'pydantic', 'alembic') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert ran.stdout.strip() == "[]", ran.stdout + ran.stderr
