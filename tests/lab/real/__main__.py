"""`python -m tests.lab.real up|test|run|install|list|clean`: the laboratory of real towns. Needs root and Debian."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scanner.catalogue import load_catalogue
from tests.lab.real import chroots, install, launch, world
from tests.lab.real.lab import CONFIG, RealLab
from tests.lab.real.model import RealTown
from tests.lab.real.table import Comparison, render
from tests.lab.real.towns import towns

WRONG = 1


def main() -> int:
    """0 as declared, 1 where a town differs from its truth, 2 where the laboratory cannot be built."""
    at = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    options = _parser().parse_args(sys.argv[1:at])
    options.words = sys.argv[at + 1 :]
    chosen = towns(options.only)
    if options.command == "list":
        print("\n".join(f"{town.name:<28}{town.domain:<32}{town.note}" for town in chosen))
        return 0
    if not chosen:
        return launch.refuse(f"no town is called {' or '.join(options.only)}; `list` names them")
    if refusal := launch.refusal("the laboratory of real towns", "make lab-test"):
        return launch.refuse(refusal)
    if options.command == "inside":
        return _inside(options, chosen)
    if options.command == "clean":
        install.restore()
        shutil.rmtree(chroots.CACHE, ignore_errors=True)
        return 0
    try:
        launch.provide(chosen)
    except launch.NOT_PROVIDED as error:
        return launch.refuse(error)
    return 0 if options.command == "install" else _launch(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.lab.real",
        description=__doc__,
        epilog="run: the command to run in the scanner's namespace follows --.",
    )
    commands = ("up", "test", "run", "install", "list", "clean", "inside")
    parser.add_argument("command", choices=commands, metavar="|".join(commands[:-1]))
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="towns by name or domain, shell patterns; repeatable"
    )
    parser.add_argument(
        "--delay", type=float, default=0.0, metavar="MS", help="round trip between scanner and towns, in milliseconds"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="test: write everything that was concluded")
    parser.add_argument("--verbose", action="store_true", help="test: one line a town, with its cost")
    parser.add_argument("--as", dest="what", choices=("up", "test", "run"), help=argparse.SUPPRESS)
    return parser


def _launch(options: argparse.Namespace) -> int:
    """Start the tree and live as long as it does."""
    arguments = ["inside", "--as", options.command, "--delay", str(options.delay)]
    arguments += [word for name in options.only for word in ("--only", name)]
    arguments += ["--json", str(options.json.absolute())] if options.json else []
    arguments += ["--verbose"] if options.verbose else []
    arguments += ["--", *options.words] if options.words else []
    tree = launch.tree("tests.lab.real", arguments)
    if options.command == "up":
        first = _first_process(tree)
        print(
            f"to scan a town: nsenter --target {first} --mount --net --pid ip netns exec {world.SCANNER} "
            f"{Path(sys.executable).with_name('beffroi')} scan DOMAIN --config {CONFIG}",
            flush=True,
        )
    code = tree.wait()
    return 0 if options.command == "up" and code < 0 else abs(code)


def _first_process(tree: subprocess.Popen[bytes]) -> int:
    """The number of the tree's first process, as seen from outside."""
    while tree.poll() is None:
        if children := Path(f"/proc/{tree.pid}/task/{tree.pid}/children").read_text().split():
            return int(children[0])
        time.sleep(0.02)
    return 0


def _inside(options: argparse.Namespace, chosen: Sequence[RealTown]) -> int:
    lab = RealLab(chosen, options.delay)
    try:
        launch.start(lab)
        if options.what == "test":
            return _test(lab, options)
    except launch.NOT_STARTED as error:
        return launch.refuse(error)
    except subprocess.TimeoutExpired as error:
        return launch.refuse(
            f"the scan of {len(chosen)} towns did not end within {error.timeout:.0f} s; --verbose shows which did"
        )
    launch.name_broken(lab)
    if options.what == "run":
        return subprocess.run((*world.IN_SCANNER, *options.words), check=False).returncode
    print("\n".join(town.domain for town in chosen), flush=True)
    threading.Event().wait()
    return 0


def _test(lab: RealLab, options: argparse.Namespace) -> int:
    began = time.monotonic()
    seen = lab.scan(verbose=options.verbose)
    seconds = time.monotonic() - began
    compared = lab.compare(seen)
    families = sorted({spec.id.partition(".")[0] for spec in load_catalogue().checks})
    print(render(compared, families))
    stated = sum(count for result in seen.values() for count in result.get("per_host", {}).values())
    counted = sum(world.attempts().values())
    print(f"scanned in {seconds:.1f} s; {counted} connection attempts reached the towns, {stated} stated by the scanner")
    if options.json:
        _write(options.json, compared, seen)
    return 0 if all(comparison.right for comparison in compared) else WRONG


def _write(path: Path, compared: Sequence[Comparison], seen: dict[str, Any]) -> None:
    kinds = ("true", "missed", "known_missed", "alarms", "unknown")
    towns_seen = {
        one.town.name: {kind: [asdict(row) for row in getattr(one, kind)] for kind in kinds} | {"broken": one.broken}
        for one in compared
    }
    counted = {f"{address} {port}": count for (address, port), count in world.attempts().items()}
    path.write_text(json.dumps({"towns": towns_seen, "seen": seen, "attempts": counted}, indent=1), "utf-8")


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
