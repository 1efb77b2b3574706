"""screens.toml: in which menu of the town's own supplier a correction is made. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib.resources import files
from typing import Any

from scanner.advice import Text
from scanner.dossier import Role
from scanner.report.prose import Block, Items, Listing, spaced
from scanner.suppliers.recognise import Supplier

DNS_RECORD = "dns-record"


@dataclass(frozen=True, slots=True)
class Action:
    """Something that is done in a customer area. `checks` are patterns of check ids."""

    id: str
    role: Role
    checks: tuple[str, ...]


def provider_hint(check: str, text: Text, suppliers: Iterable[Supplier], lang: str) -> str | None:
    """The sentence on the menu of the town's own supplier, to stand after the fix; None where we know none."""
    action = action_for(check, text)
    if action is None:
        return None
    known = (screen_for(each.id, action.id, lang) for each in suppliers if each.role is action.role)
    return next((sentence for sentence in known if sentence), None)


def action_for(check: str, text: Text) -> Action | None:
    """What a correction amounts to: by its check, else by the DNS record that its text gives to paste."""
    for action in actions():
        if any(fnmatchcase(check, pattern) for pattern in action.checks):
            return action
    if not _gives_a_record(text.fix):
        return None
    return next(action for action in actions() if action.id == DNS_RECORD)


def screen_for(supplier: str, action: str, lang: str) -> str | None:
    """One sentence with French spaces in place; `supplier` is an id of suppliers.toml."""
    return _screens(lang).get((supplier, action))


@lru_cache(maxsize=1)
def actions() -> tuple[Action, ...]:
    """Every action, in the order of the file."""
    return tuple(Action(id, Role(row["role"]), tuple(row["checks"])) for id, row in _content()["action"].items())


@lru_cache(maxsize=2)
def _screens(lang: str) -> dict[tuple[str, str], str]:
    rows = _content()["screen"]
    return {(row["supplier"], row["action"]): spaced(row[lang]) if lang == "fr" else row[lang] for row in rows}


@lru_cache(maxsize=1)
def _content() -> dict[str, Any]:
    return tomllib.loads(files("scanner.suppliers").joinpath("screens.toml").read_text("utf-8"))


def _gives_a_record(blocks: Iterable[Block]) -> bool:
    return any(
        block.language == "dns"
        if isinstance(block, Listing)
        else isinstance(block, Items) and any(_gives_a_record(item) for item in block.items)
        for block in blocks
    )
