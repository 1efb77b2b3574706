"""`beffroi scan --out` and `beffroi report`: a process, the files it leaves, its exit code."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from scanner.report.pdf import pdf_possible
from tests.cli.test_cli import BY_NAME, beffroi, scan
from tests.lab.lab import Lab

SETTINGS = """
[sender]
name = "Syndicat numérique de l’Exemple"

[[authority]]
domain = "val-negligee.fr"
name = "Val-Négligée"
"""


@pytest.fixture(scope="module")
def configured(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reglages")
    for beside in lab.config_path.parent.glob("*.pem"):
        shutil.copy(beside, folder)
    path = folder / "beffroi.toml"
    path.write_text(lab.config_path.read_text("utf-8") + SETTINGS, "utf-8")
    return path


@pytest.fixture(scope="module")
def folder(lab: Lab, configured: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one scan with --out leaves for its domain."""
    out = tmp_path_factory.mktemp("documents")
    ran = scan(lab, BY_NAME["negligee"], "--config", str(configured), "--out", str(out))
    assert ran.returncode == 0, ran.stderr
    return out / "val-negligee.fr"


@pytest.fixture(scope="module")
def stored(folder: Path) -> Path:
    (path,) = folder.glob("*-resultat.json")
    return path


def test_out_leaves_every_document_for_its_owner_alone(folder: Path) -> None:
    kinds = {
        path.name.partition("-2")[2].partition("-")[2].lstrip("0123456789-").partition("-BEF")[0] for path in folder.iterdir()
    }
    wanted = {"lettre.html", "rapport-technique.html", "constats.csv", "constats.sarif", "resultat.json", "ticket"}
    assert kinds >= wanted | ({"lettre.pdf", "rapport-technique.pdf"} if pdf_possible() else set())
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert "Val-Négligée" in next(folder.glob("*-lettre.html")).read_text("utf-8")


@pytest.mark.parametrize(
    ("document", "form"), [("letter", "html"), ("technical", "html"), ("csv", "csv"), ("sarif", "sarif"), ("json", "json")]
)
def test_a_document_made_again_is_the_same_to_the_byte(
    folder: Path, stored: Path, configured: Path, tmp_path: Path, document: str, form: str
) -> None:
    names = {"letter": "lettre", "technical": "rapport-technique", "csv": "constats", "sarif": "constats", "json": "resultat"}
    target = tmp_path / f"again.{form}"
    ran = beffroi("report", str(stored), "--as", document, "--format", form, "--out", str(target), "--config", str(configured))
    assert ran.returncode == 0, ran.stderr
    assert target.read_bytes() == next(folder.glob(f"*-{names[document]}.{form}")).read_bytes()


@pytest.mark.skipif(not pdf_possible(), reason="Pango is missing: no PDF is made")
def test_a_pdf_goes_to_a_pipe(stored: Path, tmp_path: Path) -> None:
    ran = beffroi("report", str(stored), "--as", "letter", "--out", str(tmp_path / "lettre.pdf"))
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "lettre.pdf").read_bytes().startswith(b"%PDF")


def test_tickets_go_to_a_folder_or_follow_each_other(stored: Path, tmp_path: Path) -> None:
    ran = beffroi("report", str(stored), "--as", "tickets", "--out", str(tmp_path))
    assert ran.returncode == 0
    written = len(list(tmp_path.glob("*-BEF-*.txt")))
    assert written > 2
    assert beffroi("report", str(stored), "--as", "tickets").stdout.count("\f") == written - 1


def test_the_log_line_is_one_line_without_a_finding(stored: Path) -> None:
    line = beffroi("report", str(stored), "--as", "log").stdout
    assert line.count("\n") == 1
    assert json.loads(line)["domain"] == "val-negligee.fr"
    assert "Redis" not in line


def test_an_earlier_result_shows_what_changed(folder: Path, stored: Path, lab: Lab, tmp_path: Path) -> None:
    ran = beffroi("report", str(stored), "--previous", str(stored), "--lang", "en")
    assert "No finding has changed" in ran.stdout
    # The newest result of an earlier day in the folder is compared without being named.
    out = tmp_path / "val-negligee.fr"
    out.mkdir()
    earlier = stored.read_text("utf-8")
    (out / "val-negligee.fr-2020-01-01-resultat.json").write_text(earlier, "utf-8")
    assert scan(lab, BY_NAME["negligee"], "--out", str(tmp_path)).returncode == 0
    (report,) = (path for path in out.glob("*-rapport-technique.html"))
    assert "Ce qui a changé depuis" in report.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--as", "poem"], "letter, technical"),
        (["--as", "letter", "--format", "csv"], "pdf, html"),
        (["--previous", "/nulle/part.json"], "/nulle/part.json"),
        (["--out", "/nulle/part/x.html"], "/nulle/part"),
    ],
)
def test_a_report_that_cannot_be_made_says_what_to_do(stored: Path, arguments: list[str], words: str) -> None:
    ran = beffroi("report", str(stored), *arguments)
    assert ran.returncode == 2
    assert words in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("content", ["", "{}", "[1]", "pas du json", '{"schema_version": "99"}', "\x00\xff"])
def test_what_is_not_a_result_is_named_in_one_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "result.json"
    path.write_bytes(content.encode("latin-1"))
    ran = beffroi("report", str(path))
    assert ran.returncode == 2
    assert str(path) in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1


def test_out_is_a_folder_and_previous_is_for_one_domain(tmp_path: Path) -> None:
    (tmp_path / "fichier").touch()
    for arguments, words in (
        (["--out", str(tmp_path / "fichier")], "dossier"),
        (["--out", "/nulle/part/x"], "/nulle/part"),
        (["--previous", "x.json"], "--out"),
        (["--out", str(tmp_path), "--previous", "/nulle/part.json"], "/nulle/part.json"),
    ):
        ran = beffroi("scan", "mairie-exemple.fr", *arguments)
        assert ran.returncode == 2
        assert words in ran.stderr


def test_a_file_that_is_no_result_is_told_in_words_without_escapes(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("{}", "utf-8")
    ran = beffroi("report", str(path))
    assert ran.returncode == 2
    assert "« beffroi scan --json »" in ran.stderr
    assert "\\x" not in ran.stderr
