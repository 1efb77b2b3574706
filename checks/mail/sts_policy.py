"""The record and the policy file of MTA-STS (RFC 8461 3.1 and 3.2); pure, never raises."""

from __future__ import annotations

import re
from dataclasses import dataclass

MODES = ("enforce", "testing", "none")
MAX_AGE = 31_557_600  # seconds, RFC 8461 3.2
MAX_PATTERNS = 50
_ID = re.compile(r"[A-Za-z0-9]{1,32}")


@dataclass(frozen=True, slots=True)
class StsPolicy:
    """A parsed policy. `bad` are the keys that are missing or not valid."""

    mode: str
    max_age: int
    mx: tuple[str, ...]
    bad: tuple[str, ...]


def record_is_valid(text: str) -> bool:
    """Whether a TXT record at `_mta-sts` has its version and its id."""
    version, *fields = (part.strip() for part in text.split(";"))
    ids = [value.strip() for name, _, value in (field.partition("=") for field in fields) if name.strip() == "id"]
    return version == "v=STSv1" and len(ids) == 1 and _ID.fullmatch(ids[0]) is not None


def parse_policy(text: str) -> StsPolicy:
    """Read a policy file; the first value of each key counts, `mx` may be repeated."""
    values: dict[str, str] = {}
    patterns: list[str] = []
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        if not colon:
            continue
        if key.strip() == "mx":
            patterns.append(value.strip().lower()[:255])
        else:
            values.setdefault(key.strip(), value.strip())
    mode, digits = values.get("mode", ""), values.get("max_age", "")
    age = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 10 else -1
    bad = [
        name
        for name, wrong in (
            ("version", values.get("version") != "STSv1"),
            ("mode", mode not in MODES),
            ("max_age", not 0 <= age <= MAX_AGE),
            ("mx", not patterns and mode != "none"),
        )
        if wrong
    ]
    return StsPolicy(mode if mode in MODES else "", max(age, 0), tuple(patterns[:MAX_PATTERNS]), tuple(bad))


def covers(patterns: tuple[str, ...], name: str) -> bool:
    """Whether a mail server's name matches; `*.` stands for exactly one label (RFC 8461 4.1)."""
    return any(name == pattern or (pattern.startswith("*.") and name.partition(".")[2] == pattern[2:]) for pattern in patterns)
