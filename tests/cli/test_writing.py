"""What the command line leaves on the disk: whole files, for their owner alone, or nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.cli.request import UsageError
from scanner.cli.writing import FileWriter

ROOT = Path(__file__).parent.parent.parent
FILL = """
import resource, signal, sys
from pathlib import Path
from scanner.cli.request import UsageError
from scanner.cli.writing import FileWriter
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    FileWriter("fr").replace(Path(sys.argv[1]), bytes(100_000))
except UsageError as error:
    print(error)
"""


def test_a_folder_whose_names_tell_whom_we_look_at_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        FileWriter("fr").folder(tmp_path / "parc")
    finally:
        os.umask(before)
    assert (tmp_path / "parc").stat().st_mode & 0o777 == 0o700


def test_a_disk_that_is_full_leaves_what_was_there_and_no_part_of_what_was_to_come(tmp_path: Path) -> None:
    path = tmp_path / "parc.csv"
    path.write_text("avant", "utf-8")
    env = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run([sys.executable, "-c", FILL, str(path)], capture_output=True, text=True, timeout=60, env=env, cwd=ROOT)
    assert "Impossible d’écrire" in ran.stdout, ran.stderr
    assert {each.name: each.read_text("utf-8") for each in tmp_path.iterdir()} == {"parc.csv": "avant"}


def test_a_file_that_cannot_take_its_place_leaves_no_part(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        FileWriter("fr").replace(tmp_path / "absent" / "parc.csv", b"x")
    assert list(tmp_path.iterdir()) == []
