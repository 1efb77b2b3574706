"""What the system and the settings complain of is told in the reader's words, one line, exit code 2."""

from __future__ import annotations

import errno
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scanner.cli.main import app
from scanner.cli.messages import lookup
from scanner.cli.troubles import system_trouble

ENGLISH = re.compile(r"Input should|Value error|No such file|give |settings:|permitted|Expected|valid|\bor\b")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[mail]\nsecurity = 'ssl'\n", "Réglages, mail.security : écrivez l’un de ces mots : starttls, tls, none."),
        ("[mail]\nport = 'x'\n", "Réglages, mail.port : donnez un nombre entier."),
        ("[mail]\nport = 0\n", "Réglages, mail.port : donnez au moins 1."),
        ("[mail]\nrelay = 'r.fr'\n", "Réglages, mail : un relais demande une adresse d’expédition"),
        ("[mail]\ncouleur = 1\n", "Réglages, mail.couleur : ce réglage n’existe pas ; vérifiez son nom."),
        ("[mail]\npassword_file = 'absent'\n", "n’existe pas."),
        ("mail = 3\n", "Réglages, mail : c’est une table"), ("store = 'x'\n", "Réglages, store : c’est une table"),
        ("[network]\nresolvers = ['nom']\n", "« nom » n’est pas l’adresse d’un résolveur"),
        ("[network]\nresolvers = 'nom'\n", "donnez une liste entre crochets."),
        ("[network]\nallow = ['x']\n", "donnez une plage d’adresses"),
        ("[[network.opt_out]]\ndomain = 'a.fr'\nuntil = 'demain'\n", "donnez une date"),
        ("[[authority]]\nname = 'x'\n", "Réglages, authority.0.domain : il manque une valeur."),
        ("[[authority]]\ndomain = 'pas un domaine'\n", "« pas un domaine » n’est pas un nom de domaine."),
        ("[[campaign.plan]]\nname = 'a'\nzone = 'Lune'\n", "« Lune » n’est pas un fuseau horaire"),
        ("\n\npas du toml", "n’est pas du TOML : corrigez la ligne 3."),
    ],
)  # fmt: skip
def test_a_mistake_in_the_settings_is_one_french_line(content: str, said: str, tmp_path: Path) -> None:
    config = tmp_path / "b.toml"
    config.write_text(content, "utf-8")
    ran = CliRunner().invoke(app, ["campaign", "list", "--config", str(config)])
    assert ran.exit_code == 2
    assert said in ran.output
    assert len(ran.output.strip().splitlines()) == 1
    assert not ENGLISH.search(ran.output.replace(str(config), "")), ran.output


@pytest.mark.parametrize("command", [("scan", "a.fr"), ("report", "r.json"), ("outbox",), ("doctor",), ("authorities", "list")])
def test_settings_that_are_not_there_are_told_alike_by_every_command(command: tuple[str, ...], tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, [*command, "--config", str(tmp_path / "absent.toml")])
    assert ran.exit_code == 2
    assert "(il n’existe pas) ; donnez à --config un fichier TOML lisible." in ran.output


def test_the_codes_that_a_disk_gives_have_words_in_both_languages() -> None:
    usual = ("ENOENT", "EACCES", "EPERM", "EISDIR", "ENOTDIR", "EEXIST", "ENOSPC", "EDQUOT", "EROFS", "EIO", "ENAMETOOLONG")
    for lang in ("fr", "en"):
        assert all(lookup(lang, f"system.{name}") for name in usual)
    assert system_trouble(OSError(errno.ENOSPC, "No space left on device"), "fr") == "le disque est plein"
    assert system_trouble(OSError(errno.EXDEV, "Invalid cross-device link"), "fr") == "erreur EXDEV du système"
    assert system_trouble(OSError("no code at all"), "fr") != "no code at all"


def test_a_file_that_cannot_be_read_is_told_in_french(tmp_path: Path) -> None:
    config = tmp_path / "beffroi.toml"
    config.write_text("", "utf-8")
    ran = CliRunner().invoke(app, ["authorities", "import", str(tmp_path), "--config", str(config)])
    assert "(c’est un dossier)" in ran.output
