"""The apostrophe that keeps a spreadsheet from computing a text: put before a cell that is written, taken from one read. Pure."""

from __future__ import annotations

import re

#: What begins a formula, in ASCII and in the wide forms of East Asia; an apostrophe of the text's own gets one more.
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


def guarded(cell: str) -> str:
    """The cell as text for every spreadsheet."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """What `guarded` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
