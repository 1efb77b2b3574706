"""The Jinja2 environments of the documents: in HTML everything is escaped; nothing is undefined, nothing is fetched."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from scanner.report.values import visible
from scanner.report.writers import escape_text, to_html

MAX_LINE = 260  # characters of one name from outside

#: A name with a hyphen that a line should not end on, `val-negligee.fr` or `L. 311-5`; a longer one must be free to break.
_WHOLE = re.compile(r"(?<![^ «»()’])([^ «»()’-]+(?:-[^ «»()’-]+)+)")
_LONGEST_WHOLE = 32  # characters


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Filters: `prose` for a tree of ours, `visible` and `content` for text from outside, `capfirst`;
    `whole` is `content` whose names are not broken at a hyphen."""
    made = Environment(
        loader=FunctionLoader(source), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["prose"] = to_html
    made.filters["content"] = lambda text: Markup(escape_text(str(text)))  # noqa: S704 - escaped here
    made.filters["whole"] = _whole
    made.filters["visible"] = lambda text: visible(str(text), MAX_LINE)
    made.filters["capfirst"] = lambda text: text[:1].upper() + text[1:]
    return made


def _whole(text: object) -> Markup:
    def kept(name: re.Match[str]) -> str:
        return f'<span class="whole">{name[1]}</span>' if len(name[1]) <= _LONGEST_WHOLE else name[1]

    return Markup(_WHOLE.sub(kept, escape_text(str(text))))  # noqa: S704 - escaped here, and the span holds no more


@lru_cache(maxsize=1)
def text_environment() -> Environment:
    """For plain text, which has no markup to escape."""
    return Environment(loader=FunctionLoader(source), autoescape=False, undefined=StrictUndefined, trim_blocks=True)  # noqa: S701


@lru_cache(maxsize=16)
def source(name: str) -> str:
    """A file of report_templates/."""
    return files("report_templates").joinpath(name).read_text("utf-8")
