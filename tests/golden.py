"""Golden files: what a document said when somebody last looked at it. `pytest --update-golden` writes them anew.

Look at the difference before you commit it; a golden file that nobody reads guards nothing.
"""

from __future__ import annotations

import re
from pathlib import Path

import html5lib
import pytest

FOLDER = Path(__file__).parent / "report" / "golden"
OPTION = "--update-golden"

_BLOCKS = frozenset({"title", "h1", "h2", "h3", "h4", "p", "li", "dt", "dd", "th", "td", "pre", "summary"})


class Golden:
    """`golden("letter.fr.txt", text)` fails where the text is not the one that was approved."""

    def __init__(self, config: pytest.Config) -> None:
        self._update = bool(config.getoption(OPTION))

    def __call__(self, name: str, text: str) -> None:
        path = FOLDER / name
        if self._update:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        assert path.is_file(), f"{path.name} is not there yet: look at the document, then run pytest {OPTION}"
        assert text.splitlines() == path.read_text("utf-8").splitlines(), f"changed: if that is right, run pytest {OPTION}"


def text_form(html: str) -> str:
    """The words of a page, one block a line, as they follow each other in the source; no-break spaces are kept."""
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(html)
    lines = []
    for element in tree.iter():
        if element.tag in _BLOCKS and not any(inner.tag in _BLOCKS for inner in element.iter() if inner is not element):
            lines.append(re.sub(r"[ \n]+", " ", "".join(element.itertext())).strip())
    return "".join(f"{line}\n" for line in lines if line)
