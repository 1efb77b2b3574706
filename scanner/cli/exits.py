"""The exit codes of `beffroi`."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """1 wins over 3; 130 and 4 win over both."""

    DONE = 0
    FAIL_ON = 1
    USAGE = 2
    PARTIAL = 3
    INTERNAL = 4
    INTERRUPTED = 130
