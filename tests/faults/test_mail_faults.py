"""A small fault bench for every machine; the whole one is `python -m tests.faults mail` (root, Postfix)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.faults.destinations import in_process
from tests.faults.mail_bench import Bench
from tests.faults.mail_faults import ANYWHERE
from tests.faults.processes import REPOSITORY
from tests.faults.table import render


def test_no_fault_loses_or_doubles_a_mail(tmp_path: Path) -> None:
    with in_process() as destination:
        bench = Bench(tmp_path, destination, mails=30, seed=1)
        try:
            report = bench.run([fault for fault in ANYWHERE if fault.name != "kill -9 at random"], nth=1)
        finally:
            bench.close()
    assert report.right, render(report)
    assert sum(line.doubtful for line in report.lines) >= 5  # the faults did strike


AS_ANYBODY = """
import os, runpy, sys
os.geteuid = lambda: 1000
sys.argv = ["faults", "mail"]
runpy.run_module("tests.faults", run_name="__main__")
"""


def test_without_root_one_sentence_says_what_is_missing() -> None:
    ran = subprocess.run([sys.executable, "-c", AS_ANYBODY], capture_output=True, text=True, cwd=REPOSITORY)
    assert ran.returncode == 2
    assert len(ran.stderr.strip().splitlines()) == 1
    assert "root" in ran.stderr
