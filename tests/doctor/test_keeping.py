"""A list of weaknesses, and the passwords to send it, are for their owner's eyes alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.doctor.findings import Finding, Verdict
from scanner.doctor.keeping import FREE, judge_room, look_at_files, store
from scanner.settings import load_settings
from scanner.store.engine import open_store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace as it should be."""
    config = tmp_path / "beffroi.toml"
    config.write_text('[mail]\npassword_file = "mot-de-passe"\n', "utf-8")
    (tmp_path / "mot-de-passe").write_text("secret\n", "utf-8")
    for path in (config, tmp_path / "mot-de-passe"):
        path.chmod(0o600)
    open_store(f"sqlite:///{tmp_path / 'beffroi.db'}").close()
    return tmp_path


def looked(folder: Path) -> dict[tuple[str, str], Finding]:
    config = folder / "beffroi.toml"
    return {(found.test, found.case): found for found in look_at_files(load_settings(config), config)}


def test_a_workspace_as_it_should_be_has_nothing_to_fix(folder: Path) -> None:
    assert {found.verdict for found in looked(folder).values()} == {Verdict.GOOD}


@pytest.mark.parametrize(
    ("name", "mode", "finding"),
    [
        ("beffroi.toml", 0o644, ("secret", "readable")),
        ("mot-de-passe", 0o604, ("secret", "readable")),
        ("beffroi.db", 0o640, ("store", "readable")),
        (".", 0o777, ("store", "folder")),
    ],
)
def test_what_others_may_read_or_replace_is_to_be_closed(folder: Path, name: str, mode: int, finding: tuple[str, str]) -> None:
    (folder / name).chmod(mode)
    found = looked(folder)
    assert found[finding].verdict is Verdict.TO_FIX
    assert Path(str(found[finding].facts["path"])) == folder / name


def test_a_settings_file_that_the_services_group_may_read_is_in_order(folder: Path) -> None:
    (folder / "beffroi.toml").chmod(0o640)
    assert ("secret", "good") in looked(folder)


def test_looking_for_a_store_does_not_make_one(tmp_path: Path) -> None:
    assert [found.case for found in store(f"sqlite:///{tmp_path / 'absente.db'}")] == ["missing"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", ["mysql://x/y", "n’importe quoi", "postgresql://127.0.0.1:9/beffroi"])
def test_a_store_that_cannot_be_opened_says_why(address: str) -> None:
    (found,) = store(address)
    assert (found.case, found.verdict) == ("closed", Verdict.TO_FIX)
    assert found.facts["trouble"]


def test_a_file_that_is_no_store_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "beffroi.db"
    path.write_text("autre chose" * 200, "utf-8")
    (found,) = store(f"sqlite:///{path}")
    assert found.facts["trouble"] == "foreign"
    assert path.read_text("utf-8").startswith("autre chose")


@pytest.mark.parametrize(("free", "case"), [(FREE, "good"), (FREE - 1, "full")])
def test_room_is_asked_for_before_it_runs_out(free: int, case: str) -> None:
    assert judge_room(Path("/"), free).case == case
