"""What one scan brings back, before any document is made of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scanner.landscape import Landscape, Seen
from scanner.model import Domain, Outcome
from scanner.net.cost import Cost
from scanner.scoring import Score

SCHEMA_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Authorisation:
    """Under what the scan went beyond what any visitor does: `text` as stated, and who signs it."""

    text: str
    authority: str = ""
    signatory: str = ""


@dataclass(frozen=True, slots=True)
class ScanResult:
    """One domain, looked at and judged. `left_out` are the addresses that the mandate does not name.
    `interrupted` when a person stopped it; `warnings` are one-line remarks on our own side."""

    domain: Domain
    started_at: datetime
    finished_at: datetime
    landscape: Landscape
    seen: Seen
    outcomes: tuple[Outcome, ...]
    score: Score
    cost: Cost
    authorisation: Authorisation | None = None
    left_out: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    interrupted: bool = False
