"""All members of a syndicate side by side: their grades, how they moved, and what one action would correct for many."""

from __future__ import annotations

from scanner.portfolio.cause import Cause, CauseKey, CauseKind, Fault, Share, Tie
from scanner.portfolio.gather import Choice, Examined, assemble, gather
from scanner.portfolio.model import Grade, GradeMovement, Mark, Member, Moved, Point, Relief, Row, Serving, Summary
from scanner.portfolio.portfolio import Heading, Portfolio

__all__ = [
    "Cause", "CauseKey", "CauseKind", "Choice", "Examined", "Fault", "Grade", "GradeMovement", "Heading", "Mark", "Member",
    "Moved", "Point", "Portfolio", "Relief", "Row", "Serving", "Share", "Summary", "Tie", "assemble", "gather",
]  # fmt: skip
