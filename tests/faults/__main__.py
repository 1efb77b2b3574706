"""`python -m tests.faults mail`, `… campaign`, `… all`: delivery and campaigns under faults, as tables. Needs root, Debian."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.faults import campaign
from tests.faults.destinations import real_postfix
from tests.faults.mail_bench import Bench, Report, box
from tests.faults.mail_faults import EVERYTHING
from tests.faults.table import render
from tests.lab.real import launch
from tests.lab.real.install import CannotInstall, install

WRONG = 1
_SERVERS = {"mail": ("postfix",), "campaign": ("postgresql",), "all": ("postfix", "postgresql")}  # what each needs of Debian
#: Processes, mounts and addresses of its own: whatever ends the bench ends all of it, and no packet leaves it.
APART = ("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc")
INSIDE = "--inside"
STORE_MEGABYTES = 64
NTH = 6  # a fault strikes at the first to sixth mail of a sender’s life


def main() -> int:
    """0 nothing lost and nothing doubled, 1 something is wrong, 2 this machine cannot hold the bench."""
    options = _parser().parse_args()
    if not options.inside:
        if refusal := launch.refusal("the fault bench", "make faults"):
            return launch.refuse(refusal)
        try:
            install((*_SERVERS[options.bench], "iproute2", "util-linux"))
        except CannotInstall as error:
            return launch.refuse(error)
        # In place of this process, so that a kill -9 of it reaches everything that it started.
        os.execvp(APART[0], (*APART, sys.executable, "-m", "tests.faults", *sys.argv[1:], INSIDE))
    subprocess.run(("ip", "link", "set", "lo", "up"), check=True)
    right = [_mail(options)] if options.bench != "campaign" else []
    right += [_campaign(options)] if options.bench != "mail" else []
    return 0 if all(right) else WRONG


def _mail(options: argparse.Namespace) -> bool:
    """Print the table of the mails; whether all is well."""
    began = time.monotonic()
    report = run(options.mails, options.faults, options.seed)
    print(render(report))
    print(f"seed {options.seed}, {time.monotonic() - began:.0f} s", flush=True)
    return report.right


def _campaign(options: argparse.Namespace) -> bool:
    """Print the table of both runners; whether all is well."""
    began = time.monotonic()
    tallies = campaign.run(options.members, options.kills, options.faults, options.seed)
    print(campaign.render(tallies))
    print(f"seed {options.seed}, {time.monotonic() - began:.0f} s", flush=True)
    return all(tally.right for tally in tallies)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("bench", choices=tuple(_SERVERS))
    parser.add_argument("--mails", type=int, default=300, metavar="N", help="authorities to write to")
    parser.add_argument("--members", type=int, default=24, metavar="N", help="members of each campaign")
    parser.add_argument("--kills", type=int, default=50, metavar="N", help="how often a process of a campaign is killed")
    parser.add_argument("--faults", type=int, default=4, metavar="N", help="how often each kind of fault strikes")
    parser.add_argument("--seed", type=int, default=2026, metavar="N", help="of the order and the instants of the faults")
    parser.add_argument(INSIDE, action="store_true", help=argparse.SUPPRESS)
    return parser


def run(mails: int, each: int, seed: int) -> Report:
    """Every kind of fault so often, in an order that the seed decides."""
    order = list(EVERYTHING * each)
    random.Random(seed).shuffle(order)
    folder = Path(tempfile.mkdtemp(prefix="beffroi-faults-"))
    size = f"size={STORE_MEGABYTES}m"
    subprocess.run(("mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)), check=True)
    try:
        with real_postfix(tuple(map(box, range(mails)))) as destination:
            bench = Bench(folder, destination, mails, seed)
            try:
                return bench.run(order, NTH)
            finally:
                bench.close()
    finally:
        subprocess.run(("umount", "--lazy", str(folder)), check=False)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
