"""The command line as a person uses it: a process, its output, its exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.lab.lab import Lab
from tests.lab.model import Town
from tests.lab.towns import TOWNS

BY_NAME = {town.name: town for town in TOWNS}
ROOT = Path(__file__).parent.parent.parent


def beffroi(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from scanner.cli.main import run; run()", *arguments]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "COLUMNS": "100", **environment}
    return subprocess.run(command, capture_output=True, text=True, timeout=180, env=env, cwd=ROOT)


def scan(lab: Lab, town: Town, *arguments: str) -> subprocess.CompletedProcess[str]:
    return beffroi("scan", town.domain, "--config", str(lab.config_path), *arguments)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Donnez un domaine"), ("192.0.2.1", "adresse IP"), ("mairie@exemple.fr", "tapez exemple.fr"),
        ("x" * 300 + ".fr", "trop long"), ("m\u0430irie.fr", "plusieurs alphabets"), ("mairie", "mairie.fr"),
        ("pas un domaine", "n’est pas un nom de domaine"),
    ],
)  # fmt: skip
def test_what_is_not_a_domain_gets_one_clear_line_and_exit_code_2(typed: str, words: str) -> None:
    ran = beffroi("scan", typed)
    assert ran.returncode == 2
    assert words in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--lang", "de"], "fr ou en"), (["--fail-on", "urgent"], "info, low"), (["--dedicated", "all"], "--i-am-authorised"),
        (["--i-am-authorised", "moi"], "nom, motif"), (["--i-am-authorised", "a, b", "--dedicated", "x"], "adresse IP"),
        (["--only", "nuage"], "nuage"), (["--html", "/nulle/part/r.html"], "/nulle/part"),
        (["--config", "/nulle/part.toml"], "/nulle/part.toml"),
    ],
)  # fmt: skip
def test_an_option_that_cannot_be_used_says_what_to_do(arguments: list[str], words: str) -> None:
    ran = beffroi("scan", "mairie-exemple.fr", *arguments)
    assert ran.returncode == 2
    assert words in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    "content", ["[network]\nresolver = 1\n", "[network]\nresolvers = ['nom']\n", "pas du toml", "[network.ports]\n443 = 99999\n"]
)
def test_settings_that_cannot_be_used_are_named_in_one_line(content: str, tmp_path: Path) -> None:
    config = tmp_path / "beffroi.toml"
    config.write_text(content, "utf-8")
    ran = beffroi("scan", "mairie-exemple.fr", "--config", str(config))
    assert ran.returncode == 2
    assert len(ran.stderr.strip().splitlines()) == 1


def test_a_domain_that_does_not_exist_is_partial_and_not_graded(lab: Lab) -> None:
    ran = beffroi("scan", "nulle-part.fr", "--config", str(lab.config_path))
    assert ran.returncode == 3
    assert "n’existe pas" in ran.stderr


def test_without_any_resolver_nobody_is_graded(tmp_path: Path) -> None:
    config = tmp_path / "beffroi.toml"
    config.write_text('[network]\nresolvers = ["127.0.0.1:9"]\n', "utf-8")
    ran = beffroi("scan", "mairie-exemple.fr", "--config", str(config), "--json", "-")
    assert ran.returncode == 3
    assert "Aucun résolveur" in ran.stderr
    assert ran.stdout == ""


def test_json_on_standard_output_is_json_and_nothing_else(lab: Lab) -> None:
    ran = scan(lab, BY_NAME["exemplaire"], "--json", "-")
    result = json.loads(ran.stdout)
    assert ran.returncode == 0, ran.stderr
    assert result["domain"] == BY_NAME["exemplaire"].domain
    assert result["score"]["perimeter"] == "public"


def test_several_domains_write_one_object_a_line_and_one_page_each(lab: Lab, tmp_path: Path) -> None:
    towns = [BY_NAME["exemplaire"], BY_NAME["ordinaire"]]
    names = [town.domain for town in towns]
    ran = beffroi(
        "scan", *names, "--config", str(lab.config_path), "--json", str(tmp_path / "r.jsonl"), "--html", str(tmp_path / "pages")
    )
    assert ran.returncode == 0, ran.stderr
    lines = (tmp_path / "r.jsonl").read_text("utf-8").splitlines()
    assert sorted(json.loads(line)["domain"] for line in lines) == sorted(names)
    assert sorted(path.name for path in (tmp_path / "pages").iterdir()) == sorted(f"{name}.html" for name in names)


def test_fail_on_gives_exit_code_1_only_where_the_severity_is_reached(lab: Lab) -> None:
    assert scan(lab, BY_NAME["negligee"], "--only", "tls", "--fail-on", "high").returncode == 1
    assert scan(lab, BY_NAME["exemplaire"], "--only", "tls", "--fail-on", "info").returncode == 0


def test_only_looks_at_what_is_asked_and_costs_less(lab: Lab) -> None:
    ran = scan(lab, BY_NAME["ordinaire"], "--only", "mail.dmarc-missing", "--json", "-")
    result = json.loads(ran.stdout)
    assert {outcome["check"] for outcome in result["outcomes"]} == {"mail.dmarc-missing"}
    assert result["cost"]["connections"] == 0


def test_an_interrupted_scan_writes_what_it_saw(lab: Lab, tmp_path: Path) -> None:
    target = tmp_path / "r.json"
    command = [sys.executable, "-c", "from scanner.cli.main import run; run()", "scan", BY_NAME["muette"].domain]
    command += ["--config", str(lab.config_path), "--json", str(target)]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, env=env, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    time.sleep(6)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130, process.stderr.read() if process.stderr else ""
    if process.stderr is not None:
        process.stderr.close()
    result = json.loads(target.read_text("utf-8"))
    assert result["interrupted"] is True


def test_checks_and_explain_speak_both_languages() -> None:
    for lang, heading in (("fr", "Comment corriger"), ("en", "How to fix it")):
        assert "web.hsts-missing" in beffroi("checks", "--lang", lang).stdout
        assert heading in beffroi("explain", "web.hsts-missing", "--lang", lang).stdout
    assert beffroi("explain", "web.nuage").returncode == 2


def test_help_imports_no_heavy_library() -> None:
    code = (
        "import sys; sys.argv = ['beffroi', '--help']\n"
        "from scanner.cli.main import app\n"
        "try: app()\nexcept SystemExit: pass\n"
        "print('HEAVY', [name for name in ('requests', 'dns', 'cryptography', 'jinja2', 'nmap') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert "HEAVY []" in ran.stdout, ran.stdout + ran.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("campaign", "list"), ("campaign", "run"), ("authorities", "list"), ("mandates", "list"), ("optouts", "list"),
        ("tickets", "list"), ("alerts", "list"), ("review", "list"), ("history", "exemple.fr"), ("rejudge",), ("outbox",),
        ("portfolio", "--out", "x"), ("calendar", "--out", "x.ics"), ("serve",), ("outbox", "drop", "1"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_outside_a_workspace_nothing_is_made_and_init_is_named(words: tuple[str, ...], tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from scanner.cli.main import run; run()", *words]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, env=env, cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == "Aucun espace de travail ici ; lancez « beffroi init », ou donnez --config.\n"
    assert list(tmp_path.iterdir()) == []
