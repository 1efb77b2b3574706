"""What a newcomer gets: the wheel outside the tree, and CONTRIBUTING followed step by step."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.lab.lab import Lab
from tests.lab.towns import TOWNS

ROOT = Path(__file__).parent.parent
TOWN = next(town for town in TOWNS if town.name == "ordinaire")


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "HOME": str(cwd), **environment}
    ran = subprocess.run([str(part) for part in command], cwd=cwd, env=env, capture_output=True, text=True, timeout=300)
    assert ran.returncode in (0, 3), ran.stdout + ran.stderr
    return ran


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The tree as it is, somewhere else."""
    target = tmp_path / "copy"
    ignore = shutil.ignore_patterns(".git", ".venv", "out", "dist", "__pycache__", ".*_cache", ".hypothesis")
    shutil.copytree(ROOT, target, ignore=ignore)
    return target


def test_the_wheel_scans_a_town_and_writes_its_report_outside_the_tree(copy: Path, tmp_path: Path, lab: Lab) -> None:
    dist, env = tmp_path / "dist", tmp_path / "env"
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", dist, cwd=copy)
    venv.create(env, with_pip=True)
    python = env / "bin" / "python"
    wheel = next(dist.glob("*.whl"))
    run(python, "-m", "pip", "install", "--no-index", "--no-deps", wheel, cwd=tmp_path)
    # The dependencies come from this environment; a .pth inside it (an editable install) is not followed.
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path).stdout.strip())
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    report, result = tmp_path / "rapport.html", tmp_path / "resultat.json"
    command = (env / "bin" / "beffroi", "scan", TOWN.domain, "--config", lab.config_path, "--html", report, "--json", result)
    run(*command, cwd=tmp_path)
    assert json.loads(result.read_text("utf-8"))["score"]["grade"] in "ABCDE"
    assert TOWN.domain in report.read_text("utf-8")
    place = run(python, "-c", "import scanner; print(scanner.__file__)", cwd=tmp_path).stdout.strip()
    assert place.startswith(str(env))


def test_contributing_step_by_step_gives_a_check_that_shows_everywhere(copy: Path, lab: Lab) -> None:
    path = {"PYTHONPATH": str(copy), "COLUMNS": "200"}
    made = run(sys.executable, "tools/new_check.py", "web", "demo", cwd=copy).stdout
    assert "checks/web/demo.fr.md" in made
    tested = run(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/checks/web/test_demo.py", cwd=copy, **path)
    assert tested.returncode == 0, tested.stdout
    run(sys.executable, "-m", "ruff", "check", "checks/web/demo.py", "tests/checks/web/test_demo.py", cwd=copy)
    beffroi = (sys.executable, "-c", "from scanner.cli.main import run; run()")
    assert "web.demo" in run(*beffroi, "checks", cwd=copy, **path).stdout
    assert "Comment corriger" in run(*beffroi, "explain", "web.demo", cwd=copy, **path).stdout
    scanned = run(
        *beffroi, "scan", TOWN.domain, "--config", lab.config_path, "--only", "web.demo", "--json", "-", cwd=copy, **path
    )
    assert [outcome["check"] for outcome in json.loads(scanned.stdout)["outcomes"]] == ["web.demo"]


@pytest.mark.parametrize("arguments", [("nuage", "demo"), ("web", "Demo"), ("web", "hsts"), ("web",)])
def test_a_skeleton_that_cannot_be_written_says_why(arguments: tuple[str, ...]) -> None:
    ran = subprocess.run([sys.executable, "tools/new_check.py", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 1
    assert len(ran.stderr.strip().splitlines()) == 1
