"""What is said of one line of a list: why it is kept out, or what of it was left aside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Issue:
    """`kind` is a key of the messages (`register.issue.<kind>`), `facts` fill it; they come from the file, hence from outside."""

    line: int
    kind: str
    facts: tuple[tuple[str, str], ...] = ()


def issue(line: int, kind: str, **facts: str) -> Issue:
    """One issue; long values are cut."""
    return Issue(line, kind, tuple((name, value[:120]) for name, value in facts.items()))


class RegisterError(Exception):
    """The register refuses; `kind` is a key of the messages (`register.refused.<kind>`), `facts` fill it."""

    def __init__(self, kind: str, **facts: str | date) -> None:
        super().__init__(f"{kind} {facts}")
        self.kind = kind
        self.facts = facts
