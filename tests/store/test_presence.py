"""A living process is told from a dead one, however it died."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from scanner.store.presence import LockedFiles, Unseen

ROOT = Path(__file__).parent.parent.parent
WORK = """
import sys, time
from pathlib import Path
from scanner.store.presence import LockedFiles
presence = LockedFiles(Path(sys.argv[1]))
print(presence.name, flush=True)
time.sleep(600)
"""
LOOK = """
import os, sys
from pathlib import Path
from scanner.store.presence import LockedFiles
os.setuid(65534)
print(dict(LockedFiles(Path(sys.argv[1])).known()))
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "beffroi.db"


def worker(store: Path) -> tuple[subprocess.Popen[str], str]:
    command = [sys.executable, "-c", WORK, str(store)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    with process.stdout:
        return process, process.stdout.readline().strip()


def test_a_process_is_seen_to_live_and_to_be_dead_after_kill_9(store: Path) -> None:
    process, name = worker(store)
    watcher = LockedFiles(store)
    assert watcher.known() == {name: True}
    process.send_signal(signal.SIGSTOP)
    assert watcher.known() == {name: True}
    process.kill()
    process.wait()
    assert watcher.known() == {name: False}
    watcher.forget(name)
    assert watcher.known() == {}


def test_one_that_only_looks_is_not_seen_and_leaves_nothing(store: Path) -> None:
    watcher = LockedFiles(store)
    assert watcher.known() == {}
    watcher.leave()
    assert list(store.parent.iterdir()) == []


def test_a_process_sees_itself_live_and_leaves_without_a_trace(store: Path) -> None:
    presence = LockedFiles(store)
    name = presence.name
    assert LockedFiles(store).known() == {name: True}
    assert presence.known() == {name: True}
    assert [path.stat().st_mode & 0o777 for path in store.parent.iterdir()] == [0o600]
    presence.leave()
    assert list(store.parent.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can play another user")
def test_another_users_process_is_held_to_live() -> None:
    with tempfile.TemporaryDirectory() as folder:  # the folders of pytest are closed to others
        Path(folder).chmod(0o755)
        presence = LockedFiles(Path(folder) / "beffroi.db")
        name = presence.name
        ran = subprocess.run([sys.executable, "-c", LOOK, f"{folder}/beffroi.db"], capture_output=True, text=True, cwd=ROOT)
        presence.leave()
    assert ran.stdout.strip() == str({name: True}), ran.stderr


def test_on_a_server_nothing_is_known_of_others() -> None:
    assert Unseen().known() == {}
    assert Unseen().name != Unseen().name
