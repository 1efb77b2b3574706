"""`python -m tests.lab.real.bench`: Beffroi beside its peers on real towns, then alone on many. Needs root and Debian."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from tests.lab.real import launch
from tests.lab.real.bench import compare, documents, figures, measure, page, peers, scale
from tests.lab.real.bench.generated import generate
from tests.lab.real.bench.named import named
from tests.lab.real.lab import RealLab
from tests.lab.real.model import RealTown

DELAY = 20.0  # milliseconds there and back


def main() -> int:
    """0 when measured, 2 where it cannot be."""
    options = _parser().parse_args()
    if refusal := launch.refusal("the bench", "make bench"):
        return launch.refuse(refusal)
    if options.inside:
        return _inside(options)
    try:
        launch.provide(_towns(options)[2].towns, peers.PACKAGES, peers.provide)
    except launch.NOT_PROVIDED as error:
        return launch.refuse(error)
    return abs(launch.tree("tests.lab.real.bench", (*sys.argv[1:], "--inside")).wait())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.lab.real.bench", description=__doc__)
    parser.add_argument("--json", type=Path, default=launch.REPOSITORY / "out/bench.json", help="where every figure is written")
    parser.add_argument("--page", type=Path, default=launch.REPOSITORY / "docs/bench.md", help="where the page is written")
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


def _inside(options: argparse.Namespace) -> int:
    began = time.monotonic()
    known, made, lab = _towns(options)
    try:
        started = launch.start(lab)
        measure.count_questions()
        launch.name_broken(lab)
        known = tuple(town for town in known if town.name not in lab.broken)
        visits = compare.visits(known, lambda visit: print(figures.visit_line(visit), flush=True))
        crowds = scale.crowds(made, lambda crowd: print(figures.crowd_line(crowd), flush=True))
    except launch.NOT_STARTED as error:
        return launch.refuse(error)
    papers = documents.documents(lambda each: print(each, flush=True))
    bench = figures.Bench(known, visits, crowds, DELAY, started, time.monotonic() - began, papers)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(figures.to_json(bench), "utf-8")
    text = page.to_markdown(bench)
    options.page.write_text(text, "utf-8")
    print(f"\n{text}\nwritten: {options.page} and {options.json}")
    return 0


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
