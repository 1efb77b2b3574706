"""A check as a SARIF rule: what any reader of results may show beside them."""

from __future__ import annotations

from typing import Any

from scanner.advice import HEADINGS, outline, texts
from scanner.contract import CheckSpec
from scanner.model import Severity
from scanner.report.markdown import references_to_markdown, to_markdown
from scanner.report.view import pillar_of
from scanner.report.words import words
from scanner.report.writers import to_text

LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}

#: The middle of the range that dashboards read as the word of the same name; an information has none.
_SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.5"}


def rule(spec: CheckSpec, lang: str) -> dict[str, Any]:
    """The rule with the check's own text; what depends on a finding stands as ‹its name›."""
    text = outline(texts(spec, lang)[""], lang)
    links = [{"helpUri": reference.url} for reference in spec.references if reference.url]
    return {
        "id": spec.id,
        "name": "".join(word.capitalize() for word in spec.id.replace(".", "-").replace("_", "-").split("-")),
        "shortDescription": {"text": sentence(to_text(text.title))},
        "fullDescription": {"text": to_text(text.why)},
        "help": _help(spec, lang),
        **(links[0] if links else {}),
        "defaultConfiguration": {"level": LEVELS[spec.severity]},
        "properties": {
            "tags": ["security", pillar_of(spec.family)],
            **weight(spec.severity),
            "actor": spec.actor.value,
            "effort": spec.effort.value,
            "references": [reference.id for reference in spec.references],
        },
    }


def weight(severity: Severity) -> dict[str, str]:
    """`security-severity`, which dashboards sort by; nothing for an information."""
    return {"security-severity": _SCORES[severity]} if severity in _SCORES else {}


def sentence(title: str) -> str:
    """A title as a sentence."""
    return title if title.endswith((".", "!", "?")) else f"{title}."


def _help(spec: CheckSpec, lang: str) -> dict[str, str]:
    """Why it matters, how to fix it, how to verify it, and the references; plain and as Markdown."""
    text = outline(texts(spec, lang)[""], lang)
    parts = tuple(zip(HEADINGS[lang], text.parts, strict=True))[1:]
    cited = words(lang)("terminal.references", list="‹›")
    plain = [f"{heading}\n{to_text(part)}" for heading, part in parts]
    marked = ["\n\n".join((f"## {heading}", *map(to_markdown, part))) for heading, part in parts]
    return {
        "text": "\n\n".join((*plain, cited.replace("‹›", ", ".join(each.id for each in spec.references)))),
        "markdown": "\n\n".join((*marked, cited.replace("‹›", references_to_markdown(spec.references)))),
    }
