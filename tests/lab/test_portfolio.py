"""The way of a new agent from an empty folder to a portfolio, by the commands that LISEZMOI shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab import portfolio

READ_ME = Path(__file__).resolve().parents[2] / "LISEZMOI.md"


def test_every_member_of_the_example_is_served() -> None:
    sites = {row["Site internet"].removeprefix("https://").rstrip("/") for row in portfolio.members()}
    assert sites == {town.domain for town in portfolio.TOWNS}


def test_the_commands_of_the_read_me_lead_to_a_portfolio(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert portfolio.demonstrate(tmp_path) == 0
    said = capfd.readouterr().out
    shown = [line.removeprefix("$ ") for line in said.splitlines() if line.startswith("$ beffroi ")]
    read_me = READ_ME.read_text("utf-8")
    assert [command for command in shown if " ".join(command.split()[:3]).rstrip(" .") not in read_me] == []
    page = next((tmp_path / "syndicat/parc").glob("parc-*.html")).read_text("utf-8")
    assert [row["Nom de la commune"] for row in portfolio.members() if row["Nom de la commune"] not in page] == []
