"""Every word of the documents that is not a check's own text, from report_templates/locale/{fr,en}.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from typing import Any

from scanner.model import Fact
from scanner.report.prose import spaced
from scanner.report.values import Worded, in_prose, slot

#: `words("grade.A")`, `words("count.findings", n=3)`: the words of a dotted key with its facts put in.
Words = Callable[..., Worded]


@lru_cache(maxsize=2)
def vocabulary(lang: str) -> dict[str, str]:
    """Every key with its words, French spaces in place; a count has two keys, `.one` and `.other`."""
    content = tomllib.loads(files("report_templates").joinpath("locale", f"{lang}.toml").read_text("utf-8"))
    flat = dict(_flat(content, ""))
    return {key: spaced(text) for key, text in flat.items()} if lang == "fr" else flat


def words(lang: str) -> Words:
    """The vocabulary of a language as a function. It raises KeyError on an unknown key or a missing fact."""
    known = vocabulary(lang)

    def say(key: str, **facts: Fact) -> Worded:
        if "n" in facts and key not in known:
            key = f"{key}.{_plural(facts['n'], lang)}"
        text = known[key]
        return Worded(text.format_map({name: in_prose(name, value, lang) for name, value in facts.items()}))

    return say


def check_name(lang: str, check: str) -> str | None:
    """What is well where this check passes, as a noun phrase; None for a check that the vocabulary does not name."""
    return vocabulary(lang).get(f"check.{check}")


def open_place(name: str, lang: str) -> str:
    """The place of a fact in a text that is shown without facts: `‹domaine›`."""
    return slot(vocabulary(lang).get(f"slot.{name}", name))


def _plural(count: object, lang: str) -> str:
    """French counts zero as singular."""

    return "one" if count == 1 or (lang == "fr" and count == 0) else "other"


def _flat(content: dict[str, Any], above: str) -> list[tuple[str, str]]:
    found = []
    for key, value in content.items():
        if isinstance(value, dict):
            found += _flat(value, f"{above}{key}.")
        else:
            found.append((f"{above}{key}", str(value)))
    return found
