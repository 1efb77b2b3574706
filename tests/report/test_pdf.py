"""HTML to PDF: tagged, dated by its input alone, sealed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanner.catalogue import Catalogue
from scanner.dossier import Dossier
from scanner.report.letter import render_letter
from scanner.report.pdf import to_pdf
from tests.judging import NOW
from tests.report.letters import SENDER, TOWN, judged
from tests.report.pdf_reading import bookmarks, elements, needs_pango, opened

PAGE = '<!doctype html><html lang="fr"><head><title>Essai</title></head><body><main><h1>Essai</h1>{}</main></body></html>'


@pytest.fixture(scope="module")
def letter(catalogue: Catalogue) -> str:
    made = judged(catalogue, "services.database-open", "mail.dmarc-missing", "web.hsts-missing")
    return render_letter(Dossier(made, None, TOWN, SENDER), catalogue, "fr")


@needs_pango
def test_a_letter_is_a_tagged_pdf_in_its_language_with_its_title(letter: str) -> None:
    reader = opened(to_pdf(letter, NOW))
    root = reader.root_object
    assert str(root["/Lang"]) == "fr"
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]  # type: ignore[index]
    assert reader.metadata is not None
    assert reader.metadata.title == "La sécurité numérique de Val-Négligée vue\u00a0d’Internet – novembre 2026"
    assert b"pdfuaid:part" in root["/Metadata"].get_data()  # type: ignore[attr-defined]
    tags = [str(each["/S"]) for each in elements(reader)]
    assert tags.count("/H1") == 1
    assert {"/H2", "/H3", "/P", "/L", "/LI", "/Figure"} <= set(tags)


@needs_pango
def test_every_figure_has_words_and_decoration_is_no_figure(letter: str) -> None:
    figures = [each for each in elements(opened(to_pdf(letter, NOW))) if str(each["/S"]) == "/Figure"]
    assert [str(figure["/Alt"])[:7] for figure in figures] == ["Échelle"]


@needs_pango
def test_the_bookmarks_are_the_headings(letter: str) -> None:
    assert bookmarks(opened(to_pdf(letter, NOW)))[1:] == [
        "En clair",
        "Trois décisions à prendre",
        "Fermer aujourd’hui la base de données ouverte à tous.",
        "Protéger vos adresses contre l’usurpation.",
        "Imposer la connexion chiffrée aux navigateurs de vos visiteurs.",
        "Ce qui va bien",
        "En cas d’attaque",
    ]


@needs_pango
def test_the_text_is_there_in_reading_order(letter: str) -> None:
    text = " ".join(opened(to_pdf(letter, NOW)).pages[0].extract_text().split())
    words = (
        "Syndicat numérique", "vue d’Internet", "Madame la Maire,", "En clair", "Trois décisions", "Ce qui va bien",
        "En cas d’attaque", "Observé le 23 novembre 2026 :", "TLP:AMBER",
    )  # fmt: skip
    places = [text.find(each) for each in words]
    assert -1 not in places
    assert places == sorted(places)


@needs_pango
def test_the_same_letter_is_the_same_bytes_in_another_process(letter: str, tmp_path: Path) -> None:
    (tmp_path / "letter.html").write_text(letter, "utf-8")
    program = (
        "import sys; from datetime import datetime; from pathlib import Path; from scanner.report.pdf import to_pdf; "
        "sys.stdout.buffer.write(to_pdf(Path(sys.argv[1]).read_text('utf-8'), datetime.fromisoformat(sys.argv[2])))"
    )
    made = [
        subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / "letter.html"), NOW.isoformat()],
            env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True, cwd=Path(__file__).parents[2],
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert made[0] == made[1] == to_pdf(letter, NOW)
    assert made[0].startswith(b"%PDF-1.7")


@needs_pango
def test_the_moment_sets_the_dates_and_the_identifier(letter: str) -> None:
    one, other = (opened(to_pdf(letter, moment)) for moment in (NOW, datetime(2027, 1, 2, tzinfo=UTC)))
    assert one.metadata is not None
    assert (one.metadata.creation_date, one.metadata.modification_date) == (NOW, NOW)
    assert one.trailer["/ID"] != other.trailer["/ID"]


@needs_pango
def test_nothing_is_fetched_and_no_file_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("le secret", "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(1)
        asked: list[object] = []

        def listen() -> None:
            try:
                asked.append(server.accept())
            except TimeoutError:
                return

        listener = threading.Thread(target=listen)
        listener.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        wishes = f'<img src="{address}x.png" alt="x"><object data="{secret.as_uri()}"></object>'
        wishes += f'<style>@import url("{address}x.css"); body {{ background: url("{address}y.png") }}</style>'
        wishes += f'<link rel="attachment" href="{secret.as_uri()}"><link rel="stylesheet" href="{address}z.css">'
        pdf = to_pdf(PAGE.format(wishes), NOW)
        listener.join()
    assert not asked
    assert "secret" not in opened(pdf).pages[0].extract_text()
    assert "/EmbeddedFiles" not in str(opened(pdf).root_object)


def test_where_pango_is_missing_one_line_says_what_to_install(tmp_path: Path) -> None:
    """A library that cannot be loaded stands before the real one."""
    (tmp_path / "libpango-1.0.so.0").write_bytes(b"no library")
    program = """
from datetime import UTC, datetime
from scanner.report.pdf import PdfImpossible, pdf_possible, to_pdf
assert not pdf_possible()
try:
    to_pdf("<p>x", datetime.now(UTC))
except PdfImpossible as problem:
    print(problem)
"""
    env = {**os.environ, "LD_LIBRARY_PATH": str(tmp_path)}
    command = [sys.executable, "-c", program]
    ran = subprocess.run(command, env=env, check=False, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("apt-get install libpango")
    assert len(ran.stdout.splitlines()) == 1
