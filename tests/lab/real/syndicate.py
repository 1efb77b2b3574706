"""`python -m tests.lab.real.syndicate`: a syndicate's first two months, from an empty folder, by the commands of an agent.

Generated towns on Debian's servers at a delay; a real Postfix takes the mails. In the second month the agent's clock is a month
later, and one town in twenty is another. Root, Debian.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.delivery.postfix import local_postfix
from tests.lab.real import later, launch, world
from tests.lab.real.bench.generated import generate
from tests.lab.real.lab import CONFIG, RealLab
from tests.lab.real.model import RealTown
from tests.lab.real.syndicate_books import Month, differences, members_list, posted, render, settings

MODULE = "tests.lab.real.syndicate"
WRONG = 1
MONTH, WEEK = 31, 7  # days
EVERY = 20  # one town in so many is another in the second month


def main() -> int:
    """0 where both months are as declared, 1 where something differs, 2 where the laboratory cannot be built."""
    parser = argparse.ArgumentParser(prog=f"python -m {MODULE}", description=__doc__)
    parser.add_argument("--members", type=int, default=500, metavar="N")
    parser.add_argument("--delay", type=float, default=20.0, metavar="MS", help="there and back")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="work in this folder, which must be empty, and keep it")
    parser.add_argument("--month", type=int, choices=(0, 1), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.month is not None:
        return _inside(options)
    if refusal := launch.refusal("the syndicate's two months", "make syndicate"):
        return launch.refuse(refusal)
    try:
        launch.provide(_towns(options.members, 0), ("postfix",))
    except launch.NOT_PROVIDED as error:
        return launch.refuse(error)
    with _folder(options.keep) as folder:
        if options.keep is not None:
            print(f"the workspace is kept in {folder}")
        began = time.monotonic()
        for month in (0, 1):
            arguments = ("--members", str(options.members), "--delay", str(options.delay), "--keep", str(folder))
            if code := launch.tree(MODULE, (*arguments, "--month", str(month))).wait():
                return abs(code)
        return _judge(folder, options.members, time.monotonic() - began)


def _towns(count: int, month: int) -> tuple[RealTown, ...]:
    return generate(count, _moved(count) if month else frozenset())[0]


def _moved(count: int) -> frozenset[int]:
    """Which towns are another in the second month; of every kind, since 21 and the number of kinds share no divisor."""
    return frozenset(range(0, count, EVERY + 1))


def _judge(folder: Path, count: int, seconds: float) -> int:
    months = tuple(Month.read(folder / f"month-{month}.json") for month in (0, 1))
    seen = differences(folder / "beffroi.db", _towns(count, 0), _towns(count, 1))
    print(render(months, seen, len(_moved(count))))
    print(f"{count} members, {seconds:.0f} s")
    return 0 if all(month.right for month in months) and seen.right else WRONG


def _inside(options: argparse.Namespace) -> int:
    """One month, in the tree."""
    made, certificates = generate(options.members, _moved(options.members) if options.month else frozenset())
    lab = RealLab(made, options.delay, more=certificates)
    try:
        launch.start(lab)
    except launch.NOT_STARTED as error:
        return launch.refuse(error)
    folder, day = options.keep, options.month * MONTH
    with local_postfix(("all",), {"virtual_mailbox_maps": "static:all/"}) as relay:
        if not options.month:
            _first_day(folder, made, relay.port)
        # A canary would show that the agent's clock runs ahead, and nobody would be graded: rightly.
        settings(folder, CONFIG, relay.port, canary="" if options.month else made[0].domain)
        began = time.monotonic()
        _beffroi(folder, day, "campaign", "run", seen_from=world.IN_SCANNER)
        scanned = time.monotonic() - began
        _beffroi(folder, day, "review", "list")
        _beffroi(folder, day, "campaign", "approve", _campaign(folder, day), "--yes")
        sheets = _sent(folder, day, relay.boxes)
        letters = _sent(folder, day + WEEK, relay.boxes)
        _beffroi(folder, day + WEEK, "portfolio", "--out", str(folder / f"parc-{options.month + 1}"))
        again = _sent(folder, day + WEEK, relay.boxes)
        month = Month(len(made), scanned, _moved_count(options), sheets, letters, again)
        month.write(folder / f"month-{options.month}.json")
    return 0


def _moved_count(options: argparse.Namespace) -> int:
    """Members to whom there is something to say: all of them the first time."""
    return len(_moved(options.members)) if options.month else options.members


def _first_day(folder: Path, towns: tuple[RealTown, ...], port: int) -> None:
    """From an empty folder to a register."""
    _beffroi(folder, 0, "init", ".")
    settings(folder, CONFIG, port, canary=towns[0].domain)
    (folder / "membres.csv").write_text(members_list(towns), "utf-8-sig")
    _beffroi(folder, 0, "doctor", seen_from=world.IN_SCANNER, codes=(0, 3))
    _beffroi(folder, 0, "authorities", "import", "membres.csv", "--yes")


def _sent(folder: Path, day: int, boxes: Path) -> dict[str, int]:
    """What arrives of one `review send`, by kind of mail."""
    before = frozenset(boxes.glob("all/new/*"))
    _beffroi(folder, day, "review", "send")
    return posted(boxes, before)


def _campaign(folder: Path, day: int) -> str:
    """The name of the newest campaign."""
    return _beffroi(folder, day, "campaign", "list").split()[0]


def _beffroi(folder: Path, day: int, *words: str, seen_from: tuple[str, ...] = (), codes: tuple[int, ...] = (0,)) -> str:
    """Run the command in the workspace, so many days from now; what it prints. Raises RuntimeError on another exit code."""
    command = (*seen_from, "env", f"PYTHONPATH={launch.REPOSITORY}", sys.executable, "-m", later.__name__, str(day), *words)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    with (folder / "journal.txt").open("a", encoding="utf-8") as journal:
        journal.write(f"$ beffroi {' '.join(words)}   # day {day}, code {done.returncode}\n{done.stdout}{done.stderr}\n")
    if done.returncode not in codes:
        raise RuntimeError(f"beffroi {' '.join(words)}: code {done.returncode}\n{done.stdout[-800:]}{done.stderr[-1200:]}")
    return done.stdout


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield kept.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="beffroi-syndicat-") as made:
        yield Path(made)


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
