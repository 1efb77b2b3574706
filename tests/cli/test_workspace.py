"""`beffroi init`, `doctor`, `backup` and `restore` as a person uses them: a process, its output, its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.doctor.places import resolver, zone

ROOT = Path(__file__).parent.parent.parent
APP = """
import typer
from scanner.cli.doctor import doctor_command
from scanner.cli.workspace import backup_command, init_command, restore_command
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
for name, command in (
    ("init", init_command), ("doctor", doctor_command), ("backup", backup_command), ("restore", restore_command)
):
    app.command(name)(command)
app()
"""


def beffroi(folder: Path, *arguments: str, prefix: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    command = [*prefix, sys.executable, "-c", APP, *arguments]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=env, cwd=folder)


def refused(ran: subprocess.CompletedProcess[str]) -> str:
    """The one line of a refusal."""
    assert ran.returncode == 2, ran.stdout + ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1, ran.stderr
    return ran.stderr


def test_an_empty_folder_becomes_a_workspace_and_says_what_comes_next(tmp_path: Path) -> None:
    ran = beffroi(tmp_path, "init")
    assert ran.returncode == 0, ran.stderr
    assert {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {
        "beffroi.toml": 0o600, "beffroi.db": 0o600,
    }  # fmt: skip
    said = [line.strip() for line in ran.stdout.splitlines()]
    assert said[-3:] == ["beffroi doctor", "beffroi authorities import membres.csv", "beffroi campaign run"]
    assert "cd" not in " ".join(said[-4:]).split()


def test_another_folder_is_made_and_named_in_the_next_commands(tmp_path: Path) -> None:
    ran = beffroi(tmp_path, "init", "mon espace", "--lang", "en")
    assert "  cd 'mon espace'" in ran.stdout
    assert (tmp_path / "mon espace" / "beffroi.toml").read_text("utf-8").startswith("# Settings of Beffroi")


def test_a_second_init_refuses_and_changes_nothing(tmp_path: Path) -> None:
    beffroi(tmp_path, "init")
    (tmp_path / "beffroi.toml").write_text("# à moi\n", "utf-8")
    assert "existe déjà" in refused(beffroi(tmp_path, "init"))
    assert (tmp_path / "beffroi.toml").read_text("utf-8") == "# à moi\n"


def test_doctor_examines_the_workspace_of_this_folder(tmp_path: Path) -> None:
    beffroi(tmp_path, "init")
    config = tmp_path / "beffroi.toml"
    with resolver(zone("saint-exemple.fr", "80.67.169.12")) as (host, port):
        text = config.read_text("utf-8").replace('#resolvers = ["127.0.0.1"]', f'resolvers = ["{host}:{port}"]')
        text = text.replace("validating = false", "validating = true").replace('email = ""', 'email = "a@saint-exemple.fr"')
        for key in ("exposure_contact", "alert_to"):
            text = text.replace(f"#{key} = ", f"{key} = ")
        config.write_text(text)
        page = beffroi(tmp_path, "doctor")
        document = json.loads(beffroi(tmp_path, "doctor", "--json").stdout)
    assert page.returncode in (0, 3), page.stderr  # 3 where this machine lacks nmap or Pango
    assert "Le résolveur" in page.stdout
    assert "non vérifiable" in page.stdout
    assert {row["verdict"] for row in document["findings"] if row["test"] not in ("nmap", "pdf", "ipv6")} <= {
        "good",
        "unverifiable",
    }


def test_doctor_without_a_resolver_stops_the_grading_and_says_3(tmp_path: Path) -> None:
    config = tmp_path / "beffroi.toml"
    config.write_text('[network]\nresolvers = ["127.0.0.1:9"]\n', "utf-8")
    ran = beffroi(tmp_path, "doctor", "--json")
    assert ran.returncode == 3
    assert json.loads(ran.stdout)["grading_allowed"] is False


def test_settings_that_cannot_be_used_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "beffroi.toml").write_text("[network]\ncanary = 'pas un domaine'\n", "utf-8")
    assert "network.canary" in refused(beffroi(tmp_path, "doctor"))
    assert "network.canary" in refused(beffroi(tmp_path, "backup", "s.tar.gz"))


def test_a_backup_and_its_restoration_are_told_in_plain_words(tmp_path: Path) -> None:
    beffroi(tmp_path, "init")
    saved = beffroi(tmp_path, "backup", "s.tar.gz")
    assert saved.returncode == 0, saved.stderr
    assert "disque chiffré" in saved.stdout
    assert "\\x" not in saved.stdout
    assert "ajoutez --force" in refused(beffroi(tmp_path, "restore", "s.tar.gz"))
    back = beffroi(tmp_path, "restore", "s.tar.gz", "--force")
    assert back.returncode == 0, back.stderr
    assert "telle qu’elle était le" in back.stdout
    assert "\\x" not in back.stdout
    assert beffroi(tmp_path, "backup", "t.tar.gz").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("backup", "s.tar.gz"), "beffroi init"),
        (("backup", "/nulle/part/s.tar.gz"), "beffroi init"),
        (("restore", "absente.tar.gz"), "absente.tar.gz"),
        (("restore", "texte.txt"), "n’est pas une sauvegarde"),
        (("init", "texte.txt"), "texte.txt"),
        (("init", "--lang", "de"), "fr ou en"),
        (("doctor", "--config", "absente.toml"), "absente.toml"),
    ],
)
def test_what_cannot_be_done_is_one_line_that_says_what_to_do(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    (tmp_path / "texte.txt").write_text("bonjour", "utf-8")
    assert words in refused(beffroi(tmp_path, *arguments))
    assert [path.name for path in tmp_path.iterdir()] == ["texte.txt"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder that is another's")
@pytest.mark.parametrize("arguments", [("init", "espace/un"), ("backup", "espace/s.tar.gz"), ("restore", "espace/s.tar.gz")])
def test_a_place_that_we_may_not_look_at_is_one_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    beffroi(tmp_path, "init")
    (tmp_path / "espace").mkdir(mode=0o700)
    os.chown(tmp_path / "espace", 65_534, 65_534)
    powerless = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")
    assert "espace" in refused(beffroi(tmp_path, *arguments, prefix=powerless))


def test_postgresql_gets_the_exact_command_and_no_password(tmp_path: Path) -> None:
    (tmp_path / "beffroi.toml").write_text('[store]\nurl = "postgresql://beffroi:tres-secret@serveur/beffroi"\n', "utf-8")
    line = refused(beffroi(tmp_path, "backup", "mes sauvegardes.dump"))
    assert "pg_dump --format=custom --file='mes sauvegardes.dump' \"postgresql://beffroi@serveur/beffroi\"" in line
    assert "tres-secret" not in line


def test_a_full_disk_leaves_no_half_backup(tmp_path: Path) -> None:
    beffroi(tmp_path, "init")
    limited = f'ulimit -f 1; exec {sys.executable} -c "$APP" backup s.tar.gz'
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "APP": APP, "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, timeout=60, env=env, cwd=tmp_path)
    assert ran.returncode == 2, ran.stderr
    assert "Traceback" not in ran.stderr
    assert {path.name.removesuffix("-wal").removesuffix("-shm") for path in tmp_path.iterdir()} == {"beffroi.db", "beffroi.toml"}
