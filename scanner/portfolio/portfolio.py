"""All members at one moment, as every document of the portfolio shows them. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scanner.dossier import Sender
from scanner.portfolio.cause import Cause
from scanner.portfolio.model import Row

NOBODY = Sender()


@dataclass(frozen=True, slots=True)
class Heading:
    """What the portfolio says of itself. `campaign` is its name, `tag` what members were chosen by; "" for none."""

    moment: datetime
    campaign: str = ""
    tag: str = ""
    sender: Sender = NOBODY


@dataclass(frozen=True, slots=True)
class Portfolio:
    """All members at one moment. `checks` are the ids in the order of the marks; `causes` are shared by two domains at least,
    the syndicate's own first, then by points; `levers` the suppliers, with all that each of them does."""

    heading: Heading
    checks: tuple[str, ...]
    rows: tuple[Row, ...]
    causes: tuple[Cause, ...]
    levers: tuple[Cause, ...]

    @property
    def graded(self) -> tuple[Row, ...]:
        """The rows with a grade."""
        return tuple(row for row in self.rows if row.grade is not None)

    @property
    def missing(self) -> int:
        """Points that the graded rows lack, all together, to have 100 each."""
        return sum(100 - row.grade.value for row in self.rows if row.grade is not None)
