"""`python -m tests.lab.real.later DAYS WORDS...`: `beffroi WORDS...` on a day to come. Monotonic clocks are left alone."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import time_machine

from scanner.cli.main import run


def main() -> None:
    """The command, as if its machine's clock were so many days ahead."""
    days = float(sys.argv.pop(1))
    with time_machine.travel(datetime.now(UTC) + timedelta(days=days), tick=True):
        run()


if __name__ == "__main__":
    main()
