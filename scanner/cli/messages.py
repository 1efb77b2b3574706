"""What the command line says, from report_templates/locale/cli.*.toml. Light: `--help` needs it."""

from __future__ import annotations

import itertools
import os
import sys
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

#: French puts them beside « » : ; ? ! and in numbers; a terminal breaks lines as it likes.
_SPACES = str.maketrans("\u00a0\u202f", "  ")
LANGUAGES = ("fr", "en")


@lru_cache(maxsize=2)
def _messages(lang: str) -> dict[str, Any]:
    return tomllib.loads(files("report_templates").joinpath("locale", f"cli.{lang}.toml").read_text("utf-8"))


def say(lang: str, key: str, **facts: object) -> str:
    """The message of a dotted key, its `{facts}` filled in. Raises KeyError on an unknown key."""
    found = lookup(lang, key)
    if found is None:
        raise KeyError(key)
    return found.format_map({name: printable(value) for name, value in facts.items()})


def lookup(lang: str, key: str) -> str | None:
    """The message of a dotted key as it is written, None where there is none."""
    found: Any = _messages(lang)
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found if isinstance(found, str) else None


def printable(value: object) -> str:
    """Text for a terminal: controls, escapes and invisible direction marks are written out; no-break spaces are ordinary."""
    text = str(value).translate(_SPACES)
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def default_language() -> str:
    """That of `--lang` wherever it stands on the command line, else of `BEFFROI_LANG`, else French.

    Help and the mistakes of a command line are told before its options have been read.
    """
    wanted = (_asked(sys.argv[1:]), os.environ.get("BEFFROI_LANG", ""))
    return next((lang for lang in wanted if lang in LANGUAGES), "fr")


def _asked(words: list[str]) -> str:
    for word, after in itertools.pairwise([*words, ""]):
        if word == "--lang":
            return after
        if word.startswith("--lang="):
            return word.removeprefix("--lang=")
    return ""
