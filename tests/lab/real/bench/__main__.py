"""`python -m tests.lab.real.bench`: Beffroi beside its peers on real towns, then alone on many. Needs root and Debian."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from tests.lab.real import borrowed, chroots, install, world
from tests.lab.real.bench import compare, figures, measure, page, peers, scale
from tests.lab.real.bench.generated import generate
from tests.lab.real.bench.named import named
from tests.lab.real.lab import CannotStart, RealLab, wait_for_resolver
from tests.lab.real.model import RealTown

CANNOT = 2
DELAY = 20.0  # milliseconds there and back


def main() -> int:
    """0 when measured, 2 where it cannot be."""
    options = _parser().parse_args()
    if not world.may_build():
        return _refuse("the bench runs in the laboratory of real towns, which needs root: sudo make bench")
    absent = [tool for tool in ("apt-get", "unshare", "setpriv", "mount") if shutil.which(tool) is None]
    if absent:
        return _refuse(f"the bench needs Debian's {' and '.join(absent)}")
    if options.inside:
        return _inside(options)
    try:
        _provide(_towns(options)[0])
    except (install.CannotInstall, chroots.CannotBuild, borrowed.CannotFetch) as error:
        return _refuse(str(error))
    return _launch()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.lab.real.bench", description=__doc__)
    parser.add_argument("--json", type=Path, default=peers.REPOSITORY / "out/bench.json", help="where every figure is written")
    parser.add_argument("--page", type=Path, default=peers.REPOSITORY / "docs/bench.md", help="where the page is written")
    parser.add_argument("--towns", type=int, default=max(scale.SIZES), help="the most generated towns; 0 for the peers alone")
    parser.add_argument("--only", action="append", default=[], metavar="TOWN", help="named towns; repeatable")
    parser.add_argument("--no-peers", action="store_true", help="the generated towns alone")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return parser


def _towns(options: argparse.Namespace) -> tuple[tuple[RealTown, ...], tuple[RealTown, ...], RealLab]:
    """The named ones, the generated ones, and the laboratory of both."""
    known = () if options.no_peers else tuple(town for town in named() if not options.only or town.name in options.only)
    made, certificates = generate(options.towns)
    return known, made, RealLab((*known, *made), DELAY, more=certificates)


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return CANNOT


def _provide(towns: Sequence[RealTown]) -> None:
    """Raises CannotInstall, CannotBuild, CannotFetch."""
    daemons = [daemon for town in towns for daemon in town.daemons]
    roots = {daemon.root for daemon in daemons if daemon.root is not None}
    packages = {name for daemon in daemons if daemon.root is None for name in daemon.packages}
    needed = {*install.CORE, *packages, *peers.PACKAGES, "nginx-light", "postfix", *(chroots.TOOLS if roots else ())}
    if added := install.install(needed):
        print(f"installed: {' '.join(added)}", flush=True)
    chroots.ensure(roots)
    borrowed.ensure(daemon.argv[0] for daemon in daemons)
    if fetched := peers.provide():
        print(f"kept for the next runs in {chroots.CACHE}: {' '.join(fetched)}", flush=True)


def _launch() -> int:
    """The same command inside a tree of its own, which dies with this process."""
    tree = subprocess.Popen((*world.UNSHARE, sys.executable, "-m", "tests.lab.real.bench", *sys.argv[1:], "--inside"))

    def end(number: int, frame: FrameType | None) -> None:
        tree.kill()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    return abs(tree.wait())


def _inside(options: argparse.Namespace) -> int:
    began = time.monotonic()
    known, made, lab = _towns(options)
    try:
        lab.start()
        wait_for_resolver()
        measure.count_questions()
        started = time.monotonic() - began
        print(f"{len(lab.towns)} towns, ready after {started:.1f} s", flush=True)
        for name, why in lab.broken.items():
            print(f"{name}: not built: {why}", file=sys.stderr, flush=True)
        known = tuple(town for town in known if town.name not in lab.broken)
        visits = compare.visits(known, lambda visit: print(figures.visit_line(visit), flush=True))
        crowds = scale.crowds(made, lambda crowd: print(figures.crowd_line(crowd), flush=True))
    except CannotStart as error:
        return _refuse(str(error))
    except subprocess.CalledProcessError as error:
        return _refuse(f"{' '.join(map(str, error.cmd))}: {(error.stderr or b'')!r}")
    bench = figures.Bench(known, visits, crowds, DELAY, started, time.monotonic() - began)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(figures.to_json(bench), "utf-8")
    text = page.to_markdown(bench)
    options.page.write_text(text, "utf-8")
    print(f"\n{text}\nwritten: {options.page} and {options.json}")
    return 0


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
