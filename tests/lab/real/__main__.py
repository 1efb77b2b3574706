"""`python -m tests.lab.real up|test|run|install|list|clean`: the laboratory of real towns. Needs root and Debian."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any

from scanner.catalogue import load_catalogue
from tests.lab.real import borrowed, chroots, install, world
from tests.lab.real.lab import CONFIG, CannotStart, RealLab, wait_for_resolver
from tests.lab.real.model import RealTown
from tests.lab.real.table import Comparison, render
from tests.lab.real.towns import towns

REPOSITORY = Path(__file__).resolve().parents[3]
WRONG, CANNOT = 1, 2


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
        return _refuse(f"no town is called {' or '.join(options.only)}; `list` names them")
    if refusal := _refusal():
        return _refuse(refusal)
    if options.command == "inside":
        return _inside(options, chosen)
    if options.command == "clean":
        install.restore()
        shutil.rmtree(chroots.CACHE, ignore_errors=True)
        return 0
    try:
        _provide(chosen)
    except (install.CannotInstall, chroots.CannotBuild, borrowed.CannotFetch) as error:
        return _refuse(str(error))
    return 0 if options.command == "install" else _launch(options)


def _provide(chosen: Sequence[RealTown]) -> None:
    """What the daemons of these towns need. Raises CannotInstall, CannotBuild, CannotFetch."""
    daemons = [daemon for town in chosen for daemon in town.daemons]
    roots = {daemon.root for daemon in daemons if daemon.root is not None}
    packages = {name for daemon in daemons if daemon.root is None for name in daemon.packages}
    added = install.install({*install.CORE, *packages, *(chroots.TOOLS if roots else ())})
    if added:
        print(f"installed: {' '.join(added)}", flush=True)
    if built := (*chroots.ensure(roots), *borrowed.ensure(daemon.argv[0] for daemon in daemons)):
        print(f"kept for the next runs in {chroots.CACHE}: {' '.join(built)}", flush=True)


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


def _refusal() -> str:
    """Why this machine cannot hold the laboratory, in one sentence."""
    if not world.may_build():
        return "the laboratory of real towns makes network namespaces and needs root: sudo make lab-test"
    absent = [tool for tool in ("apt-get", "unshare", "setpriv", "mount") if shutil.which(tool) is None]
    if absent:
        return f"the laboratory of real towns needs Debian's {' and '.join(absent)}"
    return ""


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return CANNOT


def _launch(options: argparse.Namespace) -> int:
    """Start the tree and live as long as it does; it dies with this process, however that ends."""
    arguments = ["inside", "--as", options.command, "--delay", str(options.delay)]
    arguments += [word for name in options.only for word in ("--only", name)]
    arguments += ["--json", str(options.json.absolute())] if options.json else []
    arguments += ["--verbose"] if options.verbose else []
    arguments += ["--", *options.words] if options.words else []
    command = (*world.UNSHARE, sys.executable, "-m", "tests.lab.real", *arguments)
    tree = subprocess.Popen(command, cwd=REPOSITORY)

    def end(number: int, frame: FrameType | None) -> None:
        tree.kill()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
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
    began = time.monotonic()
    lab = RealLab(chosen, options.delay)
    try:
        lab.start()
        wait_for_resolver()
        print(f"{len(chosen)} towns, ready after {time.monotonic() - began:.1f} s", flush=True)
        if options.what == "test":
            return _test(lab, options)
    except CannotStart as error:
        return _refuse(str(error))
    except subprocess.TimeoutExpired as error:
        return _refuse(f"the scan of {len(chosen)} towns did not end within {error.timeout:.0f} s; --verbose shows which did")
    except subprocess.CalledProcessError as error:
        return _refuse(f"{' '.join(map(str, error.cmd))}: {(error.stderr or b'')!r}")
    for name, why in lab.broken.items():
        print(f"{name}: not built: {why}", file=sys.stderr, flush=True)
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
