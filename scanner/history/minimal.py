"""What is left out before anything is stored (docs/campaigns.md, « Ce qui est conservé »). Pure, over plain JSON values.

No probe of ours brings a page back: they keep titles, links and headers. A family of somebody else may, and a file that
leaked must not leak a second time from our store.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

MAX_TEXT = 10_000  # characters; the longest of ours are DNS texts and headers of 8,192
KEPT = 1_000  # of a longer one
MAX_EVIDENCE = 1_000  # of one line; a finding needs no more to be believed
MASK = "[…]"

_HINT = re.compile(r"passw|pwd|secret|token|api|access|private|://[^/\s]*@", re.IGNORECASE)
_SECRET = re.compile(
    r"""(?P<name>[\w.-]{0,40}(?:passw(?:or)?d|pwd|secret|(?:api|access|private)[_-]?key|token)\w{0,20}"""
    r"""(?:["']?\s{0,5}(?:=>|[=:])\s{0,5}["']?|["']\s{0,5},\s{0,5}["']))[^\s"',;&]{3,}""",
    re.IGNORECASE,
)
_KEY = re.compile(r"(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----).*?(?=-----END|\Z)", re.DOTALL)
_ACCOUNT = re.compile(r"(://[^/\s:@]{1,100}:)[^/\s@]{1,200}(?=@)")


def minimal(value: Any) -> Any:
    """The same value, long texts cut and secrets masked."""
    if isinstance(value, str):
        return _minimal_text(value, MAX_TEXT)
    if isinstance(value, list):
        return [minimal(member) for member in value]
    if isinstance(value, dict):
        return {key: minimal(member) for key, member in value.items()}
    return value


def minimal_rows(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Outcomes, their evidence shorter still."""
    for row in rows:
        yield {**minimal(row), "evidence": [_minimal_text(line, MAX_EVIDENCE) for line in row["evidence"]]}


def _minimal_text(text: str, limit: int) -> str:
    if len(text) > 7 and _HINT.search(text):
        text = _SECRET.sub(rf"\g<name>{MASK}", text)
        text = _KEY.sub(rf"\1{MASK}", text)
        text = _ACCOUNT.sub(rf"\1{MASK}", text)
    if len(text) <= limit:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{text[:KEPT]}{MASK} ({len(text)} characters, SHA-256 {digest})"
