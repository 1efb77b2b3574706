"""What the system, the store and the settings complain of, in the reader's words: by codes and types, never by English text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scanner.cli.messages import lookup, say

if TYPE_CHECKING:
    from scanner.settings import SettingsError
    from scanner.store.errors import StoreError


def system_trouble(error: OSError, lang: str) -> str:
    """Why the system refused."""
    from scanner.store.errors import system_code

    return coded(system_code(error), lang)


def coded(code: str, lang: str) -> str:
    """A code of the system in words; anything else as it is."""
    if not re.fullmatch(r"E[A-Z0-9]+", code):
        return code
    return lookup(lang, f"system.{code}") or say(lang, "system.other", code=code)


def store_trouble(error: StoreError, lang: str) -> str:
    """Why the store cannot be used, in one sentence."""
    return say(lang, f"register.store.{error.trouble}", place=error.place, detail=coded(error.detail, lang))


def settings_trouble(error: SettingsError, lang: str) -> str:
    """Where the settings are wrong, and what is expected there."""
    facts = {name: coded(str(value), lang) for name, value in error.facts.items()}
    if not error.problem:
        return say(lang, f"settings.{error.kind}", place=error.place, **facts)
    key = f"settings.problem.{error.problem}"
    why = say(lang, key if lookup(lang, key) is not None else "settings.problem.other", **facts)
    return say(lang, f"settings.{error.kind}", place=error.place, why=why)
