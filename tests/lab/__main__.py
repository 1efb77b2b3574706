"""`python -m tests.lab serve [--config FILE] [--all]`: the embedded towns, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import threading
from pathlib import Path

from tests.lab.lab import Lab
from tests.lab.towns import TOWNS, TRAPS


def main() -> None:
    """Serve, say where, and wait for SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab")
    parser.add_argument("command", choices=("serve",))
    parser.add_argument("--config", type=Path, help="where to write the scanner's configuration")
    parser.add_argument("--all", action="store_true", help="serve the trap towns too")
    options = parser.parse_args()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    towns = (*TOWNS, *TRAPS) if options.all else TOWNS
    with Lab(towns, config_path=options.config) as lab:
        print(f"config {lab.config_path}")
        for town in lab.towns:
            print(f"{town.domain} {' '.join(town.dedicated)}".rstrip())
        print("ready", flush=True)
        ended.wait()


if __name__ == "__main__":
    main()
