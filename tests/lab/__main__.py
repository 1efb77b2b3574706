"""`python -m tests.lab serve|demo|portfolio`: the embedded towns until Ctrl-C, scanned once, or as a syndicate's members."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import threading
from pathlib import Path

from tests.lab.lab import Lab
from tests.lab.model import Town
from tests.lab.portfolio import demonstrate
from tests.lab.towns import TOWNS, TRAPS

MOTIVE = "Laboratoire, communes de démonstration sur cette machine"


def main() -> int:
    """Serve or demonstrate; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab")
    parser.add_argument("command", choices=("serve", "demo", "portfolio"))
    parser.add_argument("--config", type=Path, help="serve: where to write the scanner's configuration")
    parser.add_argument("--all", action="store_true", help="serve: the trap towns too")
    parser.add_argument("--out", type=Path, default=Path("out"), help="demo, portfolio: the folder of what is written")
    options = parser.parse_args()
    if options.command == "demo":
        return demo(options.out)
    if options.command == "portfolio":
        return demonstrate(options.out)
    serve((*TOWNS, *TRAPS) if options.all else TOWNS, options.config)
    return 0


def serve(towns: tuple[Town, ...], config: Path | None) -> None:
    """Say where, and wait for SIGINT or SIGTERM."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with Lab(towns, config_path=config) as lab:
        print(f"config {lab.config_path}")
        for town in lab.towns:
            print(f"{town.domain} {' '.join(town.dedicated)}".rstrip())
        print("ready", flush=True)
        ended.wait()


def demo(out: Path) -> int:
    """Scan every town side by side with the real command, and say where the reports are."""
    out.mkdir(parents=True, exist_ok=True)
    results = out / "resultats.jsonl"
    addresses = sorted({address for town in TOWNS for address in town.dedicated})
    with Lab(TOWNS) as lab:
        print(
            f"{len(TOWNS)} communes de démonstration répondent sur cette machine. Examen en cours (moins d’une minute)…",
            flush=True,
        )
        command = [sys.executable, "-m", "scanner.cli", "scan", *(town.domain for town in TOWNS)]
        command += ["--config", str(lab.config_path), "--i-am-authorised", MOTIVE]
        command += [part for address in addresses for part in ("--dedicated", address)]
        command += ["--out", str(out), "--json", str(results)]
        code = subprocess.run(command, check=False).returncode
    print(f"\nUn dossier par commune : {out}/*/ – par exemple {_example(out)}")
    print(f"Tous les résultats, une ligne par commune : {results}")
    return code


def _example(out: Path) -> Path:
    """A document to open first."""
    folder = out / "val-negligee.fr"
    return next(iter(sorted(folder.glob("*-lettre.pdf")) or sorted(folder.glob("*-lettre.html"))), folder)


if __name__ == "__main__":
    sys.exit(main())
