"""Versions as software prints them, and their order.

`packaging` refuses `9.2p1`, `1.1.1w` and `4.4.4+dfsg-1+deb13u1`, and puts `1.3.8c` before `1.3.8`; hence our own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_TEXT = 80  # characters of a version that are read
_NUMBERS = re.compile(r"v?(\d{1,9}(?:\.\d{1,9}){0,5})")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?!\d)")  # DokuWiki: 2025-05-14b
_EARLY = re.compile(r"[-._ ~]?(dev|alpha|beta|rc)[-._]?(\d{0,9})", re.IGNORECASE)
_PATCH = re.compile(r"p(\d{1,6})(?![a-z\d])")  # OpenSSH: 9.2p1
_LETTERS = re.compile(r"([a-z]{1,2})(?![a-z\d])")  # OpenSSL: 1.1.1w, 0.9.8zh
_DEBIAN_RELEASE = re.compile(r"deb(\d{1,2})u\d")
_DISTRIBUTIONS = (
    ("ubuntu", re.compile(r"ubuntu", re.IGNORECASE)),
    ("debian", re.compile(r"debian|[+~-]deb\d|\ddeb\d|[+~.]dfsg|[+~.]ds\d|~bpo\d", re.IGNORECASE)),
    ("redhat", re.compile(r"[.-]el\d|\.fc\d|\.amzn", re.IGNORECASE)),
)
_RANKS = {"dev": -4, "alpha": -3, "beta": -2, "rc": -1}


@dataclass(frozen=True, slots=True)
class Version:
    """One version that was read.

    `text` is what was printed (at most 80 characters), `upstream` the authors' part of it, `numbers` its numbers,
    `stage` orders what follows them: before the release (`-rc1`), the release, after it (`p1`, `w`).
    `distribution` is `debian`, `ubuntu`, `redhat` or "", `release` the distribution's own where the suffix names it.
    """

    text: str
    upstream: str
    numbers: tuple[int, ...]
    stage: tuple[int, int, str] = (0, 0, "")
    distribution: str = ""
    release: str = ""

    @property
    def order(self) -> tuple[tuple[int, ...], tuple[int, int, str]]:
        """Sort key: `7.1` equals `7.1.0`, `1.1.1w` follows `1.1.1`, `6.9-RC1` precedes `6.9`."""
        numbers = self.numbers
        while numbers and numbers[-1] == 0:
            numbers = numbers[:-1]
        return numbers, self.stage

    def __lt__(self, other: Version) -> bool:
        return self.order < other.order

    def within(self, branch: str) -> bool:
        """Whether this version belongs to `branch`, written as its first numbers: 5.2.1 is within 5.2."""
        wanted = tuple(int(number) for number in branch.split("."))
        padded = self.numbers + (0,) * (len(wanted) - len(self.numbers))
        return padded[: len(wanted)] == wanted


def read_version(text: str) -> Version | None:
    """Read a version from the start of `text`, None where there is none; never raises."""
    text = text.strip()[:MAX_TEXT]
    found = _DAY.match(text) or _NUMBERS.match(text)
    if not found or not found[0].isascii():
        return None
    numbers = tuple(int(number) for number in re.split(r"[.-]", found[0].removeprefix("v")))
    stage, end = _stage(text, found.end())
    distribution = next((name for name, mark in _DISTRIBUTIONS if mark.search(text, found.end() - 1)), "")
    release = _DEBIAN_RELEASE.search(text) if distribution == "debian" else None
    upstream = text[:end].removeprefix("v")
    return Version(text, upstream, numbers, stage, distribution, release[1] if release else "")


def _stage(text: str, start: int) -> tuple[tuple[int, int, str], int]:
    """What follows the numbers, as a sort key, and where it ends."""
    if early := _EARLY.match(text, start):
        return (_RANKS[early[1].lower()], int(early[2] or 0), ""), early.end()
    if patch := _PATCH.match(text, start):
        return (1, int(patch[1]), ""), patch.end()
    if letters := _LETTERS.match(text, start):
        return (1, len(letters[1]), letters[1]), letters.end()  # z comes before za (OpenSSL)
    return (0, 0, ""), start
